package session

// blockRows is how many rows, or pieces of a log, lie in one piece of memory.
const blockRows = 1024

// blocks is a list that grows without moving what it holds, and whose oldest
// blocks can be let go.
type blocks[T any] struct {
	list [][]T
	n    int // how many were added
	gone int // whole blocks let go at the front, or behind the first one
}

func (b *blocks[T]) add(v T) {
	if b.n%blockRows == 0 {
		b.list = append(b.list, nil)
	}
	last := &b.list[len(b.list)-1]
	if len(*last) == cap(*last) && cap(*last) > 0 && cap(*last) < blockRows {
		grown := make([]T, len(*last), min(2*cap(*last), blockRows))
		copy(grown, *last)
		*last = grown
	}
	*last = append(*last, v)
	b.n++
}

// at returns the i-th value, or nil when it is no longer kept.
func (b *blocks[T]) at(i int) *T {
	if i < 0 || i >= b.n || b.list[i/blockRows] == nil {
		return nil
	}
	return &b.list[i/blockRows][i%blockRows]
}

// trim gives back the room behind the last value: few are expected.
func (b *blocks[T]) trim() {
	if last := len(b.list) - 1; last >= 0 {
		b.list[last] = exact(b.list[last])
	}
}

// exact returns list without room behind its end.
func exact[T any](list []T) []T {
	if len(list) == cap(list) {
		return list
	}
	return append(make([]T, 0, len(list)), list...)
}

// drop lets block i go and returns how many values it held. The next value
// goes to a new block, even if this one was not full.
func (b *blocks[T]) drop(i int) int {
	n := len(b.list[i])
	b.list[i] = nil
	if i == len(b.list)-1 {
		b.n = len(b.list) * blockRows
	}
	return n
}

// An arena holds previews, 64 KiB a piece.
type arena struct{ list [][]byte }

const arenaPiece = 64 << 10

func (a *arena) add(p []byte) uint32 {
	last := len(a.list) - 1
	if last < 0 || len(a.list[last])+len(p) > arenaPiece {
		a.list = append(a.list, nil)
		last++
	}
	at := len(a.list[last])
	if at+len(p) > cap(a.list[last]) {
		grown := make([]byte, at, min(max(2*cap(a.list[last]), at+len(p), 256), arenaPiece))
		copy(grown, a.list[last])
		a.list[last] = grown
	}
	a.list[last] = append(a.list[last], p...)
	return uint32(last*arenaPiece + at)
}

func (a *arena) trim() {
	if last := len(a.list) - 1; last >= 0 {
		a.list[last] = exact(a.list[last])
	}
}

func (a *arena) at(place uint32, n uint8) []byte {
	piece, at := int(place)/arenaPiece, int(place)%arenaPiece
	if piece >= len(a.list) || at+int(n) > len(a.list[piece]) {
		return nil
	}
	return a.list[piece][at : at+int(n)]
}
