package session

import (
	"context"
	"path/filepath"
	"testing"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// What is found about no conversation is kept all the same, up to a bound.
func TestLoose(t *testing.T) {
	r := NewRecord(RecordOptions{})
	packets := []flow.PacketID{3}
	f := &dissect.Finding{Report: finding.Report{Code: finding.CaptureDropped}, Packets: packets}
	for range maxLoose + 5 {
		r.observe(f)
	}
	packets[0] = 9
	if got := r.Loose(); len(got) != maxLoose || got[0].Code != finding.CaptureDropped || got[0].Packets[0] != 3 {
		t.Errorf("%d findings are kept, the first is %+v; want %d that nobody changes", len(got), got[0], maxLoose)
	}
}

// A replay gives what was asked for beside: digests, and what a format makes
// of payloads, also when it is to begin later.
func TestReplayWithMore(t *testing.T) {
	r := recorded(t, filepath.Join("..", "pcaps", "graphql.pcap"), true, RecordOptions{})
	var hashed, decoded int
	q := ReplayRequest{Conversation: 1, First: 3, MaxPayload: 1 << 20, Hash: true, Decode: Decoding{Rules: []DecodeRule{{}}}}
	if err := r.Replay(context.Background(), q, func(e dissect.Event) bool {
		if m, ok := e.(*dissect.Message); ok && !m.Type.Control() {
			if m.N < 3 {
				t.Errorf("message %d came", m.N)
			}
			if m.SHA256 != nil {
				hashed++
			}
			if m.Decoded != nil && m.Decoded.Format != "" {
				decoded++
			}
		}
		return true
	}); err != nil || hashed == 0 || decoded != hashed {
		t.Errorf("%v; %d messages have a digest, %d are decoded", err, hashed, decoded)
	}
}
