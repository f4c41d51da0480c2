package payload

import (
	"fmt"
	"math"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A typedDecoder decodes protobuf whose schema is known.
type typedDecoder struct {
	message protoreflect.MessageDescriptor
}

// Decode takes a message as one message of the schema. Fields that the schema
// does not have are shown by number.
func (t typedDecoder) Decode(m Message) Result {
	var r Result
	d := &protobufText{data: m.Data}
	d.end, d.wrong = protobufEnd(m.Data)
	if d.wrong != "" && m.Whole {
		r.invalid(fmt.Sprintf("protobuf, offset %d: %s", d.end, d.wrong))
	}
	if misfit := typedMisfit(m.Data[:d.end], t.message); misfit != "" {
		r.invalid(fmt.Sprintf("protobuf, not a %s: %s", t.message.FullName(), misfit))
	}
	r.Tree = d.typed("", t.message, 0, d.end, 0)
	p := Part{Type: "message", Name: string(t.message.FullName()), Body: r.Tree}
	p.Summary = string(t.message.Name()) + " " + diagnostic(r.Tree, summaryLimit)
	r.part(p)
	return r
}

// typedMisfit says which field has a wire type that its declared type cannot
// have, "" when all fit.
func typedMisfit(b []byte, message protoreflect.MessageDescriptor) string {
	for at := 0; at < len(b); {
		f, _ := protobufNext(b, at)
		if field := message.Fields().ByNumber(protoreflect.FieldNumber(f.number)); field != nil {
			if want := wireType(field.Kind()); f.wire != want && (f.wire != 2 || !field.IsList() || want == 2) {
				return fmt.Sprintf("field %s has the wire type %d, its type %s has %d", field.Name(), f.wire, field.Kind(), want)
			}
		}
		at = f.next
	}
	return ""
}

// wireType returns how values of a kind stand on the wire.
func wireType(k protoreflect.Kind) int {
	switch k {
	case protoreflect.DoubleKind, protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind:
		return 1
	case protoreflect.FloatKind, protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind:
		return 5
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return 2
	case protoreflect.GroupKind:
		return 3
	}
	return 0
}

// typed makes a node of the fields in data[start:end], with their names.
func (d *protobufText) typed(name string, message protoreflect.MessageDescriptor, start, end, depth int) Node {
	return Node{Name: name, Kind: Object, Note: string(message.Name()), Start: start, End: end, children: func(yield func(Node) bool) {
		for at := start; at < end; {
			f, wrong := protobufNext(d.data[:end], at)
			if wrong != "" {
				yield(Node{Kind: Broken, text: fmt.Sprintf("breaks at offset %d: %s", at, wrong), Start: at, End: end})
				return
			}
			field := message.Fields().ByNumber(protoreflect.FieldNumber(f.number))
			var n Node
			if field == nil || depth >= maxDepth {
				n = d.field(f, protobufDepth).noted("not in the schema")
			} else {
				n = d.typedField(f, field, depth)
			}
			if !yield(n) {
				return
			}
			at = f.next
		}
		if depth == 0 && d.wrong != "" {
			yield(Node{Kind: Broken, text: fmt.Sprintf("breaks at offset %d: %s", d.end, d.wrong), Start: d.end, End: len(d.data)})
		}
	}}
}

// typedField makes a node of one field as its declared type reads it.
func (d *protobufText) typedField(f protobufField, field protoreflect.FieldDescriptor, depth int) Node {
	name := string(field.Name())
	want := wireType(field.Kind())
	switch {
	case f.wire == 2 && field.Kind() == protoreflect.MessageKind:
		return d.typed(name, field.Message(), f.start, f.end, depth+1)
	case f.wire == 2 && field.Kind() == protoreflect.StringKind:
		return textNode(name, d.data, f.start, f.end)
	case f.wire == 2 && field.Kind() == protoreflect.BytesKind:
		return bytesNode(name, d.data, f.start, f.end)
	case f.wire == 2 && want != 2 && field.IsList():
		return d.packed(name, f, field)
	case f.wire != want:
		return d.field(f, protobufDepth).named(name).noted("not a value of type " + field.Kind().String())
	}
	return typedScalar(name, f, field)
}

// packed makes a node of repeated numbers that stand in one field.
func (d *protobufText) packed(name string, f protobufField, field protoreflect.FieldDescriptor) Node {
	wire := wireType(field.Kind())
	return Node{Name: name, Kind: Array, Note: "packed", Start: f.start, End: f.end, children: func(yield func(Node) bool) {
		for at := f.start; at < f.end; {
			v := protobufField{wire: wire, start: at}
			rest := d.data[at:f.end]
			switch size := map[int]int{1: 8, 5: 4}[wire]; {
			case size == 0:
				value, n := varint(rest, 10)
				v.value, v.end = value, at+n
			case len(rest) >= size:
				for i := size; i > 0; i-- {
					v.value = v.value<<8 | uint64(rest[i-1])
				}
				v.end = at + size
			}
			if v.end <= at {
				yield(Node{Kind: Broken, text: "the data ends inside a number", Start: at, End: f.end})
				return
			}
			if !yield(typedScalar("", v, field)) {
				return
			}
			at = v.end
		}
	}}
}

// typedScalar makes a node of a number, a bool or an enumeration.
func typedScalar(name string, f protobufField, field protoreflect.FieldDescriptor) Node {
	n := Node{Name: name, Kind: Number, Start: f.start, End: f.end}
	switch field.Kind() {
	case protoreflect.BoolKind:
		n.Kind, n.text = Bool, strconv.FormatBool(f.value != 0)
	case protoreflect.EnumKind:
		n.text = strconv.FormatInt(int64(int32(f.value)), 10)
		if v := field.Enum().Values().ByNumber(protoreflect.EnumNumber(int32(f.value))); v != nil {
			n.Kind, n.text, n.Note = Label, string(v.Name()), n.text
		}
	case protoreflect.Int32Kind, protoreflect.Sfixed32Kind:
		n.text = strconv.FormatInt(int64(int32(f.value)), 10)
	case protoreflect.Int64Kind, protoreflect.Sfixed64Kind:
		n.text = strconv.FormatInt(int64(f.value), 10)
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		n.text = strconv.FormatInt(int64(f.value>>1)^-int64(f.value&1), 10)
	case protoreflect.Uint32Kind:
		n.text = strconv.FormatUint(uint64(uint32(f.value)), 10)
	case protoreflect.FloatKind:
		n.text = floatText(float64(math.Float32frombits(uint32(f.value))), 32)
	case protoreflect.DoubleKind:
		n.text = floatText(math.Float64frombits(f.value), 64)
	default:
		n.text = strconv.FormatUint(f.value, 10)
	}
	return n
}
