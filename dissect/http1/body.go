package http1

import (
	"strconv"

	"wsight/dissect/header"
)

// A Framing says how the end of a body is found (RFC 9112 §6.3). The numbers
// are ours.
type Framing uint8

const (
	Empty      Framing = iota + 1 // no body
	Length                        // Content-Length says how long
	Chunked                       // chunked transfer coding
	UntilClose                    // the body ends with the connection
)

// A Body finds the end of a message body without keeping it.
type Body struct {
	Framing Framing
	// Keep is how many bytes of content Prefix shall give at most. Set it before Feed.
	Keep int

	left   uint64 // of the content or of the chunk
	chunk  chunkState
	digits bool // of the chunk size were seen
	broken bool
	prefix []byte
}

// RequestBody returns the body that follows the head r.
func RequestBody(r *header.Request) Body {
	switch length := contentLength(r.Fields); {
	case r.Fields.Has("Transfer-Encoding"):
		if chunked(r.Fields) {
			return Body{Framing: Chunked}
		}
		return Body{Framing: UntilClose, broken: true}
	case length.lines == 0:
		return Body{Framing: Empty}
	case !length.valid:
		return Body{Framing: UntilClose, broken: true}
	default:
		return Body{Framing: Length, left: length.n}
	}
}

// ResponseBody returns the body that follows the head r, the answer to a
// request with the given method.
func ResponseBody(r *header.Response, method string) Body {
	switch {
	case r.Status/100 == 1, r.Status == 204, r.Status == 304, method == "HEAD":
		return Body{Framing: Empty}
	case method == "CONNECT" && r.Status/100 == 2:
		return Body{Framing: Empty}
	case chunked(r.Fields):
		return Body{Framing: Chunked}
	case r.Fields.Has("Transfer-Encoding"):
		return Body{Framing: UntilClose}
	}
	switch length := contentLength(r.Fields); {
	case length.lines == 0:
		return Body{Framing: UntilClose}
	case !length.valid:
		return Body{Framing: UntilClose, broken: true}
	default:
		return Body{Framing: Length, left: length.n}
	}
}

// Done reports whether the body is complete.
func (b *Body) Done() bool {
	switch b.Framing {
	case Empty:
		return true
	case Length:
		return b.left == 0
	case Chunked:
		return b.chunk == chunkDone
	}
	return false
}

// Broken reports whether the end of the body cannot be found: the framing was
// illegal, or bytes of it were lost.
func (b *Body) Broken() bool { return b.broken }

// Prefix returns the first bytes of the content, at most Keep.
func (b *Body) Prefix() []byte { return b.prefix }

// Feed takes the next bytes of the stream. It returns how many of them belong
// to the body, and whether the body is complete; before it is, all do.
func (b *Body) Feed(p []byte) (n int, done bool) {
	switch b.Framing {
	case Length:
		n = int(min(uint64(len(p)), b.left))
		b.left -= uint64(n)
		b.keep(p[:n])
	case UntilClose:
		n = len(p)
		b.keep(p)
	case Chunked:
		n = b.feedChunks(p)
	}
	return n, b.Done()
}

// Skip says that lost bytes of the stream are missing. It reports whether the
// end of the body can still be found.
func (b *Body) Skip(lost uint64) bool {
	switch {
	case lost == 0 || b.broken:
	case b.Framing == Length && lost <= b.left, b.Framing == Chunked && b.chunk == chunkData && lost <= b.left:
		b.left -= lost
		if b.Framing == Chunked && b.left == 0 {
			b.chunk = chunkDataEnd
		}
	case b.Framing == UntilClose:
	default:
		b.Framing, b.broken = UntilClose, true
	}
	b.Keep = len(b.prefix) // what follows a hole is not the beginning
	return !b.broken
}

func (b *Body) keep(p []byte) {
	if room := b.Keep - len(b.prefix); room > 0 {
		b.prefix = append(b.prefix, p[:min(len(p), room)]...)
	}
}

type lengthField struct {
	lines int
	text  string
	n     uint64
	valid bool // every value is the same number (RFC 9110 §8.6)
}

func contentLength(f header.Fields) (l lengthField) {
	for i := range f {
		if !header.EqualFold(f[i].Name, "Content-Length") {
			continue
		}
		n, err := strconv.ParseUint(f[i].Value, 10, 63)
		l.lines++
		if l.lines == 1 {
			l.text, l.n, l.valid = f[i].Value, n, err == nil
		} else {
			l.text += ", " + f[i].Value
			l.valid = l.valid && err == nil && n == l.n
		}
	}
	return l
}

// chunked reports whether chunked is the last transfer coding (RFC 9112 §6.1).
func chunked(f header.Fields) bool {
	last := ""
	for coding := range f.Tokens("Transfer-Encoding") {
		last = coding
	}
	return header.EqualFold(last, "chunked")
}
