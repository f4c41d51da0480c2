package payload

import (
	"strings"

	"wsight/flow"
)

// A socketioGuess decodes what is Engine.IO for all that is known, and may
// carry Socket.IO. It is taken for that as long as every message parses as it,
// and from the first one on; once one does not, it is Engine.IO for good.
type socketioGuess struct {
	socketio socketioDecoder
	engineio engineioDecoder
	seen     bool // a packet of Socket.IO
	plain    bool // what is no such packet
}

// guessSocketio believes the path that Socket.IO has by default.
func guessSocketio(h Hint) Decoder {
	d := newSocketio(h).(*socketioDecoder)
	if path, _, _ := strings.Cut(h.Target, "?"); strings.HasSuffix(strings.TrimSuffix(path, "/"), "/socket.io") {
		return d
	}
	return &socketioGuess{socketio: *d, engineio: engineioDecoder{revision: engineioRevision(h)}}
}

// Decode decodes a message as what it is taken for by then.
func (d *socketioGuess) Decode(m Message) Result {
	var r Result
	mistaken := false
	if at, ok := d.engineio.message(m); ok && !d.plain {
		carried := d.carries(m, at)
		mistaken = d.seen && !carried
		d.seen, d.plain = d.seen || carried, !carried
	}
	if d.seen && !d.plain {
		d.socketio.inner = d.socketio.packet
		r = d.socketio.Decode(m)
		r.Format = socketioFormat.Name
		return r
	}
	r = d.engineio.Decode(m)
	r.Format, r.retract = engineioFormat.Name, mistaken
	return r
}

// carries reports whether the message of Engine.IO that begins at offset at is
// a packet of Socket.IO, or may be one of its attachments.
func (d *socketioGuess) carries(m Message, at int) bool {
	if m.Text {
		return isSocketio(m.Data[at:], m.Whole)
	}
	if wait := &d.socketio.waiting[m.Dir]; wait.got < wait.want || wait.lost {
		return true
	}
	probe := d.socketio
	var r Result
	return probe.packed(m, at, &r)
}

func (d *socketioGuess) lose(dir flow.Direction) { d.socketio.lose(dir) }

func (d *socketioGuess) fork() Decoder { f := *d; return &f }

// isSocketio reports whether text is a packet of Socket.IO, or when it is not
// whole the beginning of one: its parts in their order, and data of the shape
// that its type has.
func isSocketio(text []byte, whole bool) bool {
	if len(text) == 0 || text[0] < '0' || int(text[0]-'0') >= len(socketioTypes) {
		return len(text) == 0 && !whole
	}
	kind, i := socketioTypes[text[0]-'0'], 1
	if strings.HasPrefix(kind, "binary_") {
		_, end := socketioNumber(text, i)
		if end == len(text) {
			return !whole
		}
		if end == i || text[end] != '-' {
			return false
		}
		i = end + 1
	}
	if i < len(text) && text[i] == '/' {
		for i < len(text) && text[i] != ',' {
			i++
		}
		i = min(i+1, len(text))
	}
	_, end := socketioNumber(text, i)
	numbered := end > i
	if i = end; i == len(text) {
		return !whole || !numbered && (kind == "connect" || kind == "disconnect")
	}
	data, err := parseJSON(text[i:], i)
	if err != nil && (whole || i+err.Offset < len(text)) {
		return false
	}
	switch kind {
	case "connect":
		return !numbered && data.Kind == Object
	case "disconnect":
		return false
	case "connect_error":
		return !numbered && (data.Kind == Object || data.Kind == String)
	case "ack", "binary_ack":
		return numbered && data.Kind == Array
	}
	first := data.element(0)
	return data.Kind == Array && (first.Kind == String || first.Kind == Number || first.Kind == 0 && !whole)
}
