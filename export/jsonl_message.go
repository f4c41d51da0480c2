package export

import (
	"strconv"

	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/flow"
	"wsight/safe"
)

func (j *JSONL) message(b []byte, m *dissect.Message) []byte {
	b = j.head(b, `{"event":"message","time":`, &m.Place)
	b = appendInt(b, `,"n":`, m.N)
	kind := &messageKinds[m.Dir&3][m.Type&7]
	if m.Frames == 1 { // as most have
		b = j.stamp.append(b, kind.oneFrame, &m.FirstTime)
	} else {
		b = appendInt(b, kind.frames, m.Frames)
		b = j.stamp.append(b, `,"first_time":`, &m.FirstTime)
	}
	b = appendInt(b, `,"first_packet":`, m.FirstPacket.Number())
	if j.opts.Inputs > 1 {
		b = appendFirstFile(b, m)
	}
	b = appendInt(b, `,"wire":`, m.Wire)
	b = appendKnown(b, `,"length":`, m.Length)
	if !m.Compressed && m.Complete && m.Lost == 0 && m.Undecoded == "" { // as nearly all are
		b = appendNull(b, `,"compressed":false,"complete":true,"lost":0,"undecoded":`)
	} else {
		b = appendState(b, m)
	}
	if j.opts.Hash {
		b = appendHash(b, m.SHA256)
	}
	if j.opts.Payload != PayloadNone && m.Undecoded == "" {
		b = j.payload(b, m)
	}
	switch m.Type {
	case dissect.Close:
		if m.Code == 1000 && len(m.Reason) == 0 { // as most have
			b = append(b, `,"code":1000,"reason":""`...)
		} else {
			b = appendReason(b, m)
		}
	case dissect.Pong:
		b = appendDuration(b, `,"rtt":`, m.RTT)
	}
	if j.opts.Decode && m.Decoded != nil {
		b = appendDecoded(b, m.Decoded)
	}
	return append(b, '}', '\n')
}

// A messageKind holds what stands in a line behind the number of a message, by
// direction and type: before the number of its frames, and with one frame before
// its time.
type messageKind struct{ frames, oneFrame string }

var messageKinds = func() (kinds [4][8]messageKind) {
	for dir := range kinds {
		for kind := range kinds[dir] {
			frames := `,"dir":"` + flow.Direction(dir).String() + `","type":"` + dissect.MessageType(kind).String() + `","frames":`
			kinds[dir][kind] = messageKind{frames, frames + `1,"first_time":`}
		}
	}
	return kinds
}()

// appendState appends what became of the payload on its way.
func appendState(b []byte, m *dissect.Message) []byte {
	b = appendBool(b, `,"compressed":`, m.Compressed)
	b = appendBool(b, `,"complete":`, m.Complete)
	b = appendInt(b, `,"lost":`, m.Lost)
	if m.Undecoded == "" {
		return append(b, `,"undecoded":null`...)
	}
	return appendWord(b, `,"undecoded":`, m.Undecoded)
}

// appendFirstFile appends which input has the first packet of m, if not that
// of the last one.
func appendFirstFile(b []byte, m *dissect.Message) []byte {
	if file := m.FirstPacket.Input(); m.FirstPacket != 0 && file != inputOf(&m.Place) {
		return appendInt(b, `,"first_file":`, file)
	}
	return b
}

func appendHash(b []byte, sum *[32]byte) []byte {
	if sum == nil {
		return appendNull(b, `,"sha256":`)
	}
	return append(appendHex(append(b, `,"sha256":"`...), sum[:]), '"')
}

func appendReason(b []byte, m *dissect.Message) []byte {
	b = appendKnown(b, `,"code":`, int64(m.Code))
	return safe.AppendJSON(append(b, `,"reason":`...), m.Reason)
}

func appendDecoded(b []byte, r *payload.Result) []byte {
	if r.Answered > 0 {
		b = appendDuration(b, `,"rtt":`, r.RTT)
	}
	return payload.AppendJSON(append(b, `,"payload":`...), *r)
}

func (j *JSONL) payload(b []byte, m *dissect.Message) []byte {
	switch {
	case j.opts.Payload == PayloadHex:
		b = append(appendHex(append(b, `,"hex":"`...), m.Payload), '"')
	case m.Valid:
		b = safe.AppendJSON(append(b, `,"text":`...), m.Payload)
	default:
		b = append(appendBase64(append(b, `,"base64":"`...), m.Payload), '"')
	}
	if m.Truncated {
		b = append(b, `,"truncated":true`...)
	}
	return b
}

func (j *JSONL) frame(b []byte, f *dissect.Frame) []byte {
	h := f.Header
	b = j.head(b, `{"event":"frame","time":`, &f.Place)
	b = appendWord(b, `,"dir":`, f.Dir.String())
	b = appendBool(b, `,"fin":`, h.Fin)
	b = appendBool(b, `,"rsv1":`, h.Rsv1)
	b = appendBool(b, `,"rsv2":`, h.Rsv2)
	b = appendBool(b, `,"rsv3":`, h.Rsv3)
	b = appendBool(b, `,"masked":`, h.Masked)
	b = appendInt(b, `,"opcode":`, int(h.Opcode))
	name := "reserved"
	if h.Opcode.Defined() {
		name = h.Opcode.String()
	}
	b = appendWord(b, `,"type":`, name)
	b = append(b, `,"mask":`...)
	if h.Masked {
		b = append(appendHex(append(b, '"'), h.Mask[:]), '"')
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"length":`...)
	b = strconv.AppendUint(b, h.Length, 10)
	b = append(b, `,"captured":`...)
	b = strconv.AppendUint(b, f.Captured, 10)
	b = appendInt(b, `,"offset":`, f.Offset)
	b = appendInt(b, `,"header":`, h.Size)
	b = append(b, `,"message":`...)
	if f.Message == 0 {
		b = append(b, "null"...)
	} else {
		b = appendInt(b, "", f.Message)
	}
	return append(b, '}', '\n')
}
