package payload

import (
	"strconv"
	"unicode/utf8"
)

// A mqttReader reads the fields of one packet, in their order, and writes down
// a node for each. After the first thing that does not fit it reads nothing.
type mqttReader struct {
	w     window
	at    int
	end   int // of the packet
	nodes []Node
	wrong string // what does not fit, "" while all does
}

func (r *mqttReader) fail(why string) {
	if r.wrong == "" {
		r.wrong = why
	}
	r.at = r.end
}

func (r *mqttReader) left() int { return r.end - r.at }

// take returns the next n bytes, nil when there are fewer.
func (r *mqttReader) take(name string, n int) []byte {
	if r.wrong != "" {
		return nil
	}
	if r.left() < n {
		r.fail("the packet ends inside its " + name)
		return nil
	}
	b := r.w.data[r.at : r.at+n]
	r.at += n
	return b
}

// number reads n bytes.
func (r *mqttReader) number(name string, n int) uint64 {
	b := r.take(name, n)
	if b == nil {
		return 0
	}
	v := bigEndian(b)
	r.note(name, strconv.FormatUint(v, 10), n)
	return v
}

// note writes down a node for the last n bytes.
func (r *mqttReader) note(name, text string, n int) {
	r.nodes = appendNode(r.nodes, r.w.label(name, text, r.at-n, r.at))
}

// explain adds a note to the last node.
func (r *mqttReader) explain(note string) {
	if r.wrong == "" && len(r.nodes) > 0 {
		r.nodes[len(r.nodes)-1].Note = note
	}
}

// code reads a reason code and explains it.
func (r *mqttReader) code(name string, meaning func(byte) string) byte {
	c := byte(r.number(name, 1))
	r.explain(meaning(c))
	return c
}

// text reads a string: two bytes of length, then UTF-8 (§1.5.4 of MQTT 5).
func (r *mqttReader) text(name string) string {
	b := r.counted(name)
	if b == nil {
		return ""
	}
	if !utf8.Valid(b) {
		r.wrong = name + " is not UTF-8"
		return ""
	}
	r.nodes = appendNode(r.nodes, r.w.text(name, r.at-len(b), r.at))
	return string(b)
}

// data reads bytes: two bytes of length, then the bytes.
func (r *mqttReader) data(name string) {
	if b := r.counted(name); b != nil {
		r.nodes = appendNode(r.nodes, r.w.body(name, r.at-len(b), r.at))
	}
}

func (r *mqttReader) counted(name string) []byte {
	b := r.take(name, 2)
	if b == nil {
		return nil
	}
	return r.take(name, int(bigEndian(b)))
}

// variable reads a variable byte integer, §1.5.5 of MQTT 5.
func (r *mqttReader) variable(name string) int {
	if r.wrong != "" {
		return 0
	}
	v, n := varint(r.w.data[r.at:r.end], 4)
	if n == 0 {
		r.fail("the packet ends inside its " + name)
		return 0
	}
	r.at += n
	return int(v)
}

// properties reads the properties of MQTT 5, §2.2.2.
func (r *mqttReader) properties(name string) {
	start := r.at
	length := r.variable("properties")
	if r.wrong != "" {
		return
	}
	if length > r.left() {
		r.fail("the packet ends inside its properties")
		return
	}
	inner := mqttReader{w: r.w, at: r.at, end: r.at + length}
	for inner.left() > 0 && inner.wrong == "" {
		id := inner.variable("property")
		if id >= len(mqttProperties) || mqttProperties[id].name == "" {
			inner.fail("there is no property " + strconv.Itoa(id))
			break
		}
		inner.property(mqttProperties[id])
	}
	r.at += length
	if inner.wrong != "" {
		r.wrong = inner.wrong
	}
	if length > 0 {
		r.nodes = appendNode(r.nodes, r.w.group(name, start, r.at, inner.nodes...))
	}
}

func (r *mqttReader) property(p mqttProperty) {
	switch p.form {
	case 1, 2, 4:
		r.number(p.name, p.form)
	case formVariable:
		at := r.at
		v := r.variable(p.name)
		r.note(p.name, strconv.Itoa(v), r.at-at)
	case formText:
		r.text(p.name)
	case formData:
		r.data(p.name)
	case formPair:
		at := r.at
		inner := mqttReader{w: r.w, at: r.at, end: r.end}
		key := inner.text("name")
		value := inner.text("value")
		r.at, r.wrong = inner.at, inner.wrong
		if r.wrong == "" {
			r.note(p.name, key+" = "+value, r.at-at)
		}
	}
}

// A mqttProperty is a property of MQTT 5; form is its width in bytes or one of
// the constants.
type mqttProperty struct {
	name string
	form int
}

const (
	formVariable = -1 - iota
	formText
	formData
	formPair
)

// mqttProperties are the properties by their identifier, table 2-4 of MQTT 5.
var mqttProperties = [...]mqttProperty{
	0x01: {"payload format indicator", 1}, 0x02: {"message expiry interval", 4}, 0x03: {"content type", formText},
	0x08: {"response topic", formText}, 0x09: {"correlation data", formData}, 0x0B: {"subscription identifier", formVariable},
	0x11: {"session expiry interval", 4}, 0x12: {"assigned client identifier", formText}, 0x13: {"server keep alive", 2},
	0x15: {"authentication method", formText}, 0x16: {"authentication data", formData}, 0x17: {"request problem information", 1},
	0x18: {"will delay interval", 4}, 0x19: {"request response information", 1}, 0x1A: {"response information", formText},
	0x1C: {"server reference", formText}, 0x1F: {"reason string", formText}, 0x21: {"receive maximum", 2},
	0x22: {"topic alias maximum", 2}, 0x23: {"topic alias", 2}, 0x24: {"maximum QoS", 1}, 0x25: {"retain available", 1},
	0x26: {"user property", formPair}, 0x27: {"maximum packet size", 4}, 0x28: {"wildcard subscription available", 1},
	0x29: {"subscription identifier available", 1}, 0x2A: {"shared subscription available", 1},
}
