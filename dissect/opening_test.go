package dissect_test

import (
	"strings"
	"testing"

	"wsight/dissect"
	"wsight/flow"
)

// TestLetGo: what is let go of by the layer that was found for it is not looked
// through for frames, which any bytes may hold.
func TestLetGo(t *testing.T) {
	sealed := "\x03\x03\x00\x6d" + strings.Repeat("\x9b\x38\x1c\xfe", 27) + "\x01"
	for _, tt := range []struct {
		name, client, server string
		more                 bool
	}{
		{"TLS without a key", "\x17", "\x17" + sealed, false},
		{"what may be anything", "\x17", "\x18" + sealed, true},
	} {
		c := dissect.New(dissect.Options{}).Connection(flow.Conn{ID: 1, Packet: 1})
		tell := func(dissect.Event) {}
		more := c.Feed(&flow.Chunk{From: flow.A, Packet: 1, Data: []byte(tt.client)}, tell) &&
			c.Feed(&flow.Chunk{From: flow.B, Packet: 2, Data: []byte(tt.server)}, tell)
		if more != tt.more {
			t.Errorf("%s: more is wanted: %v, not %v", tt.name, more, tt.more)
		}
	}
}
