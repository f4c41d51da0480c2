package query

import (
	"math/rand/v2"
	"strings"
	"testing"

	"wsight/dissect"
)

// TestLetterCase compares with what the copy says, for texts of letters that
// are alike in some case, broken ones and long stretches of ASCII among them.
func TestLetterCase(t *testing.T) {
	const seed = 7
	random := rand.New(rand.NewPCG(seed, 0))
	parts := []string{"k", "K", "\u212a", "s", "S", "ſ", "i", "I", "İ", "ı", "é", "É", "ß", "\xff", "\xe2\x84", "{", "7", strings.Repeat("x", 40)}
	text := func(most int) string {
		var t strings.Builder
		for range random.IntN(most + 1) {
			t.WriteString(parts[random.IntN(len(parts))])
		}
		return t.String()
	}
	operators := map[string]func(s, v string) bool{
		"==": func(s, v string) bool { return s == v }, "!=": func(s, v string) bool { return s != v },
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}
	row := *sample()["text"]
	message := *row.Event.(*dissect.Message)
	row.Event = &message
	held := 0
	for range 3000 {
		value := strings.ToValidUTF8(text(3), "")
		for name, change := range letterCases {
			for operator, holds := range operators {
				source := name + "(payload) " + operator + " `" + value + "`"
				f, err := Parse(source)
				if err != nil {
					t.Fatalf("%s: %v", source, err)
				}
				payload := text(6)
				if random.IntN(4) == 0 {
					payload = value
				}
				message.Payload = []byte(payload)
				want := holds(change(payload), value)
				if want {
					held++
				}
				if got := f.Match(&row); got != want {
					t.Fatalf("%s of %q: %t; want %t", source, payload, got, want)
				}
			}
		}
	}
	if held < 1000 {
		t.Errorf("%d conditions held: too few to say anything", held)
	}
}
