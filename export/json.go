package export

import (
	"net/netip"
	"strconv"

	"wsight/flow"
	"wsight/safe"
)

// The functions here append members of a JSON object to b; all but the first
// member of an object go through them.

func appendName(b []byte, name string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

func appendInt[N int | int64](b []byte, name string, n N) []byte {
	return appendNumber(appendName(b, name), "", int64(n))
}

// appendKnown appends n, or null when it is negative: unknown.
func appendKnown(b []byte, name string, n int64) []byte {
	if n < 0 {
		return append(appendName(b, name), "null"...)
	}
	return appendInt(b, name, n)
}

func appendBool(b []byte, name string, v bool) []byte {
	return strconv.AppendBool(appendName(b, name), v)
}

// appendWord appends text that needs no escaping: our own words.
func appendWord(b []byte, name, word string) []byte {
	b = append(appendName(b, name), '"')
	b = append(b, word...)
	return append(b, '"')
}

func appendText(b []byte, name, text string) []byte {
	return safe.AppendJSON(appendName(b, name), text)
}

// appendOptional appends text, or null when it is empty.
func appendOptional(b []byte, text string) []byte {
	if text == "" {
		return append(b, "null"...)
	}
	return safe.AppendJSON(b, text)
}

// appendPointer appends name, which is what stands before it, and text or null.
func appendPointer(b []byte, name string, text *string) []byte {
	b = append(b, name...)
	if text == nil {
		return append(b, "null"...)
	}
	return safe.AppendJSON(b, *text)
}

// appendCode appends text, which is what stands before it, and a close code or
// null when there is none.
func appendCode(b []byte, text string, code int) []byte {
	if code < 0 {
		return append(append(b, text...), "null"...)
	}
	return appendNumber(b, text, int64(code))
}

func appendHex(b, data []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range data {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return b
}

func appendDir(b []byte, name string, d flow.Direction) []byte {
	if d == 0 {
		return append(appendName(b, name), "null"...)
	}
	return appendWord(b, name, d.String())
}

func appendPair(b []byte, c2s, s2c int64) []byte {
	b = appendNumber(b, `{"c2s":`, c2s)
	b = appendNumber(b, `,"s2c":`, s2c)
	return append(b, '}')
}

func appendParty(b []byte, d flow.Direction) []byte {
	switch d {
	case flow.ClientToServer:
		return append(b, `"client"`...)
	case flow.ServerToClient:
		return append(b, `"server"`...)
	}
	return append(b, "null"...)
}

func appendAddress(b []byte, name string, a netip.AddrPort) []byte {
	b = append(appendName(b, name), '"')
	return append(a.AppendTo(b), '"')
}
