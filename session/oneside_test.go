package session

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"wsight/capture"
	"wsight/dissect"
	"wsight/finding"
	"wsight/internal/packets"
)

// TestOneSide: with the secret of the client alone what it sends is told, and
// an answer that cannot be opened is not called missing.
func TestOneSide(t *testing.T) {
	talk := newSealedTalk(t, only13)
	talk.upgrade()
	for _, text := range []string{"one", "two", "three"} {
		talk.say(packets.ClientToServer, "%s", text)
		talk.say(packets.ServerToClient, "answer to %s", text)
	}
	talk.conn.Close(packets.ClientToServer)
	log := talk.keys("CLIENT_TRAFFIC_SECRET_0")
	var said []string
	told := map[finding.Code]bool{}
	_, err := Run(context.Background(), capture.NewReader(bytes.NewReader(talk.capture.Pcap()), "oneside.pcap", capture.Options{}),
		Options{Dissect: dissect.Options{Keys: log, MaxPayload: dissect.DefaultPayload}}, func(e dissect.Event) {
			switch e := e.(type) {
			case *dissect.Message:
				said = append(said, string(e.Payload))
			case *dissect.Finding:
				told[e.Code] = true
			}
		})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(said, " "); got != "one two three" {
		t.Errorf("messages %q; want those of the client", got)
	}
	if told[finding.HandshakeUnanswered] || !told[finding.TLSUndecryptable] {
		t.Errorf("found %v; want that one side cannot be opened, and no missing answer", told)
	}
}
