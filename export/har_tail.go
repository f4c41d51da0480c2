package export

import (
	"encoding/binary"

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

const tailLink = 16 // bytes before a piece: the place and the size of the one before

// aside puts what waits in memory into the spool.
func (t *tail) aside(spool *capture.Spool) error {
	if len(t.text) == 0 {
		return nil
	}
	var link [tailLink]byte
	binary.LittleEndian.PutUint64(link[:], uint64(t.last.place))
	binary.LittleEndian.PutUint64(link[8:], uint64(t.last.size))
	place, err := spool.Append(link[:])
	if err == nil {
		_, err = spool.Append(t.text)
	}
	t.last = tailPiece{place + tailLink, len(t.text)}
	t.text = nil // who is silent now must not hold room
	return err
}

// write gives everything to add, in the order in which it came. What it gives
// is valid until add returns.
func (t *tail) write(spool *capture.Spool, add func([]byte)) error {
	var pieces []tailPiece
	for piece := t.last; piece.size > 0; {
		pieces = append(pieces, piece)
		var link [tailLink]byte
		if _, err := spool.ReadAt(link[:], piece.place-tailLink); err != nil {
			return err
		}
		piece = tailPiece{int64(binary.LittleEndian.Uint64(link[:])), int(binary.LittleEndian.Uint64(link[8:]))}
	}
	var buf []byte
	for i := len(pieces) - 1; i >= 0; i-- {
		if cap(buf) < pieces[i].size {
			buf = make([]byte, pieces[i].size)
		}
		buf = buf[:pieces[i].size]
		if _, err := spool.ReadAt(buf, pieces[i].place); err != nil {
			return err
		}
		add(buf)
	}
	add(t.text)
	return nil
}
