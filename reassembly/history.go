package reassembly

// historySize is how many of the last delivered bytes of a side are kept, so
// that a retransmission with other content is noticed: that is a middlebox at
// work, or an attack, and follows its original closely. maxHistories bounds
// the memory; sides beyond that number are not compared.
const (
	historySize  = 1 << 9
	maxHistories = 4 << 10
)

// A history is the end of what a side delivered. The byte at offset n of the
// stream is at n - base modulo historySize. All but the bytes stands in the
// half, which every segment touches anyway.
type history struct {
	bytes *[historySize]byte // nil: nothing is kept
	base  int64              // never behind a byte that counts
	from  int64              // offset of the first byte that counts
	to    int64              // offset behind the last one
}

// histories hands out the memory for a bounded number of them.
type histories struct {
	free []*[historySize]byte
	made int
}

// record keeps the end of data, which was at offset.
func (hs *histories) record(y *history, data []byte, offset int64) {
	bytes := y.bytes
	if bytes == nil {
		bytes = hs.get()
		*y = history{bytes, offset, offset, offset}
	}
	if bytes == nil {
		return
	}
	if y.to != offset {
		y.from, y.base = offset, offset
	}
	y.to = offset + int64(len(data))
	if len(data) >= historySize { // what most segments of a long message are
		y.base = y.to - historySize
		copy(bytes[:], data[len(data)-historySize:])
		return
	}
	at := int((offset - y.base) % historySize)
	n := copy(bytes[at:], data)
	copy(bytes[:], data[n:])
}

// get returns nil when there are enough already.
func (hs *histories) get() *[historySize]byte {
	switch last := len(hs.free) - 1; {
	case last >= 0:
		bytes := hs.free[last]
		hs.free = hs.free[:last]
		return bytes
	case hs.made < maxHistories:
		hs.made++
		return new([historySize]byte)
	}
	return nil
}

// put ends y and takes its memory back.
func (hs *histories) put(y *history) {
	if y.bytes != nil {
		hs.free = append(hs.free, y.bytes)
		*y = history{}
	}
}

// differing counts the bytes of p, which lies before the next byte of h, that
// are kept and were others.
func (y *history) differing(p part, h *half) int64 {
	kept, offset := y.kept(p, h)
	if len(kept) == 0 {
		return 0
	}
	first := y.run(offset, len(kept))
	rest := kept[len(first):]
	return differing(first, kept) + differing(y.run(offset+int64(len(first)), len(rest)), rest)
}

// holds reports whether every byte of p is kept, and was the same.
func (y *history) holds(p part, h *half) bool {
	kept, _ := y.kept(p, h)
	return len(kept) == int(p.length) && y.differing(p, h) == 0
}

// kept returns the bytes of p of which there is a copy, and the offset of the
// first one in the stream.
func (y *history) kept(p part, h *half) (bytes []byte, offset int64) {
	if y.bytes == nil {
		return nil, 0
	}
	offset = h.offset + int64(after(p.seq, h.next))
	begin := max(offset, y.from, y.to-historySize)
	end := min(offset+int64(len(p.data)), y.to)
	if begin >= end {
		return nil, 0
	}
	return p.data[begin-offset : end-offset], begin
}

// run returns the copies of up to n bytes from offset on that lie in one piece.
func (y *history) run(offset int64, n int) []byte {
	at := int((offset - y.base) % historySize)
	return y.bytes[at:min(at+n, historySize)]
}
