package payload

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// protobufFormat is protobuf whose schema is not known.
var protobufFormat = Format{
	Name:         "protobuf",
	Title:        "Protocol Buffers without a schema",
	About:        "Fields by number with what their bytes can be: text, a message, bytes, integers, floats. With --proto FILE[:message] they have names.",
	Subprotocols: []string{"protobuf", "proto", "x-protobuf"},
	New:          func(Hint) Decoder { return protobufDecoder{} },
}

type protobufDecoder struct{}

// Decode takes a message as one message of protobuf.
func (protobufDecoder) Decode(m Message) Result {
	var r Result
	d := &protobufText{data: m.Data}
	d.end, d.wrong = protobufEnd(m.Data)
	if d.wrong != "" && m.Whole {
		r.invalid(fmt.Sprintf("protobuf, offset %d: %s", d.end, d.wrong))
	}
	r.Tree = d.message("", 0, d.end, 0)
	r.part(Part{Type: "message", Body: r.Tree, Summary: diagnostic(r.Tree, summaryLimit)})
	return r
}

// A protobufField is one field on the wire: its number, its wire type, and
// where its value stands.
type protobufField struct {
	number     uint64
	wire       int
	value      uint64 // of wire types 0, 1 and 5
	start, end int    // of the value; for wire type 2 without its length
	next       int
}

// protobufNext reads the field at b[at:]; wrong says why there is none.
//
//	tag = number << 3 | wire type; 0 varint, 1 eight bytes, 2 counted bytes, 5 four bytes
func protobufNext(b []byte, at int) (f protobufField, wrong string) {
	tag, n := varint(b[at:], 5)
	if n == 0 {
		return f, "a tag that does not end"
	}
	f.number, f.wire, f.start = tag>>3, int(tag&7), at+n
	if f.number == 0 || f.number > 1<<29-1 {
		return f, "there is no field " + strconv.FormatUint(f.number, 10)
	}
	rest := b[f.start:]
	switch f.wire {
	case 0:
		v, n := varint(rest, 10)
		if n == 0 {
			return f, "a number that does not end"
		}
		f.value, f.end = v, f.start+n
	case 1, 5:
		size := 8
		if f.wire == 5 {
			size = 4
		}
		if len(rest) < size {
			return f, "the data ends inside a number"
		}
		f.end = f.start + size
		if f.wire == 5 {
			f.value = uint64(binary.LittleEndian.Uint32(rest))
		} else {
			f.value = binary.LittleEndian.Uint64(rest)
		}
	case 2:
		v, n := varint(rest, 10)
		if n == 0 || v > uint64(len(rest)-n) {
			return f, "a value that is longer than what is left"
		}
		f.start += n
		f.end = f.start + int(v)
	default:
		return f, "the wire type " + strconv.Itoa(f.wire)
	}
	f.next = f.end
	return f, ""
}

// protobufEnd returns where the fields in b end, and why there.
func protobufEnd(b []byte) (end int, wrong string) {
	for end < len(b) {
		f, wrong := protobufNext(b, end)
		if wrong != "" {
			return end, wrong
		}
		end = f.next
	}
	return end, ""
}

// A protobufText is the data of a message, sound up to end.
type protobufText struct {
	data  []byte
	end   int
	wrong string
}

// protobufDepth is how deep counted bytes are tried as messages.
const protobufDepth = 32

// message makes a node of the fields in data[start:end].
func (d *protobufText) message(name string, start, end, depth int) Node {
	return Node{Name: name, Kind: Object, Start: start, End: end, children: func(yield func(Node) bool) {
		for at := start; at < end; {
			f, wrong := protobufNext(d.data[:end], at)
			if wrong != "" {
				break
			}
			if !yield(d.field(f, depth)) {
				return
			}
			at = f.next
		}
		if depth == 0 && d.wrong != "" {
			yield(Node{Kind: Broken, text: fmt.Sprintf("breaks at offset %d: %s", d.end, d.wrong), Start: d.end, End: len(d.data)})
		}
	}}
}

// field shows what the value of a field can be. The bytes do not say whether a
// number is signed, or bytes are text, a message or packed numbers.
func (d *protobufText) field(f protobufField, depth int) Node {
	n := Node{Name: strconv.FormatUint(f.number, 10), key: Number, Kind: Number, Start: f.start, End: f.end}
	switch f.wire {
	case 0:
		n.text = strconv.FormatUint(f.value, 10)
		if v := int64(f.value); v < 0 {
			n.text, n.Note = strconv.FormatInt(v, 10), "or "+strconv.FormatUint(f.value, 10)
		} else if f.value > 0 {
			n.Note = "or " + strconv.FormatInt(int64(f.value>>1)^-int64(f.value&1), 10) + " if zigzag"
		}
	case 1:
		n.text, n.Note = floatText(math.Float64frombits(f.value), 64), "or "+strconv.FormatUint(f.value, 10)
	case 5:
		n.text, n.Note = floatText(float64(math.Float32frombits(uint32(f.value))), 32), "or "+strconv.FormatUint(f.value, 10)
	case 2:
		b := d.data[f.start:f.end]
		switch {
		case utf8.Valid(b) && printable(b):
			n = textNode(n.Name, d.data, f.start, f.end)
		case depth < protobufDepth && protobufSound(b):
			n = d.message(n.Name, f.start, f.end, depth+1)
		default:
			n = bytesNode(n.Name, d.data, f.start, f.end)
		}
		n.key = Number
	}
	return n
}

// protobufSound reports whether b can be a message.
func protobufSound(b []byte) bool {
	end, wrong := protobufEnd(b)
	return wrong == "" && end > 0
}

// looksProtobuf reports whether data is protobuf with little doubt: sound to
// its end, small field numbers, and text or a message in it.
func looksProtobuf(data []byte) bool {
	if len(data) < 4 {
		return false
	}
	telling := 0
	for at := 0; at < len(data); {
		f, wrong := protobufNext(data, at)
		if wrong != "" || f.number > 1000 {
			return false
		}
		if b := data[f.start:f.end]; f.wire == 2 && len(b) > 2 && (utf8.Valid(b) && printable(b) || protobufSound(b)) {
			telling += len(b)
		}
		at = f.next
	}
	return telling*4 >= len(data)
}
