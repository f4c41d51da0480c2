package payload

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// msgpackFormat is MessagePack (msgpack.org).
var msgpackFormat = Format{
	Name:         "msgpack",
	Title:        "MessagePack",
	About:        "Maps with keys of any kind, extension types, timestamps; several values in a row.",
	Subprotocols: []string{"msgpack", "messagepack"},
	New:          func(Hint) Decoder { return msgpackDecoder{} },
}

type msgpackDecoder struct{}

// Decode takes a message as MessagePack.
func (msgpackDecoder) Decode(m Message) Result {
	return decodePacked(m, "MessagePack", msgpackItem, parseMsgpack)
}

// parseMsgpack checks data, which stands at offset base of its message, and
// returns its one value as a tree.
func parseMsgpack(data []byte, base int) (Node, *packedError) {
	return parsePacked(data, base, msgpackItem)
}

// msgpackItem reads the head of the value at data[at:], see packedItem.
func msgpackItem(data []byte, at int) (it packedItem, reason string) {
	c := data[at]
	switch {
	case c < 0x80:
		return packedItem{kind: Number, text: strconv.Itoa(int(c)), size: 1}, ""
	case c >= 0xE0:
		return packedItem{kind: Number, text: strconv.Itoa(int(int8(c))), size: 1}, ""
	case c < 0x90:
		return packedItem{kind: Object, size: 1, count: 2 * uint64(c&0x0F)}, ""
	case c < 0xA0:
		return packedItem{kind: Array, size: 1, count: uint64(c & 0x0F)}, ""
	case c < 0xC0:
		return packedItem{kind: String, size: 1, length: uint64(c & 0x1F)}, ""
	}
	width := msgpackWidths[c-0xC0]
	if len(data)-at < 1+width {
		return it, "the data ends inside a value"
	}
	it.size = 1 + width
	n := bigEndian(data[at+1 : at+1+width])
	switch {
	case c == 0xC0:
		it.kind, it.text = Null, "null"
	case c == 0xC1:
		return it, "the byte 0xc1 begins no value"
	case c <= 0xC3:
		it.kind, it.text = Bool, strconv.FormatBool(c == 0xC3)
	case c <= 0xC6:
		it.kind, it.length = Bytes, n
	case c <= 0xC9, c >= 0xD4 && c <= 0xD8:
		if c >= 0xD4 {
			n = 1 << (c - 0xD4)
		}
		return msgpackExtension(data, at, it.size, n)
	case c == 0xCA:
		it.kind, it.text = Number, floatText(float64(math.Float32frombits(uint32(n))), 32)
	case c == 0xCB:
		it.kind, it.text = Number, floatText(math.Float64frombits(n), 64)
	case c <= 0xCF:
		it.kind, it.text = Number, strconv.FormatUint(n, 10)
	case c <= 0xD3:
		shift := 64 - 8*width
		it.kind, it.text = Number, strconv.FormatInt(int64(n<<shift)>>shift, 10)
	case c <= 0xDB:
		it.kind, it.length = String, n
	case c <= 0xDD:
		it.kind, it.count = Array, n
	default:
		it.kind, it.count = Object, 2*n
	}
	return it, ""
}

// msgpackWidths are the sizes of the number that follows the bytes 0xC0 to 0xDF.
var msgpackWidths = [32]int{0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4}

// msgpackExtension reads an extension: a type, then n bytes.
func msgpackExtension(data []byte, at, size int, n uint64) (it packedItem, reason string) {
	if len(data)-at < size+1 {
		return it, "the data ends inside a value"
	}
	kind := int8(data[at+size])
	it = packedItem{kind: Bytes, size: size + 1, length: n, note: "extension " + strconv.Itoa(int(kind))}
	if body := data[at+size+1:]; kind == -1 && uint64(len(body)) >= n {
		it.note = msgpackTime(body[:n])
	}
	return it, ""
}

// msgpackTime reads the extension type -1, a time.
func msgpackTime(b []byte) string {
	var seconds, nanos int64
	switch len(b) {
	case 4:
		seconds = int64(bigEndian(b))
	case 8:
		v := bigEndian(b)
		nanos, seconds = int64(v>>34), int64(v&(1<<34-1))
	case 12:
		nanos, seconds = int64(bigEndian(b[:4])), int64(bigEndian(b[4:]))
	default:
		return "extension -1"
	}
	t := time.Unix(seconds, 0).UTC()
	if nanos > 999_999_999 || t.Year() < 1 || t.Year() > 9999 {
		return "extension -1, no valid time"
	}
	return t.Add(time.Duration(nanos)).Format(time.RFC3339Nano)
}

// floatText writes a float so that it shows its own precision, and that it is one.
func floatText(f float64, bits int) string {
	s := strconv.FormatFloat(f, 'g', -1, bits)
	for _, c := range s {
		if c == '.' || c == 'e' || c == 'N' || c == 'I' {
			return s
		}
	}
	return s + ".0"
}

// looksMsgpack reports whether data is one map or array in MessagePack that
// fills it exactly and whose text is text: chance does not do that for more
// than a few bytes.
func looksMsgpack(data []byte) bool {
	if len(data) < 4 || !(data[0] >= 0x81 && data[0] <= 0x9F || data[0] >= 0xDC && data[0] <= 0xDF) {
		return false
	}
	root, err := parseMsgpack(data, 0)
	if err != nil {
		return false
	}
	if root.Kind == Array {
		return true
	}
	for c := range root.Children() {
		if c.Name == "" || !utf8.ValidString(c.Name) {
			return false
		}
	}
	return true
}
