package payload

import (
	"math"
	"strconv"
)

// cborFormat is CBOR, RFC 8949.
var cborFormat = Format{
	Name:         "cbor",
	Title:        "CBOR (RFC 8949)",
	About:        "Diagnostic notation, tags, indefinite lengths, keys of any kind; several values in a row.",
	Subprotocols: []string{"cbor"},
	New:          func(Hint) Decoder { return cborDecoder{} },
}

type cborDecoder struct{}

// Decode takes a message as CBOR.
func (cborDecoder) Decode(m Message) Result { return decodePacked(m, "CBOR", cborItem, parseCBOR) }

// parseCBOR checks data, which stands at offset base of its message, and
// returns its one value as a tree.
func parseCBOR(data []byte, base int) (Node, *packedError) { return parsePacked(data, base, cborItem) }

// cborItem reads the head of the value at data[at:], RFC 8949 §3.
//
//	+-------+-----------+
//	| major | additional|   additional 24 to 27: the argument follows in 1, 2, 4, 8 bytes
//	+-------+-----------+   31: of indefinite length, or the break
func cborItem(data []byte, at int) (it packedItem, reason string) {
	major, add := data[at]>>5, data[at]&0x1F
	argument := uint64(add)
	it.size = 1
	switch {
	case add >= 24 && add <= 27:
		width := 1 << (add - 24)
		if len(data)-at < 1+width {
			return it, "the data ends inside a value"
		}
		it.size += width
		argument = bigEndian(data[at+1 : at+1+width])
	case add >= 28 && add <= 30:
		return it, "the additional information " + strconv.Itoa(int(add)) + " is reserved"
	}
	it.open = add == 31
	switch major {
	case 0:
		it.kind, it.text = Number, strconv.FormatUint(argument, 10)
	case 1:
		it.kind, it.text = Number, cborNegative(argument)
	case 2:
		it.kind, it.length = Bytes, argument
	case 3:
		it.kind, it.length = String, argument
	case 4:
		it.kind, it.count = Array, argument
	case 5:
		it.kind, it.count = Object, 2*argument
		if argument > math.MaxUint64/2 {
			return it, "a map of more members than there can be"
		}
	case 6:
		it.kind, it.count, it.text, it.note = Group, 1, strconv.FormatUint(argument, 10), cborTags[argument]
	case 7:
		return cborSimple(it, add, argument)
	}
	if it.open {
		it.length, it.count = 0, 0
		if major < 2 || major == 6 {
			return it, "an integer or a tag of indefinite length"
		}
	}
	return it, ""
}

// cborNegative returns -1 - n, which may need more than 64 bits.
func cborNegative(n uint64) string {
	if n == math.MaxUint64 {
		return "-18446744073709551616"
	}
	return "-" + strconv.FormatUint(n+1, 10)
}

// cborSimple reads major type 7, §3.3: simple values, floats, the break.
func cborSimple(it packedItem, add byte, argument uint64) (packedItem, string) {
	it.kind = Label
	switch {
	case add == 31:
		it.stop, it.open = true, false
	case add == 24 && argument < 32:
		return it, "a simple value below 32 in two bytes"
	case add == 27:
		it.kind, it.text = Number, cborFloat(math.Float64frombits(argument), 64)
	case add == 26:
		it.kind, it.text = Number, cborFloat(float64(math.Float32frombits(uint32(argument))), 32)
	case add == 25:
		it.kind, it.text = Number, cborFloat(halfFloat(uint16(argument)), 64)
	case argument == 20 || argument == 21:
		it.kind, it.text = Bool, strconv.FormatBool(argument == 21)
	case argument == 22:
		it.kind, it.text = Null, "null"
	case argument == 23:
		it.kind, it.text = Null, "undefined"
	default:
		it.text = "simple(" + strconv.FormatUint(argument, 10) + ")"
	}
	return it, ""
}

// cborFloat writes a float as §8 of RFC 8949 does.
func cborFloat(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return floatText(f, bits)
}

// halfFloat reads a float of 16 bits, RFC 8949 appendix D.
func halfFloat(h uint16) float64 {
	exponent, mantissa := int(h>>10&0x1F), float64(h&0x3FF)
	var f float64
	switch exponent {
	case 0:
		f = math.Ldexp(mantissa, -24)
	case 31:
		f = math.Inf(1)
		if mantissa != 0 {
			f = math.NaN()
		}
	default:
		f = math.Ldexp(mantissa+1024, exponent-25)
	}
	if h&0x8000 != 0 {
		f = -f
	}
	return f
}

// cborTags names the tags that RFC 8949 §3.4 defines.
var cborTags = map[uint64]string{0: "date and time", 1: "seconds since 1970", 2: "bignum", 3: "negative bignum",
	4: "decimal fraction", 5: "bigfloat", 21: "base64url", 22: "base64", 23: "base16", 24: "CBOR", 32: "URI",
	33: "base64url", 34: "base64", 36: "MIME", 55799: "self-described CBOR"}

// looksCBOR reports whether data is one map with text for keys, or one tagged
// as CBOR, that fills it exactly.
func looksCBOR(data []byte) bool {
	if len(data) < 4 || !(data[0] > 0xA0 && data[0] <= 0xBF || data[0] == 0xD9) {
		return false
	}
	root, err := parseCBOR(data, 0)
	if err != nil {
		return false
	}
	if root.Kind == Group {
		return root.text == "55799"
	}
	for c := range root.Children() {
		if c.key != String {
			return false
		}
	}
	return root.Kind == Object
}
