package query

import (
	"slices"
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	words := []string{"doctor", "export", "fields", "findings", "formats", "print", "stats"}
	for _, c := range []struct{ word, want string }{
		{"doctr", "doctor"},            // a letter left out
		{"prnit", "print"},             // two swapped
		{"Doctor", "doctor"},           // another case
		{"finding", "findings"},        // a letter too few at the end
		{"xprot", ""},                  // two of five are too many
		{"stat", "stats"},              // one of four
		{"capture.pcap", ""},           // a file
		{"", ""},                       // nothing to go by
		{"foldings", "findings"},       // two of eight
		{"fooodings", "findings"},      // three of nine
		{"chat", ""},                   // two of four
		{"wholly different words", ""}, // nothing alike
	} {
		if got := strings.Join(Near(c.word, words), " "); got != c.want {
			t.Errorf("Near(%q) is %q, want %q", c.word, got, c.want)
		}
	}
	if got := Near("lang", []string{"land", "lane", "sang", "wang"}); !slices.Equal(got, []string{"land", "lane", "sang"}) {
		t.Errorf("of four that are as near Near returns %q, want three", got)
	}
}
