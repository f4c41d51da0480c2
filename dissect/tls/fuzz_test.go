package tls

import (
	"encoding/binary"
	"testing"

	"wsight/flow"
)

// script encodes segments for FuzzSession: a side and hole byte, a length of
// two bytes, the bytes.
func script(segments []segment) (b []byte) {
	for _, seg := range segments {
		for data := seg.data; len(data) > 0; {
			n := min(len(data), 1<<16-1)
			head := byte(seg.from)
			if seg.lost {
				head |= 2
			}
			b = append(binary.BigEndian.AppendUint16(append(b, head), uint16(n)), data[:n]...)
			data = data[n:]
		}
	}
	return b
}

// unscript is the reverse of script for any bytes.
func unscript(b []byte) (segments []segment) {
	for len(b) >= 3 {
		n := min(int(binary.BigEndian.Uint16(b[1:])), len(b)-3)
		segments = append(segments, segment{from: flow.Side(b[0] & 1), data: b[3 : 3+n], lost: b[0]&2 != 0})
		b = b[3+n:]
	}
	return segments
}

// FuzzSession: no panic, no more memory than the limits, and how TCP cut the
// streams does not show.
func FuzzSession(f *testing.F) {
	var keys string
	for _, forged := range []*forge{forged13(0x1301), forged13(0x1303), forged12()} {
		keys += forged.keys()
		f.Add(script(forged.segments))
		for i := range forged.segments {
			torn := append([]segment(nil), forged.segments...)
			torn[i].lost = true
			f.Add(script(torn))
			f.Add(script(forged.segments[i:]))
		}
		early := newForge("fuzz early", TLS13, 0x1302)
		early.handshake13("early", true)
		keys += early.keys()
		f.Add(script(early.segments))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		segments := unscript(b)
		var log KeyLog
		log.AddBlock([]byte(keys))
		limits := Limits{Kept: 4096, Search: 1e7}
		d := NewDecryptor(&log, limits)
		want := play(d, segments)
		if kept := d.Stats().Kept; kept != 0 {
			t.Errorf("%d bytes kept after the end", kept)
		}
		var bytewise []segment
		for _, seg := range segments {
			if seg.lost || len(seg.data) == 0 { // an empty one tells of what was lost before it
				bytewise = append(bytewise, seg)
				continue
			}
			for i := range seg.data {
				bytewise = append(bytewise, segment{from: seg.from, data: seg.data[i : i+1]})
			}
		}
		got := play(NewDecryptor(&log, limits), bytewise)
		if got.text.String() != want.text.String() {
			t.Errorf("byte by byte:\n--- got\n%s--- want\n%s", &got.text, &want.text)
		}
	})
}

func FuzzStarts(f *testing.F) {
	f.Add([]byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"))
	f.Add([]byte("\x15\x03\x01\x00\x02\x02\x28"))
	f.Add([]byte("\x80\x2e\x01\x03\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		was := flow.NeedMore
		for n := range len(b) + 1 {
			now := Starts(b[:n])
			if was != flow.NeedMore && now != was {
				t.Errorf("Starts of %d bytes of %q = %d, of %d bytes %d", n-1, b, was, n, now)
			}
			was = now
		}
		if len(b) >= 10 && was == flow.NeedMore {
			t.Errorf("Starts(%q) is not sure", b)
		}
	})
}
