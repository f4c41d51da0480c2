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
	b = appendInt(b, messageKinds[m.Dir&3][m.Type&7], m.Frames)
	b = j.stamp.append(b, `,"first_time":`, m.FirstTime)
	b = appendInt(b, `,"first_packet":`, m.FirstPacket.Number())
	if file := m.FirstPacket.Input(); j.opts.Inputs > 1 && m.FirstPacket != 0 && file != inputOf(&m.Place) {
		b = appendInt(b, `,"first_file":`, file)
	}
	b = appendInt(b, `,"wire":`, m.Wire)
	b = appendKnown(b, `,"length":`, m.Length)
	if !m.Compressed && m.Complete && m.Lost == 0 && m.Undecoded == "" { // as nearly all are
		b = append(b, `,"compressed":false,"complete":true,"lost":0,"undecoded":null`...)
	} else {
		b = appendState(b, m)
	}
	if j.opts.Hash {
		b = append(b, `,"sha256":`...)
		if m.SHA256 == nil {
			b = append(b, "null"...)
		} else {
			b = append(appendHex(append(b, '"'), m.SHA256[:]), '"')
		}
	}
	b = j.payload(b, m)
	switch m.Type {
	case dissect.Close:
		b = appendKnown(b, `,"code":`, int64(m.Code))
		b = safe.AppendJSON(append(b, `,"reason":`...), m.Reason)
	case dissect.Pong:
		b = appendDuration(b, `,"rtt":`, m.RTT)
	}
	if j.opts.Decode && m.Decoded != nil {
		if m.Decoded.Answered > 0 {
			b = appendDuration(b, `,"rtt":`, m.Decoded.RTT)
		}
		b = append(b, `,"payload":`...)
		b = payload.AppendJSON(b, *m.Decoded)
	}
	return append(b, '}', '\n')
}

// messageKinds holds what stands in a line between the number of a message and
// that of its frames, by direction and type.
var messageKinds = func() (kinds [4][8]string) {
	for dir := range kinds {
		for kind := range kinds[dir] {
			kinds[dir][kind] = `,"dir":"` + flow.Direction(dir).String() + `","type":"` + dissect.MessageType(kind).String() + `","frames":`
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

func (j *JSONL) payload(b []byte, m *dissect.Message) []byte {
	if j.opts.Payload == PayloadNone || m.Undecoded != "" {
		return b
	}
	switch {
	case j.opts.Payload == PayloadHex:
		b = append(b, `,"hex":"`...)
		b = append(appendHex(b, m.Payload), '"')
	case m.Valid:
		b = append(b, `,"text":`...)
		b = safe.AppendJSON(b, m.Payload)
	default:
		b = append(b, `,"base64":"`...)
		b = append(appendBase64(b, m.Payload), '"')
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
