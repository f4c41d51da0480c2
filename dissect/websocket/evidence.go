package websocket

import "unicode/utf8"

// How sure one has to be, in bits: the evidence for frames is the logarithm
// of how many times likelier the bytes are as frames than as chance. A hunt
// tries some ten thousand places, so that a chain with resumeBits is wrong
// once in a million hunts or so.
const (
	// resumeBits is what a chain of frames needs before reading resumes.
	resumeBits = 36

	// sureBits is what a frame and the ones before it in the chain need for
	// the frame to be given out: a chance header can lead to the first real one.
	sureBits = 16

	// sureCutBits is the same for a chain that begins with a segment: there
	// are few of them, and frames often do.
	sureCutBits = 8

	// endBits is what a chain needs that ends exactly where the direction
	// ends, and wholeBits what it needs when it also begins with the first
	// byte, so that it leaves nothing unexplained.
	endBits   = 24
	wholeBits = 16

	// maxPlausible is the longest payload that a hunt believes in.
	maxPlausible = 16 << 20
)

// Which frames a hunt accepts with RSV1. The numbers are ours.
type rsv1 uint8

const (
	rsv1Never    rsv1 = iota // no extension was agreed
	rsv1Possible             // the agreement was not seen
	rsv1Agreed
)

// headerBits returns how much h says for being a header, and false for a
// header that a hunt does not believe in. It is strict: a hunt that misses an
// illegal frame is late, one that believes in it invents frames.
func headerBits(h *Header, r rsv1) (bits int, ok bool) {
	control := h.Opcode.Control()
	data := h.Opcode == Text || h.Opcode == Binary
	switch {
	case h.Rsv2, h.Rsv3, !h.Opcode.Defined(),
		h.Rsv1 && (!data || r == rsv1Never),
		control && (!h.Fin || h.Length > 125),
		h.Opcode == Close && h.Length == 1,
		!h.Fin && h.Length == 0,
		h.Length > maxPlausible,
		h.lengthSize() > extendedSize(h.Length):
		return 0, false
	case !h.Fin:
		return 0, true // a byte 0 to 2 and a length is how many protocols begin
	case data:
		bits = 7
	default:
		bits = 4
	}
	switch h.lengthSize() {
	case 2:
		bits += 5
	case 8:
		bits += 5 + 24 // 127, and five zeros behind it
	}
	return bits, true
}

// textSample is how many bytes of a text are looked at.
const textSample = 64

// payloadBits returns how much the beginning p of the payload of h, as it was
// on the wire, says for h being a header. whole says that p is all of it.
// alone says that the frame fills a segment.
func payloadBits(h *Header, p []byte, whole, alone bool) (bits int, ok bool) {
	if len(p) == 0 {
		return 0, true
	}
	plain := func(i int) byte {
		if h.Masked {
			return p[i] ^ h.Mask[i&3]
		}
		return p[i]
	}
	switch {
	case h.Rsv1:
		// The first block is not of the reserved type, and the flush that ends
		// a message leaves the upper bits of its last byte zero (RFC 7692
		// §7.2.1): they hold an empty block's type and padding.
		if plain(0)>>1&3 == 3 || h.Fin && whole && plain(len(p)-1)&0xE0 != 0 {
			return 0, false
		}
		if h.Fin && whole {
			return 3, true
		}
		return 0, true
	case h.Opcode == Close && whole && len(p) >= 2:
		switch ClassOf(int(plain(0))<<8 | int(plain(1))) {
		case Assigned:
			if len(p) == 2 {
				return 20, true // four bytes, of which hardly any is free
			}
			return 14, true
		case Private:
			return 5, true
		}
		return 0, false
	case h.Opcode != Text:
		return 0, true
	}

	var sample [textSample]byte
	n := min(len(p), textSample)
	for i := range n {
		sample[i] = plain(i)
	}
	ascii := 0
	for i := 0; i < n; {
		c, size := utf8.DecodeRune(sample[i:n])
		switch {
		case c == utf8.RuneError && size == 1:
			if utf8.FullRune(sample[i:n]) || whole && n == len(p) {
				return 0, false
			}
			i = n
			continue
		case c < ' ' && c != '\n' && c != '\r' && c != '\t', c == 0x7F:
			return 0, true // legal, and says nothing
		case c < utf8.RuneSelf:
			ascii++
		}
		i += size
	}
	// Unmasked text may stand in the middle of other text, masked text not, nor
	// does a header whose own bytes cannot be text.
	switch {
	case h.Masked:
		bits = min(ascii, 24)
	case !h.amongText(sample[:n]):
		bits = min(ascii, 20)
	case alone:
		bits = min(ascii, 8)
	default:
		bits = min(ascii/8, 3)
	}
	if whole && len(p) > 1 {
		switch first, last := plain(0), plain(len(p)-1); {
		case first == '{' && last == '}', first == '[' && last == ']':
			bits += 9
		}
	}
	return bits, true
}

// amongText reports whether the header of an unmasked text frame may be the
// middle of UTF-8 text that goes on with p. Its first byte may be the rest of
// a character; the length that follows is what gives a header away.
func (h *Header) amongText(p []byte) bool {
	b := make([]byte, 0, 8+textSample)
	switch h.lengthSize() {
	case 0:
		b = append(b, byte(h.Length))
	case 2:
		b = append(b, 126, byte(h.Length>>8), byte(h.Length))
	default:
		return false // 127 is DEL, and zeros follow
	}
	header := len(b)
	b = append(b, p...)
	for i := 0; i < header && b[i]>>6 == 2; i++ {
		b[i] = ' ' // the rest of the same character
	}
	for i := 0; i < header; {
		c, size := utf8.DecodeRune(b[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			return !utf8.FullRune(b[i:])
		case c < ' ' && c != '\n' && c != '\r' && c != '\t', c == 0x7F:
			return false
		}
		i += size
	}
	return true
}
