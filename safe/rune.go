package safe

import "unicode"

// shown reports whether r may stand for itself after a suitable rune. What
// is unassigned in the tables of this Go version counts as invisible.
func shown(r rune) bool {
	if r < 0x7f {
		return r >= 0x20
	}
	return unicode.IsGraphic(r) && !invisible(r)
}

// invisible reports graphic runes that leave no trace on the screen: letters
// and symbols by category, and yet blank.
func invisible(r rune) bool {
	switch {
	case r < 0x34f:
		return false
	case r == 0x2800: // Braille pattern without dots
		return true
	case r == 0xfe0e || r == 0xfe0f: // presentation of the symbol before it; joins decides
		return false
	}
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// joins reports whether r becomes part of the character before it, so that
// any number of them would take no room of their own.
func joins(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case unicode.Is(unicode.M, r):
		return true
	case 0x1160 <= r && r <= 0x11ff, 0xd7b0 <= r && r <= 0xd7fb: // Hangul vowels and finals
		return true
	case r == 0xff9e || r == 0xff9f: // halfwidth Katakana sound marks
		return true
	case 0x1f3fb <= r && r <= 0x1f3ff: // skin tones
		return true
	}
	return r == 0x0e33 || r == 0x0eb3 // Thai and Lao AM
}

// leads reports whether the next rune becomes part of the character that r
// begins: Hangul initials and the letters with the property Prepend.
func leads(r rune) bool {
	switch {
	case r < 0xd4e:
		return false
	case 0x1100 <= r && r <= 0x115f, 0xa960 <= r && r <= 0xa97c:
		return true
	case r == 0xd4e, r == 0x111c2, r == 0x111c3, r == 0x113d1, r == 0x1193f, r == 0x11941,
		0x11a84 <= r && r <= 0x11a89, r == 0x11a3a, r == 0x11d46, r == 0x11f02:
		return true
	}
	return false
}

// regional reports whether r is one of the letters of which two make a flag.
func regional(r rune) bool { return 0x1f1e6 <= r && r <= 0x1f1ff }

// symbol reports whether a presentation selector makes sense after r.
func symbol(r rune) bool {
	return unicode.Is(unicode.S, r) || unicode.Is(unicode.Po, r) || '0' <= r && r <= '9' || r == '#' || r == '*'
}
