package http1

import "bytes"

// A chunkState is a place in a chunked body (RFC 9112 §7.1):
//
//	chunked-body = *chunk last-chunk trailer-section CRLF
//	chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
type chunkState uint8

const (
	chunkSize    chunkState = iota // in the hex digits
	chunkRest                      // between the digits and the end of their line
	chunkData                      // in the data
	chunkDataEnd                   // in the line end after the data
	chunkTrailer                   // at the start of a trailer line
	chunkField                     // inside a trailer line
	chunkDone                      // after the last empty line
)

// feedChunks returns how many bytes of p belong to the body.
func (b *Body) feedChunks(p []byte) int {
	for i := 0; i < len(p); {
		c := p[i]
		switch b.chunk {
		case chunkSize:
			digit, ok := hexDigit(c)
			switch {
			case ok && b.left>>59 == 0:
				b.left = b.left<<4 | digit
				b.digits = true
			case ok || !b.digits:
				return i + b.giveUp(p[i:])
			default:
				b.chunk = chunkRest
				continue
			}
			i++
		case chunkRest:
			end := bytes.IndexByte(p[i:], '\n')
			if end < 0 {
				return len(p)
			}
			i += end + 1
			b.digits = false
			b.chunk = chunkData
			if b.left == 0 {
				b.chunk = chunkTrailer
			}
		case chunkData:
			n := int(min(uint64(len(p)-i), b.left))
			b.keep(p[i : i+n])
			b.left -= uint64(n)
			i += n
			if b.left == 0 {
				b.chunk = chunkDataEnd
			}
		case chunkDataEnd:
			switch c {
			case '\n':
				b.chunk = chunkSize
			case '\r':
			default:
				return i + b.giveUp(p[i:])
			}
			i++
		case chunkTrailer:
			switch c {
			case '\n':
				b.chunk = chunkDone
			case '\r':
			default:
				b.chunk = chunkField
			}
			i++
		case chunkField:
			end := bytes.IndexByte(p[i:], '\n')
			if end < 0 {
				return len(p)
			}
			i += end + 1
			b.chunk = chunkTrailer
		case chunkDone:
			return i
		}
	}
	return len(p)
}

// giveUp turns b into a body without a known end and takes all of p.
func (b *Body) giveUp(p []byte) int {
	b.Framing, b.broken = UntilClose, true
	b.keep(p)
	return len(p)
}

func hexDigit(c byte) (uint64, bool) {
	switch {
	case '0' <= c && c <= '9':
		return uint64(c - '0'), true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return uint64(c|0x20-'a') + 10, true
	}
	return 0, false
}
