package session

import (
	"bytes"
	"context"
	stdtls "crypto/tls"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/finding"
	"wsight/internal/packets"
)

// from is a source that begins after its first packets.
type from struct {
	capture.Source
	skipped int
}

func (f from) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	return func(yield func(*capture.Packet, error) bool) {
		n := 0
		for p, err := range f.Source.Packets(ctx) {
			if n++; n > f.skipped && !yield(p, err) {
				return
			}
		}
	}
}

// A said is what a capture says of its WebSockets.
type said struct {
	messages map[string][]string // complete ones, by ends, stream and direction
	wrong    map[finding.Code]string
	midway   bool // some began before the capture
	noted    bool // which was said
}

// listenFrom reads a capture without its first packets.
func listenFrom(t *testing.T, source capture.Source, keys *tls.KeyLog, skipped int) said {
	t.Helper()
	s := said{messages: map[string][]string{}, wrong: map[finding.Code]string{}}
	_, err := Run(context.Background(), from{source, skipped}, Options{Dissect: dissect.Options{Keys: keys, MaxPayload: -1}}, func(e dissect.Event) {
		conv := e.At().Conv
		switch e := e.(type) {
		case *dissect.Opened:
			s.midway = s.midway || conv.Midstream
		case *dissect.Message:
			if e.Complete {
				who := fmt.Sprintf("%v to %v, stream %d, %v", conv.Client, conv.Server, conv.Stream, e.Dir)
				s.messages[who] = append(s.messages[who], fmt.Sprintf("%v %s", e.Type, e.Payload))
			}
		case *dissect.Finding:
			if e.Rule().Severity > finding.Note {
				s.wrong[e.Code] = e.Detail
			}
			s.noted = s.noted || e.Code == finding.CaptureMidstream
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testJoined begins to read a capture at each of its packets: nothing may be
// told that the whole capture does not say, and nobody may say what another
// one said. It returns how many messages there are from each packet on.
func testJoined(t *testing.T, source func() capture.Source, keys *tls.KeyLog) (complete []int) {
	whole := listenFrom(t, source(), keys, 0)
	if len(whole.messages) < 2 {
		t.Fatalf("only %d ends say something", len(whole.messages))
	}
	count := 0
	for _, err := range source().Packets(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	for n := range count {
		part := listenFrom(t, source(), keys, n)
		for code, detail := range part.wrong {
			if _, known := whole.wrong[code]; !known {
				t.Errorf("without %d packets: %s is told: %s", n, code, detail)
			}
		}
		if part.midway && !part.noted {
			t.Errorf("without %d packets: nothing says that the capture began late", n)
		}
		told := 0
		for who, messages := range part.messages {
			rest := whole.messages[who]
			for _, m := range messages {
				for len(rest) > 0 && rest[0] != m {
					rest = rest[1:]
				}
				if len(rest) == 0 {
					t.Errorf("without %d packets: %s did not say this, or not then: %.60q", n, who, m)
					break
				}
				rest = rest[1:]
				told++
			}
		}
		complete = append(complete, told)
	}
	return complete
}

// TestHTTP2JoinedInTLS joins WebSocket over HTTP/2 over TLS at each packet.
// What begins later than the capture is found while both sides still speak.
func TestHTTP2JoinedInTLS(t *testing.T) {
	s := &lossyTalk{sealedTalk: newSealedTalk(t, &stdtls.Config{MinVersion: stdtls.VersionTLS13})}
	over2(s)
	s.conn.Close(packets.ServerToClient)
	file := s.capture.Pcap()
	source := func() capture.Source { return capture.NewReader(bytes.NewReader(file), "lab.pcap", capture.Options{}) }
	complete := testJoined(t, source, s.keys(""))
	// A capture that begins inside of the server's flight has a part of a
	// record that is not told from one: nothing is opened then.
	const insideFlight = 7
	var begins [2]uint32
	var passed [2]int64 // bytes of each side that are not there
	n := 0
	for p := range source().Packets(context.Background()) {
		want, sides := 0, [2]bool{}
		for _, l := range s.lines {
			if l.from >= passed[l.dir] {
				sides[l.dir] = true
				want++
			}
		}
		if n != insideFlight && sides == [2]bool{true, true} && complete[n] != want {
			t.Errorf("without %d packets %d messages are complete; want %d", n, complete[n], want)
		}
		d, _, to := s.segment(p.Data, &begins)
		passed[d] = max(passed[d], to)
		n++
	}
}

// TestHTTP2JoinedCorpus does the same with what Node and Chromium sent, in the
// clear and in TLS.
func TestHTTP2JoinedCorpus(t *testing.T) {
	corpus := os.Getenv("WSIGHT_CORPUS")
	if corpus == "" {
		t.Skip("needs WSIGHT_CORPUS, the folder of the corpus")
	}
	for name, last := range map[string]int{"a-h2c-node": 45, "a-h2-tls-chromium": 60} {
		file, err := os.ReadFile(filepath.Join(corpus, "lab", name+".pcap"))
		if err != nil {
			t.Fatal(err)
		}
		keys := new(tls.KeyLog)
		if b, err := os.ReadFile(filepath.Join(corpus, "lab", name+".keys")); err == nil {
			keys.Add(b)
		}
		complete := testJoined(t, func() capture.Source { return capture.NewReader(bytes.NewReader(file), name, capture.Options{}) }, keys)
		for n, messages := range complete[:last] {
			if messages == 0 {
				t.Errorf("%s without %d packets: no message is found", name, n)
			}
		}
	}
}
