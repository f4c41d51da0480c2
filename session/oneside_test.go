package session

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
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

// TestSealedSide holds that an end of which nothing can be opened is not said
// to have left anything undone.
func TestSealedSide(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		answers    bool // the server answers at all
		want       []finding.Code
	}{
		{"the server is sealed", "CLIENT_TRAFFIC_SECRET_0", true, []finding.Code{finding.TLSUndecryptable}},
		{"both can be opened", "TRAFFIC_SECRET", true, []finding.Code{finding.CloseUnanswered}},
		{"nothing but the request can be opened", "CLIENT_TRAFFIC_SECRET_0", false, []finding.Code{finding.TLSUndecryptable}},
		{"there was no answer", "TRAFFIC_SECRET", false, []finding.Code{finding.HandshakeUnanswered}},
	} {
		talk := newSealedTalk(t, only13)
		if tt.answers {
			talk.upgrade()
			talk.say(packets.ServerToClient, "hello")
			talk.send(packets.ClientToServer, talk.conn.Frame(packets.ClientToServer, 0x88, []byte{3, 0xe8}))
		} else {
			talk.send(packets.ClientToServer, []byte("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "+
				talk.conn.Nonce()+"\r\nSec-WebSocket-Version: 13\r\n\r\n"))
		}
		talk.capture.Wait(2 * time.Second)
		talk.conn.Close(packets.ServerToClient)
		var found []finding.Code
		var end dissect.Ended
		_, err := Run(context.Background(), capture.NewReader(bytes.NewReader(talk.capture.Pcap()), "sealed.pcap", capture.Options{}),
			Options{Dissect: dissect.Options{Keys: talk.keys(tt.keys)}}, func(e dissect.Event) {
				switch e := e.(type) {
				case *dissect.Finding:
					found = append(found, e.Code)
				case *dissect.Ended:
					end = *e
				}
			})
		if err != nil {
			t.Fatal(err)
		}
		sealed := slices.Contains(tt.want, finding.TLSUndecryptable)
		if !slices.Equal(found, tt.want) || end.Sealed[flow.ServerToClient] != sealed || end.CleanKnown && sealed {
			t.Errorf("%s: found %v, sealed %v, clean known %v; want %v", tt.name, found, end.Sealed, end.CleanKnown, tt.want)
		}
	}
}
