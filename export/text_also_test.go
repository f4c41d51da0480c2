package export

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/session"
)

// A connection that was captured twice says so in the diagnoses and the
// figures, and one that was not does not.
func TestAlsoInShort(t *testing.T) {
	client, server := netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.1:80")
	c := &dissect.Conversation{Number: 1, Client: client, Server: server, Interface: "eth0"}
	other := &dissect.Conversation{Number: 2, Client: client, Server: server, Interface: "veth1"}
	for _, tt := range []struct {
		copies      []*dissect.Conversation
		text, stats bool
	}{
		{[]*dissect.Conversation{other}, true, true},
		{nil, false, false},
	} {
		list := []verdict.Diagnosis{{Headline: "broken", Code: "close-missing", Count: 1, Culprit: verdict.Server, Connections: []*dissect.Conversation{c}}}
		copies := func(*dissect.Conversation) []*dissect.Conversation { return tt.copies }
		text := strings.Join(strings.Fields(string(DoctorText(list, DoctorOptions{Width: 100, Copies: copies}))), " ")
		if got := strings.Contains(text, "198.51.100.1:80, also captured on veth1"); got != tt.text {
			t.Errorf("%d copies: %s", len(tt.copies), text)
		}
		var out bytes.Buffer
		stats := NewStats(&out, StatsOptions{})
		stats.Event(&dissect.Opened{Place: dissect.Place{Conv: c}})
		stats.Event(&dissect.Ended{Place: dissect.Place{Conv: c, Time: time.Unix(1, 0)}, Copies: tt.copies})
		if err := stats.Close(session.Summary{}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.String(), "(captured 2x)"); got != tt.stats {
			t.Errorf("%d copies:\n%s", len(tt.copies), out.String())
		}
	}
}
