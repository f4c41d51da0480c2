package http2

import "slices"

// enoughSigns is how many signs a [Recognizer] wants: each frame of a chain is
// one, and so is each end of the chain where a segment begins or ends. A header
// that obeys all rules of ordinary has some thirty bits that are no chance.
const enoughSigns = 3

// maxThreads limits the chains that a Recognizer follows at a time.
const maxThreads = 64

// A Recognizer finds out whether what one side says carries frames of HTTP/2,
// although the bytes may begin inside of one. It is stricter than [Search],
// which knows that they do. The zero value is ready. It keeps the last bytes
// that may be the beginning of a header.
type Recognizer struct {
	tail    []byte
	threads []thread
	end     int64 // offset behind the last byte
}

// A thread is frames that follow one another.
type thread struct {
	start, next int64 // offsets of the first header, and of the one to come
	frames      int
	cut         bool // a segment begins with it
}

// Feed takes the next bytes, best one segment at a time, after lost bytes that
// are missing.
func (r *Recognizer) Feed(p []byte, lost int64) {
	if lost > 0 {
		r.tail = r.tail[:0]
		r.end += lost
		r.threads = slices.DeleteFunc(r.threads, func(t thread) bool { return t.next < r.end })
	}
	segment := r.end
	first := segment - int64(len(r.tail))
	p = append(r.tail, p...)
	r.end = first + int64(len(p))
	i := 0
	for ; len(p)-i >= HeaderSize; i++ {
		r.look(p[i:], first+int64(i), segment)
	}
	r.tail = append([]byte(nil), p[i:]...)
}

// look reads the header that may be at offset, where p begins.
func (r *Recognizer) look(p []byte, offset, segment int64) {
	ordinary := p[0] == 0 && p[5] == 0
	var h Header
	if ordinary {
		h, _ = ParseHeader(p)
		ordinary = h.ordinary()
	}
	next := offset + HeaderSize + int64(h.Length)
	known := false
	for i := 0; i < len(r.threads); i++ {
		t := &r.threads[i]
		switch {
		case t.next != offset:
		case !ordinary:
			r.threads = slices.Delete(r.threads, i, i+1)
			i--
		default:
			t.frames++
			t.next, known = next, true
		}
	}
	if ordinary && !known && len(r.threads) < maxThreads {
		r.threads = append(r.threads, thread{start: offset, next: next, frames: 1, cut: offset == segment})
	}
}

// Found returns where frames begin, counted from the first byte, lost ones
// included. ok is false while it is not certain that there are any.
func (r *Recognizer) Found() (start int64, ok bool) { return r.best(enoughSigns) }

// Likely is Found when nothing more will come, or what is there speaks for
// frames of something that HTTP/2 carries: less will do then.
func (r *Recognizer) Likely() (start int64, ok bool) { return r.best(enoughSigns - 1) }

// Offset returns how many bytes were fed, lost ones included.
func (r *Recognizer) Offset() int64 { return r.end }

// Open reports whether a header was seen that nothing has spoken against yet.
func (r *Recognizer) Open() bool { return len(r.threads) > 0 }

// best returns where the first chain with so many signs begins.
func (r *Recognizer) best(signs int) (start int64, ok bool) {
	for i := range r.threads {
		if t := &r.threads[i]; t.signs(r.end) >= signs {
			return t.start, true
		}
	}
	return 0, false
}

// signs counts what speaks for t when a segment ends at end.
func (t *thread) signs(end int64) int {
	n := t.frames
	if t.cut {
		n++
	}
	if t.next == end {
		n++
	}
	return n
}

// defined has the flags that each type of frame knows, §6.
var defined = [...]uint8{
	DATA: FlagEndStream | FlagPadded, HEADERS: FlagEndStream | FlagEndHeaders | FlagPadded | FlagPriority,
	SETTINGS: FlagAck, PUSH_PROMISE: FlagEndHeaders | FlagPadded, PING: FlagAck, CONTINUATION: FlagEndHeaders,
}

// ordinary reports whether h is as nearly all frames are: no flag is set that
// its type does not know, it says something, and the stream is one that a
// client may have opened.
func (h Header) ordinary() bool {
	if !h.Plausible() || int(h.Type) < len(defined) && h.Flags&^defined[h.Type] != 0 || int(h.Type) >= len(defined) && h.Flags != 0 {
		return false
	}
	switch h.Type {
	case DATA:
		return h.Stream%2 == 1 && (h.Length > 0 || h.Flags == FlagEndStream)
	case HEADERS, CONTINUATION, PUSH_PROMISE:
		return h.Stream%2 == 1 && h.Length > 0
	}
	return true
}
