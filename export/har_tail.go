package export

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/klauspost/compress/s2"

	"wsight/capture"
)

// A tail is text of an entry that waits for its connection to end. Of many
// entries most of it lies in the spool, in pieces that each say where the one
// before them lies, so that memory does not grow with them.
type tail struct {
	text []byte
	last tailPiece
}

// A tailPiece lies in the spool. Its size is 0 where there is none.
type tailPiece struct {
	place int64
	size  int
}

const tailLink = 16 // bytes that a piece begins with: the place and the size of the one before

// A harSpool holds what waits in a file, compressed a piece at a time, and
// the buffers that pieces grow in.
type harSpool struct {
	*capture.Spool
	spare  [][]byte
	packed []byte
}

// harSpare is how many buffers wait to be used again.
const harSpare = 8

// room sees to it that t, which goes on growing, does so in a buffer that was
// used before, if there is one: who is silent holds little.
func (s *harSpool) room(t *tail) {
	const little = 4 << 10
	if n := len(s.spare); n > 0 && len(t.text) > little && cap(t.text) < harPiecesOf {
		t.text = append(s.spare[n-1][:0], t.text...)
		s.spare = s.spare[:n-1]
	}
}

// aside puts what waits in memory into the file.
func (s *harSpool) aside(t *tail) error {
	if len(t.text) == 0 {
		return nil
	}
	if s.Spool == nil {
		const all = 1 << 50
		var err error
		if s.Spool, err = capture.NewSpool(all); err != nil {
			return err
		}
	}
	s.packed = binary.LittleEndian.AppendUint64(s.packed[:0], uint64(t.last.place))
	s.packed = binary.LittleEndian.AppendUint64(s.packed, uint64(t.last.size))
	s.packed = slices.Grow(s.packed, s2.MaxEncodedLen(len(t.text)))
	s.packed = s.packed[:tailLink+len(s2.Encode(s.packed[tailLink:cap(s.packed)], t.text))]
	place, err := s.Append(s.packed)
	t.last = tailPiece{place, len(s.packed)}
	if len(s.spare) < harSpare && cap(t.text) >= harPiecesOf && cap(t.text) <= 4*harPiecesOf {
		s.spare = append(s.spare, t.text)
	}
	t.text = nil
	return err
}

// write gives everything to add, in the order in which it came. What it gives
// is valid until add returns.
func (s *harSpool) write(t *tail, add func([]byte)) error {
	var pieces []tailPiece
	for piece := t.last; piece.size > 0; {
		pieces = append(pieces, piece)
		var link [tailLink]byte
		if _, err := s.ReadAt(link[:], piece.place); err != nil {
			return err
		}
		piece = tailPiece{int64(binary.LittleEndian.Uint64(link[:])), int(binary.LittleEndian.Uint64(link[8:]))}
	}
	var text []byte
	for _, piece := range slices.Backward(pieces) {
		s.packed = slices.Grow(s.packed[:0], piece.size)[:piece.size]
		if _, err := s.ReadAt(s.packed, piece.place); err != nil {
			return err
		}
		var err error
		if text, err = s2.Decode(text[:cap(text)], s.packed[tailLink:]); err != nil {
			return fmt.Errorf("spool: %w", err)
		}
		add(text)
	}
	add(t.text)
	return nil
}
