package session

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/internal/packets"
)

// Messages are read again while another goroutine adds keys: for the race
// detector, and for the maps of Go, which notice it themselves.
func TestReplayWhileKeysGrow(t *testing.T) {
	talk := newSealedTalk(t, only13)
	talk.upgrade()
	const messages = 200
	for i := range messages {
		talk.say(packets.Direction(i%2), "message %d", i+1)
	}
	talk.conn.Close(packets.ClientToServer)
	name := filepath.Join(t.TempDir(), "grows.pcap")
	if err := os.WriteFile(name, talk.capture.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}

	var growing sync.Mutex
	keys := talk.keys("")
	src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := NewRecord(RecordOptions{
		Options: Options{Dissect: dissect.Options{Keys: keys}, KeysMayCome: true}, Reread: src.Reread,
		Keys: func() *tls.KeyLog {
			growing.Lock()
			defer growing.Unlock()
			return keys.Clone()
		},
	})
	defer r.Close()
	read, seen := make(chan error), make(chan struct{}, 1)
	go func() {
		read <- r.Run(context.Background(), &growingSource{Inputs: src, grow: func(n int) {
			growing.Lock()
			keys.AddBlock(fmt.Appendf(nil, "CLIENT_RANDOM %064x %096x\n", n, n))
			growing.Unlock()
			if r.Conversations() > 0 {
				select {
				case seen <- struct{}{}:
				default:
				}
			}
		}})
	}()
	<-seen
	for done := false; !done; {
		select {
		case err := <-read:
			if err != nil {
				t.Fatal(err)
			}
			done = true
		default:
		}
		told := 0
		if err := r.Replay(context.Background(), ReplayRequest{Conversation: 1, MaxPayload: 100}, func(e dissect.Event) bool {
			if m, ok := e.(*dissect.Message); ok {
				if told++; string(m.Payload) != fmt.Sprintf("message %d", m.N) {
					t.Errorf("message %d is %q", m.N, m.Payload)
				}
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		if done && told != messages {
			t.Errorf("%d messages at the end; want %d", told, messages)
		}
	}
}

// A growingSource calls grow before each packet.
type growingSource struct {
	*capture.Inputs
	grow func(n int)
}

func (g *growingSource) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	return func(yield func(*capture.Packet, error) bool) {
		for p, err := range g.Inputs.Packets(ctx) {
			if err == nil {
				g.grow(p.Number)
				time.Sleep(20 * time.Microsecond) // or all was read before the first look
			}
			if !yield(p, err) {
				return
			}
		}
	}
}
