package main

import (
	"fmt"
	"strings"
	"time"

	"wsight/internal/packets"
)

// A sample is one capture. To add one, write its maker and name it here.
type sample struct {
	file  string
	shows string
	make  func() []byte
}

var samples = []sample{
	{"chat-json.pcap", "a healthy chat: JSON in text messages, a ping, and a closing handshake", classic(chatJSON)},
	{"chat-deflate.pcap", "the same compressed: permessage-deflate with context takeover in both directions", classic(chatDeflate)},
	{"fragments-ipv6.pcap", "over IPv6, a file sent in fragments with pings between them", classic(fragments)},
	{"graphql.pcap", "a subscription in the graphql-transport-ws protocol", classic(graphql)},
	{"mqtt.pcap.gz", "MQTT in binary messages; the capture file is compressed with gzip", compressed(mqtt)},
	{"haproxy-two-interfaces.pcapng", "both legs of a healthy connection through HAProxy, captured on two interfaces, with comments on packets", twoInterfaces},
	{"nginx-strips-upgrade.pcap", "nginx without any upgrade settings, both legs: the request reaches the server as HTTP/1.0 without Upgrade, and is answered with 426", classic(nginxStripsUpgrade)},
	{"nginx-idle-60s.pcap", "both legs of a connection that nginx cuts after 60 seconds of silence, without a Close", classic(nginxIdle)},
	{"upstream-down-502.pcap", "both legs: nginx cannot connect to the server and answers 502", classic(upstreamDown)},
	{"origin-403.pcap", "the server refuses a page of another origin with 403", classic(origin403)},
	{"accept-wrong.pcap", "a server that hashes the key without the GUID of the protocol; the browser hangs up", classic(acceptWrong)},
	{"subprotocol-unanswered.pcap", "the browser offers two subprotocols, the server chooses none; the browser hangs up", classic(subprotocolUnanswered)},
	{"close-1009-too-big.pcap", "an upload that exceeds what the server takes: Close with 1009", classic(tooBig)},
	{"server-masks.pcap", "a relay that hands masked frames of a client on to another one", classic(serverMasks)},
	{"invalid-utf8.pcap", "Latin-1 in a text message: Close with 1007", classic(invalidUTF8)},
	{"lost-segments.pcap", "three segments are missing from the capture; frames before and after them are whole", classic(lostSegments)},
	{"midstream.pcap", "the capture begins in the middle of a compressed connection", classic(midstream)},
	{"reload-kills-30.pcap", "thirty connections that end within half a second without a Close, as when a proxy is reloaded", classic(reload)},
	{"client-stalls.pcap", "a client that stops reading: its window closes, and the server waits", classic(clientStalls)},
}

// epoch is when the samples begin: some Monday morning.
var epoch = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)

func newCapture() *packets.Capture { return &packets.Capture{Now: epoch} }

// classic makes a pcap file of a script.
func classic(script func(*packets.Capture)) func() []byte {
	return func() []byte {
		c := newCapture()
		script(c)
		return c.Pcap()
	}
}

func readme() string {
	var b strings.Builder
	b.WriteString("# Sample captures\n\n" +
		"All of them were made by us, byte by byte, with `go run ./pcaps/gen`, and carry the licence of this repository. Hosts and addresses are those\n" +
		"reserved for documentation (RFC 2606, RFC 5737, RFC 3849). Try `go run ./cmd/wsight pcaps/chat-json.pcap`.\n\n" +
		"| file | what it shows |\n|---|---|\n")
	for _, s := range samples {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.file, s.shows)
	}
	b.WriteString("\nA test compares the files with what the generator makes, so that neither changes alone.\n")
	return b.String()
}
