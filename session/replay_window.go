package session

import (
	"wsight/capture"
)

// A window reads the bytes of pieces again: a plain file in large steps,
// because the packets of a connection stand near each other.
type window struct {
	record *Record
	file   *capture.File
	number int // of file
	buf    []byte
	start  int64
	single []byte
}

// windowSize is how much of a file is read at once, windowNear how close the
// next piece has to be to the last one for that to pay.
const (
	windowSize = 256 << 10
	windowNear = 64 << 10
)

// read returns n bytes of p, valid until the next call.
func (w *window) read(p *piece, file, n int) ([]byte, error) {
	if p.size&pieceGone != 0 {
		return nil, capture.ErrNotKept
	}
	if p.size&pieceSpooled != 0 {
		spool, err := w.record.kept()
		if err != nil {
			return nil, err
		}
		w.single = grow(w.single, n)
		_, err = spool.ReadAt(w.single, p.place)
		return w.single, err
	}
	if w.file == nil || w.number != file {
		if w.file, w.number, w.buf = w.record.reread(file), file, w.buf[:0]; w.file == nil {
			return nil, capture.ErrNotKept
		}
	}
	if at := p.place - w.start; at >= 0 && at+int64(n) <= int64(len(w.buf)) {
		return w.buf[at : at+int64(n)], nil
	}
	near := p.place >= w.start && p.place-w.start < int64(len(w.buf))+windowNear
	size := n
	if near {
		size = max(n, windowSize)
	}
	if cap(w.buf) < size {
		w.buf = make([]byte, size)
	}
	w.buf, w.start = w.buf[:size], p.place
	got, err := w.file.ReadAt(w.buf, p.place)
	w.buf = w.buf[:max(got, 0)]
	if got >= n {
		return w.buf[:n], nil
	}
	return nil, err
}

func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
