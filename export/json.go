package export

import (
	"net/netip"
	"strconv"

	"wsight/flow"
	"wsight/safe"
)

// Most functions here append a value to b behind what stands before it: the
// comma, its name and the colon.
//
// Those that make up most of a line are never inlined. An append brings the code
// that makes room along; with dozens of them in each line, what has to come into
// the instruction cache for a line took longer than the calls do.

//go:noinline
func appendNull(b []byte, before string) []byte {
	return append(append(b, before...), "null"...)
}

//go:noinline
func appendBool(b []byte, before string, v bool) []byte {
	return strconv.AppendBool(append(b, before...), v)
}

// appendWord appends text that needs no escaping: our own words.
//
//go:noinline
func appendWord(b []byte, before, word string) []byte {
	b = append(append(b, before...), '"')
	b = append(b, word...)
	return append(b, '"')
}

func appendName(b []byte, name string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// appendText appends text as a string.
//
//go:noinline
func appendText(b []byte, before, text string) []byte {
	return safe.AppendJSON(append(b, before...), text)
}

// appendOptional appends text, or null when it is empty.
func appendOptional(b []byte, before, text string) []byte {
	if text == "" {
		return appendNull(b, before)
	}
	return appendText(b, before, text)
}

func appendPointer(b []byte, before string, text *string) []byte {
	if text == nil {
		return appendNull(b, before)
	}
	return appendText(b, before, *text)
}

func appendHex(b, data []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range data {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return b
}

func appendDir(b []byte, before string, d flow.Direction) []byte {
	if d == 0 {
		return appendNull(b, before)
	}
	return appendWord(b, before, d.String())
}

func appendPair(b []byte, c2s, s2c int64) []byte {
	b = appendInt(b, `{"c2s":`, c2s)
	b = appendInt(b, `,"s2c":`, s2c)
	return append(b, '}')
}

// appendParty appends the end that sends in a direction, or null.
//
//go:noinline
func appendParty(b []byte, before string, d flow.Direction) []byte {
	b = append(b, before...)
	switch d {
	case flow.ClientToServer:
		return append(b, `"client"`...)
	case flow.ServerToClient:
		return append(b, `"server"`...)
	}
	return append(b, "null"...)
}

func appendAddress(b []byte, before string, a netip.AddrPort) []byte {
	b = append(append(b, before...), '"')
	if ip := a.Addr(); ip.Is4() { // most are, and the code for numbers is at hand
		four := ip.As4()
		b = appendInt(b, "", int(four[0]))
		for _, n := range four[1:] {
			b = appendInt(b, ".", int(n))
		}
		return append(appendInt(b, ":", int(a.Port())), '"')
	}
	return append(a.AppendTo(b), '"')
}
