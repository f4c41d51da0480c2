package gauntlet

import (
	"strings"
	"testing"

	"wsight/dissect/tls"
	"wsight/session"
)

// keyed opens TLS with the secrets of a sample.
func keyed(s sample) func(*session.Options) {
	return func(o *session.Options) {
		o.Dissect.Keys = new(tls.KeyLog)
		o.Dissect.Keys.Add(s.keys)
		o.Dissect.Keys.End()
	}
}

// What is healthy is not called broken.
func TestNoFalseAlarm(t *testing.T) {
	all := samples(t, "testdata/healthy/*.pcap.gz",
		"../../pcaps/chat-json.pcap", "../../pcaps/chat-deflate.pcap", "../../pcaps/fragments-ipv6.pcap", "../../pcaps/graphql.pcap",
		"../../pcaps/mqtt.pcap.gz", "../../pcaps/haproxy-two-interfaces.pcapng", "../../pcaps/lost-segments.pcap", "../../pcaps/midstream.pcap")
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			said := tell(t, s.file, keyed(s))
			conversations := 0
			for i := range said.lines {
				switch l := &said.lines[i]; {
				case l.Event == "connection":
					conversations++
				case l.Event == "finding" && l.Severity == "error" && !intended(s.name, l.Code):
					t.Errorf("%s: %s", l.words(), l.Detail)
				}
			}
			if conversations == 0 || said.err != nil {
				t.Errorf("%d conversations, %v", conversations, said.err)
			}
		})
	}
}

// intended reports whether a capture is what a finding says although nothing
// is broken: mitmproxy answers a Close by itself.
func intended(name string, code any) bool {
	return strings.HasPrefix(name, "b-mitmproxy-") && code == "hop-close-swallowed"
}
