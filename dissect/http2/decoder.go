package http2

import "encoding/binary"

// A Handler receives what a [Decoder] finds in one direction.
type Handler interface {
	// Frame gives a frame other than DATA, whole. Payload is valid until it
	// returns; of a frame larger than the limit it holds the beginning.
	Frame(h Header, payload []byte)
	// Data gives content of a DATA frame, padding taken off. last says that
	// the frame ends with it.
	Data(h Header, p []byte, last bool)
	// Lost says that n bytes of the content of a DATA frame are missing.
	Lost(h Header, n int64)
	// Broken says that bytes are missing in which frames may have been: the
	// place is found again, but what those frames said is not known.
	Broken()
}

// maxPayload is how much of a frame other than DATA is kept. The default of
// SETTINGS_MAX_FRAME_SIZE is less (§6.5.2).
const maxPayload = 64 << 10

// A Decoder cuts one direction of a connection, behind the preface, into
// frames. The zero value is ready.
type Decoder struct {
	head    []byte // of a header that is not complete
	frame   Header
	inFrame bool
	left    int64 // of the payload
	pad     int64 // of left: padding; -1 when its length byte has not come
	payload []byte
	adrift  bool
}

// Feed takes the next bytes. While the decoder is adrift it does nothing.
func (d *Decoder) Feed(p []byte, h Handler) {
	if d.adrift {
		return
	}
	for {
		if !d.inFrame {
			var ok bool
			if p, ok = d.begin(p, h); !ok {
				return
			}
		}
		n := int(min(int64(len(p)), d.left))
		d.take(p[:n], h)
		p = p[n:]
		if d.inFrame {
			return
		}
	}
}

// begin reads a header and returns what follows it.
func (d *Decoder) begin(p []byte, h Handler) (rest []byte, ok bool) {
	had := len(d.head)
	d.head = append(d.head, p[:min(len(p), HeaderSize-had)]...)
	if d.frame, ok = ParseHeader(d.head); !ok {
		return nil, false
	}
	p = p[HeaderSize-had:]
	d.head = d.head[:0]
	d.inFrame, d.left, d.pad, d.payload = true, int64(d.frame.Length), 0, d.payload[:0]
	if d.frame.Type == DATA && d.frame.Has(FlagPadded) {
		d.pad = -1
	}
	if d.left == 0 {
		d.end(nil, h)
	}
	return p, true
}

// take takes bytes of the current frame.
func (d *Decoder) take(p []byte, h Handler) {
	if len(p) == 0 || !d.inFrame {
		return
	}
	d.left -= int64(len(p))
	if d.frame.Type != DATA {
		d.payload = append(d.payload, p[:min(len(p), maxPayload-len(d.payload))]...)
		if d.left == 0 {
			d.end(nil, h)
		}
		return
	}
	if d.pad < 0 {
		d.pad, p = int64(p[0]), p[1:]
	}
	content := p[:max(0, len(p)-int(max(0, d.pad-d.left)))]
	if d.left == 0 {
		d.end(content, h)
	} else if len(content) > 0 {
		h.Data(d.frame, content, false)
	}
}

func (d *Decoder) end(content []byte, h Handler) {
	d.inFrame = false
	if d.frame.Type == DATA {
		h.Data(d.frame, content, true)
		return
	}
	h.Frame(d.frame, d.payload)
}

// Skip says that the next n bytes are missing from the capture.
func (d *Decoder) Skip(n int64, h Handler) {
	if d.adrift || n <= 0 {
		return
	}
	if d.inFrame && d.frame.Type == DATA && d.pad >= 0 && n <= d.left {
		d.left -= n
		h.Lost(d.frame, max(0, min(n, d.left+n-d.pad)))
		if d.left == 0 {
			d.end(nil, h)
		}
		return
	}
	d.inFrame, d.adrift, d.head = false, true, d.head[:0]
	h.Broken()
}

// Join says that the bytes to come begin anywhere: the decoder is adrift.
func (d *Decoder) Join() { d.adrift = true }

// Adrift reports whether it is not known where the next frame begins: [Search]
// finds the place, and Land says that it is that of the next byte.
func (d *Decoder) Adrift() bool { return d.adrift }

// Land says that a frame begins with the next byte that is fed.
func (d *Decoder) Land() { d.adrift = false }

// A Setting is one parameter of a SETTINGS frame, §6.5.1.
type Setting struct {
	ID    uint16
	Value uint32
}

// Settings that matter here.
const (
	SettingInitialWindowSize     = 0x4
	SettingEnableConnectProtocol = 0x8 // RFC 8441 §3
)

// Settings reads the payload of a SETTINGS frame; an incomplete one at its
// end is left out.
func Settings(payload []byte) []Setting {
	var all []Setting
	for ; len(payload) >= 6; payload = payload[6:] {
		all = append(all, Setting{binary.BigEndian.Uint16(payload), binary.BigEndian.Uint32(payload[2:])})
	}
	return all
}

// Fragment returns the field block fragment in the payload of a HEADERS,
// PUSH_PROMISE or CONTINUATION frame, and false when its padding is illegal.
func Fragment(h Header, payload []byte) ([]byte, bool) {
	pad := 0
	if h.Type != CONTINUATION && h.Has(FlagPadded) {
		if len(payload) == 0 {
			return nil, false
		}
		pad, payload = int(payload[0]), payload[1:]
	}
	skip := 0
	switch {
	case h.Type == HEADERS && h.Has(FlagPriority):
		skip = 5
	case h.Type == PUSH_PROMISE:
		skip = 4
	}
	if skip+pad > len(payload) {
		return nil, false
	}
	return payload[skip : len(payload)-pad], true
}
