package deflate

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"testing"
)

// oracle inflates a message with compress/flate behind the given history.
func oracle(payload, history []byte) ([]byte, error) {
	in := append(bytes.Clone(payload), 0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF)
	return io.ReadAll(io.LimitReader(flate.NewReaderDict(bytes.NewReader(in), history), 1<<20))
}

// FuzzInflater gives two messages in pieces. The output of each is that of
// compress/flate, and it does not depend on the pieces.
func FuzzInflater(f *testing.F) {
	hello, again := []byte{0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00}, []byte{0xF2, 0x00, 0x11, 0x00, 0x00}
	f.Add(hello, again, 1, false)
	f.Add([]byte{0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00}, []byte{0x00}, 3, false)
	f.Add([]byte{0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00}, again, 2, true)
	f.Add([]byte{0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00}, []byte{}, 5, false)
	s := newSender(9)
	f.Add(s.message(bytes.Repeat([]byte("dynamic codes, "), 50)), s.message([]byte("dynamic codes, dynamic codes and more")), 4, false)
	f.Fuzz(func(t *testing.T, first, second []byte, step int, lose bool) {
		if step < 1 {
			t.Skip()
		}
		whole, pieces := Inflater{Limit: 1 << 20}, Inflater{Limit: 1 << 20}
		var history []byte
		intact := true
		for i, in := range [][]byte{first, second} {
			if i == 1 && lose {
				whole.Lose()
				pieces.Lose()
			}
			got, err := inflate(&whole, in, len(in)+1)
			cut, cutErr := inflate(&pieces, in, step)
			if !bytes.Equal(got, cut) && err == nil || (err == nil) != (cutErr == nil) {
				t.Fatalf("message %d: %d bytes, %v whole; %d bytes, %v in pieces of %d", i, len(got), err, len(cut), cutErr, step)
			}
			if !intact || len(in) == 0 {
				continue
			}
			want, wantErr := oracle(in, history)
			switch {
			case errors.Is(err, ErrContextLost):
				// What was given before that is right.
				if wantErr == nil && !final(in) && !bytes.HasPrefix(want, got) {
					t.Fatalf("message %d: gave %q, which is not the beginning of %q", i, got, want)
				}
			case err == nil && wantErr == nil && !bytes.HasPrefix(got, want):
				// After a block with BFINAL, compress/flate stops and we go on.
				t.Fatalf("message %d: %q; want %q", i, got, want)
			case err == nil && wantErr != nil && !errors.Is(wantErr, io.ErrUnexpectedEOF):
				t.Fatalf("message %d: inflates, where compress/flate says %v", i, wantErr)
			case err == nil && wantErr != nil:
				t.Fatalf("message %d: inflates, where compress/flate wants more", i)
			}
			if err != nil && wantErr == nil && !errors.Is(err, ErrLimit) && !errors.Is(err, ErrContextLost) && !final(in) {
				t.Fatalf("message %d: %v, where compress/flate gives %d bytes", i, err, len(want))
			}
			intact = err == nil
			history = append(history, got...)
		}
	})
}

// final reports whether a block with BFINAL may be in p: behind one,
// compress/flate does not look.
func final(p []byte) bool {
	r := bytes.NewReader(append(bytes.Clone(p), 0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF))
	io.Copy(io.Discard, io.LimitReader(flate.NewReaderDict(r, make([]byte, windowSize)), 1<<20))
	return r.Len() > 0
}
