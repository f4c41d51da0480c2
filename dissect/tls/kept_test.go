package tls

import (
	"fmt"
	"strings"
	"testing"

	"wsight/flow"
)

// TestLateSecrets gives the key log after the first n segments. What was kept
// is told in its order and with its own place.
func TestLateSecrets(t *testing.T) {
	for _, f := range []*forge{forged13(0x1301), forged12()} {
		want := play(decryptor(f.keys()), f.segments)
		for n := range f.segments {
			var log KeyLog
			d := NewDecryptor(&log, Limits{})
			s := d.NewSession()
			h := &heard{}
			sent := append([]segment(nil), f.segments[:n]...)
			feed(s, sent, h.emit)
			if h.plain[0].Len()+h.plain[1].Len() > 0 {
				t.Fatal("told without a secret")
			}
			waiting := s.Waiting()
			kept := d.Stats().Kept
			if waiting != (kept > 0) {
				t.Errorf("waiting=%v with %d bytes kept", waiting, kept)
			}
			before := h.text.Len()
			log.AddBlock([]byte(f.keys()))
			s.Retry(h.emit)
			if told := h.text.Len() > before; told && !waiting {
				t.Errorf("after %d segments: waiting=%v, told=%v", n, waiting, told)
			}
			feedFrom(s, f.segments, n, h.emit)
			s.End(h.emit)
			if got := h.text.String(); got != want.text.String() {
				t.Fatalf("secrets after %d segments:\n--- got\n%s--- want\n%s", n, got, &want.text)
			}
			for i, d := range h.data {
				if w := want.data[i]; d.Place != w.Place {
					t.Errorf("secrets after %d segments: piece %d at %+v; want %+v", n, i, d.Place, w.Place)
				}
			}
			if d.Stats().Kept != 0 {
				t.Errorf("%d bytes kept after the end", d.Stats().Kept)
			}
		}
	}
}

// feedFrom feeds the segments from n on.
func feedFrom(s *Session, segments []segment, n int, emit func(Event)) {
	var offset [2]int64
	for _, seg := range segments[:n] {
		offset[seg.from] += int64(len(seg.data))
	}
	for i, seg := range segments[n:] {
		s.Feed(&flow.Chunk{From: seg.from, Data: seg.data, Offset: offset[seg.from], Packet: flow.PacketID(n + i + 1), Time: timeOf(n + i)}, emit)
		offset[seg.from] += int64(len(seg.data))
	}
}

// forged12 is a short connection of TLS 1.2 with AES-CBC.
func forged12() *forge {
	f := newForge("forged", TLS12, 0xC027)
	f.handshake12()
	f.say(flow.A, "question")
	f.say(flow.B, "answer")
	f.say(flow.B, "more")
	f.send(flow.B, typeAlert, []byte{byte(Warning), byte(CloseNotify)})
	return f
}

// TestKeptLimits has limits of sealed records met before the secret is known.
func TestKeptLimits(t *testing.T) {
	tests := []struct {
		name   string
		limits Limits
		met    bool
	}{
		{"default", Limits{}, false},
		{"none kept", Limits{Kept: -1}, true},
		{"a connection's", Limits{Kept: 10_000}, true},
		{"near", Limits{Kept: 100 * (1000 + overhead13 + keptCost + 5)}, false},
		{"all connections'", Limits{KeptTotal: 10_000}, true},
	}
	for _, tt := range tests {
		f := newForge("kept", TLS13, 0x1302)
		f.handshake13("", false)
		const n = 80
		for i := range n {
			f.say(flow.A, fmt.Sprintf("%1000d", i))
		}
		told := len(f.segments)
		f.say(flow.A, "after")

		var log KeyLog
		d := NewDecryptor(&log, tt.limits)
		s := d.NewSession()
		h := &heard{}
		feed(s, f.segments[:told], h.emit)
		if most := max(tt.limits.Kept, tt.limits.KeptTotal); most > 0 && d.Stats().Kept > most {
			t.Errorf("%s: %d bytes kept", tt.name, d.Stats().Kept)
		}
		if got := strings.Contains(h.text.String(), "undecryptable"); got != tt.met {
			t.Errorf("%s: undecryptable: %v; want %v", tt.name, got, tt.met)
		}
		log.AddBlock([]byte(f.keys()))
		feedFrom(s, f.segments, told, h.emit)
		s.End(h.emit)
		// Without what was let go, decryption goes on after a gap.
		want := "A data \"after\"\n"
		if tt.met {
			want = "A data \"after\" lost="
		}
		if !strings.Contains(h.text.String(), want) {
			t.Errorf("%s: no %q in\n%s", tt.name, want, &h.text)
		}
		if last := h.data[len(h.data)-1]; tt.met && (last.Lost < n*1000 || last.Exact) {
			t.Errorf("%s: lost %d, exact %v; want at least %d", tt.name, last.Lost, last.Exact, n*1000)
		}
	}
}
