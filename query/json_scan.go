package query

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A jsonScan is a JSON text, RFC 8259, that is passed over from its beginning
// on. What passes over a part of it returns where it goes on, or -1 when the
// text ends before.
type jsonScan struct {
	data  []byte
	slash int // a backslash that stands there, or the length: before it there is none from where it was looked for
	from  int // where it was looked for
}

func newScan(data []byte) jsonScan { return jsonScan{data: data, slash: -1} }

// plain returns up to where there is no backslash from at on.
func (t *jsonScan) plain(at int) int {
	if t.slash < at || at < t.from {
		t.from, t.slash = at, len(t.data)
		if i := bytes.IndexByte(t.data[at:], '\\'); i >= 0 {
			t.slash = at + i
		}
	}
	return t.slash
}

// space passes over white space; it returns len(data) at the end.
func space(data []byte, at int) int {
	for at < len(data) && data[at] <= ' ' {
		at++
	}
	return at
}

// skipString passes over a text in quotes, the first of which stands at at.
func skipString(data []byte, at int) int {
	// Most texts are short and have no escapes.
	for end := at + 1; end+8 <= len(data) && end <= at+1+8; end += 8 {
		w := binary.LittleEndian.Uint64(data[end:])
		quotes, slashes := w^'"'*ones, w^'\\'*ones
		// The lowest of these bits is right, whatever those above it are.
		quotes, slashes = (quotes-ones)&^quotes&high, (slashes-ones)&^slashes&high
		if first := (quotes | slashes) & -(quotes | slashes); quotes&first != 0 {
			return end + bits.TrailingZeros64(first)/8 + 1
		} else if first != 0 {
			break
		}
	}
	for end := at + 1; end < len(data); end++ {
		i := bytes.IndexByte(data[end:], '"')
		if i < 0 {
			return -1
		}
		end += i
		slashes := 0
		for data[end-1-slashes] == '\\' { // the opening quote stops it
			slashes++
		}
		if slashes%2 == 0 {
			return end + 1
		}
	}
	return -1
}

// skipWord passes over a number or a literal, which something has to follow.
func skipWord(data []byte, at int) int {
	for ; at < len(data); at++ {
		switch c := data[at]; {
		case c == ',' || c == '}' || c == ']' || c <= ' ':
			return at
		}
	}
	return -1
}

// skip passes over any value, without recursion however deep it is.
func (t *jsonScan) skip(at int) int {
	if at >= len(t.data) {
		return -1
	}
	switch t.data[at] {
	case '"':
		return skipString(t.data, at)
	case '{':
		return object.skip(t, at)
	case '[':
		return array.skip(t, at)
	}
	return skipWord(t.data, at)
}
