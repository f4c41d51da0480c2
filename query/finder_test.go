package query

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		data, needle string
		want         bool
	}{
		{"Hello World", "o w", true},
		{"HELLO", "hello", true},
		{"hello", "HELLO", true},
		{"hell", "hello", false},
		{"HeLhello", "hello", true},
		{"ÄRGER", "ärger", true},
		{"ОШИБКА: нет", "ошибка", true},
		{"ошибк", "ошибка", false},
		{"Ξένος ΛΌΓΟΣ", "λόγος", true}, // a last sigma is a sigma
		{"接続エラー", "エラー", true},
		{"接続エフー", "エラー", false},
		{"x", "", true},
		{"", "", true},
		{"", "x", false},
		{"[", "{", false}, // they differ as letters do
		{"@", "`", false},
		{"a_b", "a\x7fb", false},
		{"ab\xff\xfecd", "\xffcd", false},
		{"ab\xff\xfecd", "\xfeC", true},
		{"\u212a", "k", false}, // the sign for Kelvin takes more bytes
		{"рРѠ", "ррр", false},
		{strings.Repeat("T", 1<<20), "tu", false},
		{strings.Repeat("t", 999) + "U", "TU", true},
	} {
		if got := newFold(tt.needle).within([]byte(tt.data)); got != tt.want {
			t.Errorf("within(%.20q, %q) = %v; want %v", tt.data, tt.needle, got, tt.want)
		}
	}
}

// Wherever the needle stands, and whatever stands around it, it is found, at
// its first place.
func TestFinderPlaces(t *testing.T) {
	for _, needle := range []string{"e", "z", "ee", "et", "timeout", "Zq", "\"id\"", "\x00\x01", "ошибка", "aé", "0000000000000000000000000000000001"} {
		exact, fold := newFinder([]byte(needle)), newFold(needle)
		for _, around := range []string{"\x01", "e", "t", "timeou", "TIMEOUU", "ошибк", "\xd0", "\xff", "0"} {
			for before := range 70 {
				data := []byte(strings.Repeat(around, 70)[:before] + needle + strings.Repeat(around, 3))
				for _, from := range []int{0, 1, before} {
					from = min(from, before)
					want := bytes.Index(data[from:], []byte(needle)) + from
					if got := exact.index(data, from); got != want {
						t.Fatalf("index(%q, %d) of %q = %d; want %d", data, from, needle, got, want)
					}
					if got, want := fold.index(data, from), folded(data, needle, from); got != want {
						t.Fatalf("folded index(%q, %d) of %q = %d; want %d", data, from, needle, got, want)
					}
				}
			}
		}
	}
}

func FuzzFinder(f *testing.F) {
	f.Add([]byte(`{"kind":"state","id":"PUMP-16"}`), "pump-1")
	f.Add([]byte("\xd0\x9e\xd0\xa8ошибка"), "ошиб")
	f.Add(bytes.Repeat([]byte("ab"), 40), "bA\xff")
	f.Add([]byte("ſsSKkK\u212aßẞ"), "sk")
	f.Fuzz(func(t *testing.T, data []byte, needle string) {
		for from := range min(len(data), 3) + 1 {
			want := bytes.Index(data[from:], []byte(needle))
			if want >= 0 {
				want += from
			}
			if got := newFinder([]byte(needle)).index(data, from); got != want {
				t.Fatalf("index(%q, %d) of %q = %d; want %d", data, from, needle, got, want)
			}
			if got, want := newFold(needle).index(data, from), folded(data, needle, from); got != want {
				t.Fatalf("folded index(%q, %d) of %q = %d; want %d", data, from, needle, got, want)
			}
		}
	})
}

// folded is where data goes on with the needle, in letters of either case, as
// somebody would look who has time.
func folded(data []byte, needle string, from int) int {
	for at := from; at+len(needle) <= len(data); at++ {
		if sameLetters(string(data[at:at+len(needle)]), needle) {
			return at
		}
	}
	return -1
}

func sameLetters(text, needle string) bool {
	for needle != "" {
		want, size := utf8.DecodeRuneInString(needle)
		if want == utf8.RuneError {
			if text[:size] != needle[:size] {
				return false
			}
		} else if got, taken := utf8.DecodeRuneInString(text); taken != size || got != want && !otherCase(got, want) {
			return false
		}
		text, needle = text[size:], needle[size:]
	}
	return true
}

func otherCase(a, b rune) bool {
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}
