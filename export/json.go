package export

import (
	"net/netip"
	"strconv"
	"time"

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
	return strconv.AppendInt(appendName(b, name), int64(n), 10)
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

func appendPointer(b []byte, text *string) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	return safe.AppendJSON(b, *text)
}

// appendCode appends a close code, or null when there is none.
func appendCode(b []byte, code int) []byte {
	if code < 0 {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, int64(code), 10)
}

// appendDuration appends seconds with as many decimals as d needs, or null
// when d is negative: unknown.
func appendDuration(b []byte, d time.Duration) []byte {
	if d < 0 {
		return append(b, "null"...)
	}
	b = strconv.AppendInt(b, int64(d/time.Second), 10)
	frac := int64(d % time.Second)
	if frac == 0 {
		return b
	}
	var room [20]byte
	digits := strconv.AppendInt(room[:0], frac+int64(time.Second), 10)
	end := len(digits)
	for digits[end-1] == '0' {
		end--
	}
	b = append(b, '.')
	return append(b, digits[1:end]...)
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
	b = strconv.AppendInt(append(b, `{"c2s":`...), c2s, 10)
	b = strconv.AppendInt(append(b, `,"s2c":`...), s2c, 10)
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
