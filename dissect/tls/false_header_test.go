package tls

import (
	"testing"

	"wsight/flow"
)

// TestFalseHeader: after a hole over a header, sealed bytes that look like the
// header of a longer record than what is left of the stream, or of what was
// captured before the next hole, do not hide the records behind them.
func TestFalseHeader(t *testing.T) {
	const lost, where = 100, 1000 // bytes of the long record, and where behind them the header stands
	stream := func(content []byte, again bool) *forge {
		f := newForge("false header", TLS13, 0x1301)
		f.handshake13("", false)
		f.say(flow.A, "first ")
		long := f.record(flow.A, typeApplicationData, content)
		f.segments = append(f.segments, segment{from: flow.A, data: long[:lost], lost: true}, segment{from: flow.A, data: long[lost:]})
		f.say(flow.A, "second ")
		f.say(flow.A, "third ")
		f.segments[len(f.segments)-1].lost = again
		f.say(flow.A, "fourth")
		return f
	}
	for _, tt := range []struct {
		name   string
		header string // among the sealed bytes
		again  bool   // the third record is lost, too
		want   string
	}{
		{"none", "\x17\x04\x03\x40\x00", false, "first second third fourth"},
		{"to beyond the end", "\x17\x03\x03\x40\x00", false, "first second third fourth"},
		{"of a handshake message", "\x16\x03\x03\x40\x00", false, "first second third fourth"},
		{"twice", "\x17\x03\x03\x40\x00\x17\x03\x03\x40\x00", false, "first second third fourth"},
		{"to beyond the next hole", "\x17\x03\x03\x40\x00", true, "first second fourth"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			content := make([]byte, 3000)
			// What is sealed is a stream of bits added to the content.
			sealed := func(f *forge) []byte { return f.segments[len(f.segments)-4].data[where:][:len(tt.header)] }
			for i, b := range sealed(stream(content, false)) {
				content[lost+where-headerSize+i] = tt.header[i] ^ b
			}
			f := stream(content, tt.again)
			if got := sealed(f); string(got) != tt.header {
				t.Fatalf("the sealed bytes are %x; want %x", got, tt.header)
			}
			h := play(decryptor(f.keys()), f.segments)
			if got := h.plain[flow.A].String(); got != tt.want {
				t.Errorf("told %q; want %q\n%s", got, tt.want, &h.text)
			}
		})
	}
}
