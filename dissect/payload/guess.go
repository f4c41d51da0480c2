package payload

import "bytes"

// guessFormat takes each message by itself.
var guessFormat = Format{
	Name:  "guess",
	Title: "Whatever each message looks like",
	About: "JSON, MessagePack, CBOR, protobuf, TLS, SSH, HTTP, text or bytes, told anew for each message; what stays when nothing else is recognised.",
	New:   func(h Hint) Decoder { return &guessDecoder{protobuf: h.Protobuf} },
}

// A guessDecoder remembers whether the connection speaks JSON, so that JSON
// that breaks is told from text that was never meant to be JSON.
type guessDecoder struct {
	json, other int    // text messages so far
	protobuf    Format // with a schema; else without a Name
}

// Decode tells what the message looks like and decodes it as that.
func (d *guessDecoder) Decode(m Message) Result {
	name := d.binary(m)
	if m.Text || name == "" {
		name = d.text(m)
	}
	f, _ := Named(name)
	if name == protobufFormat.Name && d.protobuf.Name != "" {
		f = d.protobuf
	}
	r := f.New(Hint{}).Decode(m)
	r.Format = name
	return r
}

func (d *guessDecoder) text(m Message) string {
	if looksJSON(m) || m.Text && d.json > 0 && d.other == 0 && len(m.Data) > 0 && (m.Data[0] == '{' || m.Data[0] == '[') {
		d.json++
		return "json"
	}
	if m.Text {
		d.other++
	}
	if m.Text || len(m.Data) > 0 && printable(m.Data) {
		return "text"
	}
	return "hex"
}

// looksJSON wants an object or an array: a single word or number is JSON too,
// but gives nothing away.
func looksJSON(m Message) bool {
	at := skipSpace(m.Data, 0)
	if at == len(m.Data) || m.Data[at] != '{' && m.Data[at] != '[' {
		return false
	}
	s := NewScanner(m.Data)
	tokens := 0
	for {
		if _, ok := s.Next(); !ok {
			break
		}
		tokens++
	}
	err := s.Err()
	return err == nil || !m.Whole && tokens > 1 && err.Offset == len(m.Data)
}

// binary returns what the bytes give away, "" when that is nothing. The order
// is that of certainty.
func (d *guessDecoder) binary(m Message) string {
	if m.Text || !m.Whole && !bytes.HasPrefix(m.Data, []byte("SSH-")) {
		return ""
	}
	switch {
	case tunnelled(m.Data) != "":
		return "tunnel"
	case printable(m.Data):
		return ""
	case d.protobuf.Name != "" && looksProtobuf(m.Data): // somebody has said that there is some
		return "protobuf"
	case looksMsgpack(m.Data):
		return "msgpack"
	case looksCBOR(m.Data):
		return "cbor"
	case looksProtobuf(m.Data):
		return "protobuf"
	}
	return ""
}
