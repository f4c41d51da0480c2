package dissect

import (
	"crypto/sha256"
	"hash"
	"slices"
	"time"
	"unicode/utf8"

	"wsight/dissect/websocket"
	"wsight/flow"
)

// A message is one that is being put together.
type message struct {
	typ         MessageType
	frames      int
	firstTime   time.Time
	firstPacket flow.PacketID
	wire        int64 // payload bytes seen
	declared    int64 // payload bytes that the frames announced
	length      int64 // bytes written: decoded ones
	lost        int64
	compressed  bool
	rsv1        bool   // on the first frame
	layout      uint64 // of the frames so far
	undecoded   string

	kept     []byte // the beginning of the payload
	torn     bool   // bytes were lost: what follows is no longer kept, so that text never runs over a hole
	headless bool   // its beginning is not in kept, because reading went on from a Checkpoint
	utf8     websocket.UTF8
	sum      hash.Hash // nil unless Options.Hash
	compared bool      // the digest is wanted
	digest   digest
}

// begin starts a new message, keeping the memory of the last one.
func (m *message) begin(t MessageType, packet flow.PacketID, at time.Time, hashed bool) {
	kept, sum := m.kept[:0], m.sum
	if cap(kept) > keptMemory {
		kept = nil
	}
	*m = message{}
	m.typ, m.firstPacket, m.firstTime, m.kept, m.sum = t, packet, at, kept, sum
	switch {
	case hashed && sum == nil:
		m.sum = sha256.New()
	case hashed:
		m.sum.Reset()
	}
}

// keptMemory is how large a buffer may be to be used again for the next message.
const keptMemory = 64 << 10

// write takes decoded bytes of the payload.
func (m *message) write(p []byte, limit int64) {
	m.length += int64(len(p))
	m.utf8.Write(p)
	if m.compared {
		m.digest.write(p)
	}
	if m.sum != nil {
		m.sum.Write(p)
	}
	if room := limit - int64(len(m.kept)); room > 0 && !m.torn && !m.headless {
		p = p[:min(room, int64(len(p)))]
		if have := len(m.kept); have >= keptMemory && have+len(p) > cap(m.kept) {
			m.kept = slices.Grow(m.kept, max(have, len(p))) // append alone would copy large ones more often
		}
		m.kept = append(m.kept, p...)
	}
}

// lose notes a hole of n bytes.
func (m *message) lose(n int64) {
	m.lost += n
	m.torn = true
}

// frame notes the header of the next frame.
func (m *message) frame(f *websocket.Header) {
	if m.frames == 0 {
		m.rsv1 = f.Rsv1
	}
	m.frames++
	m.declared += int64(min(f.Length, 1<<62))
	m.layout = layout(m.layout, f)
}

// layout adds f to the fingerprint of the frames before it; see Message.Layout.
func layout(before uint64, f *websocket.Header) uint64 {
	first := uint64(f.Opcode)
	if f.Fin {
		first |= 0x80
	}
	if f.Rsv1 || f.Rsv2 || f.Rsv3 {
		for i, set := range [...]bool{f.Rsv3, f.Rsv2, f.Rsv1} {
			if set {
				first |= 1 << (4 + i)
			}
		}
	}
	return fold(before^prime1^first, f.Length^prime2)
}

// fill completes e, which names the place, from what was put together.
func (m *message) fill(e *Message, finished bool) {
	e.Type, e.Frames = m.typ, m.frames
	e.FirstTime, e.FirstPacket = m.firstTime, m.firstPacket
	e.Wire, e.Lost, e.Compressed, e.Undecoded = m.wire, m.lost, m.compressed, m.undecoded
	e.Complete = finished && m.lost == 0
	e.RTT, e.Code = -1, -1
	e.RSV1, e.Layout = m.rsv1, m.layout

	decoded := e.Complete && m.undecoded == ""
	switch {
	case decoded:
		e.Length = m.length
	case !m.compressed && finished && m.typ != Unknown:
		e.Length = m.declared
	default:
		e.Length = -1
	}
	if m.undecoded != "" {
		e.Truncated = true
		return
	}
	_, bad := m.utf8.Bad()
	if decoded {
		_, bad = m.utf8.End()
		if m.compared {
			e.Digest = m.digest.sum()
		}
		if m.sum != nil {
			var sum [sha256.Size]byte
			m.sum.Sum(sum[:0])
			e.SHA256 = &sum
		}
	}
	e.Valid = !bad
	e.Payload = m.kept
	e.Truncated = !e.Complete || int64(len(m.kept)) < m.length
	if e.Valid && e.Truncated {
		e.Payload = wholeRunes(m.kept)
	}
}

// Cut shortens Payload to n bytes, or a few less where that would split a rune.
func (e *Message) Cut(n int) {
	if len(e.Payload) <= n {
		return
	}
	e.Payload, e.Truncated = e.Payload[:n], true
	if e.Valid {
		e.Payload = wholeRunes(e.Payload)
	}
}

// wholeRunes cuts a rune off that the end of b splits.
func wholeRunes(b []byte) []byte {
	for i := 1; i <= min(utf8.UTFMax-1, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			return b
		}
	}
	return b
}
