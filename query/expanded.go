package query

import "unicode/utf8"

// An expanded text has its short forms written out, and remembers where each
// byte came from.
type expanded struct {
	text   string
	origin []int
}

func (e *expanded) add(text string, origin int) {
	e.text += text
	for range len(text) {
		e.origin = append(e.origin, origin)
	}
}

// keep adds text that stands at origin as it is.
func (e *expanded) keep(text string, origin int) {
	e.text += text
	for i := range len(text) {
		e.origin = append(e.origin, origin+i)
	}
}

// bytesOf returns the offset in bytes of a rune of the expanded text.
func (e *expanded) bytesOf(runes int) int {
	i := 0
	for ; runes > 0 && i < len(e.text); runes-- {
		_, n := utf8.DecodeRuneInString(e.text[i:])
		i += n
	}
	return i
}

// runeOffset returns where a rune of the expanded text came from.
func (e *expanded) runeOffset(runes int) int {
	if i := e.bytesOf(runes); i < len(e.origin) {
		return e.origin[i]
	}
	if len(e.origin) == 0 {
		return 0
	}
	return e.origin[len(e.origin)-1] + 1
}
