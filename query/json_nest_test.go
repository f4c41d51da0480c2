package query

import (
	"bytes"
	"slices"
	"testing"
)

// skipSlowly is what skip of a nest does, a byte at a time.
func skipSlowly(data []byte, at int) int {
	opens, closes := data[at], data[at]+2
	depth, inside, escaped := 1, false, false
	for at++; at < len(data); at++ {
		switch c := data[at]; {
		case escaped:
			escaped = false
			if inside || c == '"' {
				continue
			}
		case c == '\\':
			escaped = true
			continue
		case c == '"':
			inside = !inside
			continue
		}
		switch c := data[at]; {
		case inside:
		case c == opens:
			depth++
		case c == closes:
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return -1
}

func checkNests(t *testing.T, data []byte) {
	t.Helper()
	text := newScan(data)
	for at, c := range data {
		if c != '{' && c != '[' {
			continue
		}
		fresh := newScan(data)
		want := skipSlowly(data, at)
		if got, again := fresh.skip(at), text.skip(at); got != want || again != want {
			t.Fatalf("skip of %q at %d = %d, in a row %d; want %d", data, at, got, again, want)
		}
	}
}

func TestNest(t *testing.T) {
	for _, s := range slices.Concat(jsonShapes, otherShapes) {
		for v := range 3 {
			data := s.make(v)
			checkNests(t, data)
			for cut := 0; cut < len(data); cut += 41 { // also within words
				checkNests(t, data[cut:])
				checkNests(t, data[:cut])
			}
		}
	}
	for _, text := range []string{`[]`, `{}`, `[[]]`, `[[[[[[[[[[]]]]]]]]]]`, `["]"]`, `["\"]"]`, `["\\"]`, `["\\\"]"]`, `[\"]"]`, "[\xdb\xdd\xa2]", `{"a":"}","b":{}}`, `[}]{]`} {
		for pad := range 40 {
			data := append(bytes.Repeat([]byte{' '}, pad), text...)
			checkNests(t, data)
			checkNests(t, append(append([]byte(`["`), bytes.Repeat([]byte{'x'}, pad)...), `\`+text...))
		}
	}
}

func FuzzNest(f *testing.F) {
	for _, s := range jsonShapes {
		f.Add(s.make(1))
	}
	f.Add([]byte(`[[\"\\]{"}]\`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) <= 2<<10 {
			checkNests(t, data)
		}
	})
}
