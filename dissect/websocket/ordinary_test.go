package websocket

import (
	"strings"
	"testing"

	"wsight/flow"
)

// What nearly every frame is comes in one call, and nothing else does. Behind
// an odd frame stands one that shows that it was one.
func TestOrdinary(t *testing.T) {
	long := strings.Repeat("x", 126)
	for _, tt := range []struct {
		name  string
		dir   flow.Direction
		wire  string
		whole int
	}{
		{"text", s2c, "\x81\x02ok", 1},
		{"binary, and empty", s2c, "\x82\x02ok\x82\x00", 2},
		{"control frames", s2c, "\x89\x01p\x8a\x01p\x88\x02\x03\xe8", 3},
		{"masked", c2s, "\x81\x82\x01\x02\x03\x04ok", 1},
		{"a length of two bytes", s2c, "\x81\x7e\x00\x7e" + long, 1},
		{"between fragments", s2c, "\x01\x01a\x89\x00\x80\x01b", 1},
		{"behind fragments", s2c, "\x01\x01a\x80\x01b\x81\x01c", 1},
		{"a length that is too long for itself", s2c, "\x81\x7e\x00\x02ok\x81\x02ok", 1},
		{"a length of eight bytes", s2c, "\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x02ok\x81\x02ok", 1},
		{"a control frame with a length of two bytes", s2c, "\x89\x7e\x00\x7e" + long + "\x81\x02ok", 1},
		{"not all of the header", s2c, "\x81\x7e\x00", 0},
		{"not all of the mask", c2s, "\x81\x81\x01\x02\x03", 0},
		{"not all of the payload", s2c, "\x81\x02o", 0},
		{"a reserved bit", s2c, "\xc1\x02ok\xc1\x02ok", 0},
		{"a reserved opcode", s2c, "\x83\x02ok\x83\x02ok", 0},
		{"a continuation", s2c, "\x01\x01a\x80\x01b", 0},
		{"amid fragments, which the Handler has to see", s2c, "\x01\x01a\x81\x02ok", 1},
		{"masked by the server", s2c, "\x81\x82\x01\x02\x03\x04ok", 0},
		{"not masked by the client", c2s, "\x81\x02ok", 0},
		{"in a direction that is not known", 0, "\x81\x02ok", 0},
	} {
		r := new(record)
		d := Decoder{Dir: tt.dir}
		d.Feed([]byte(tt.wire), r)
		if r.wholes != tt.whole {
			t.Errorf("%s: %d frames came whole; want %d", tt.name, r.wholes, tt.whole)
		}
	}
}
