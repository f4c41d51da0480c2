package export

import (
	"strings"
	"testing"

	"wsight/dissect/header"
)

// Field lines are written the same whether they were written before or not,
// and whatever took their place meanwhile.
func TestFieldLines(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fields header.Fields
		want   string
	}{
		{"none", nil, `,"headers":[]`},
		{"plain", header.Fields{{Name: "Upgrade", Value: "websocket"}, {Name: "Host", Value: "a"}}, `,"headers":[["Upgrade","websocket"],["Host","a"]]`},
		{"empty", header.Fields{{}}, `,"headers":[["",""]]`},
		{"escaped", header.Fields{{Name: "X", Value: "a\"\x1b"}}, `,"headers":[["X","a\"\u001b"]]`},
		{"not UTF-8", header.Fields{{Name: "X", Value: "\xff"}}, `,"headers":[["X",null,"/w=="]]`},
		{"of the same lengths", header.Fields{{Name: "X", Value: "1"}, {Name: "X", Value: "2"}, {Name: "Y", Value: "1"}}, `,"headers":[["X","1"],["X","2"],["Y","1"]]`},
		{"long", header.Fields{{Name: "X", Value: strings.Repeat("a", longestLine)}}, `,"headers":[["X","` + strings.Repeat("a", longestLine) + `"]]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l fieldLines
			for range 3 {
				if got := string(l.append(nil, tt.fields)); got != tt.want {
					t.Errorf("append = %s; want %s", got, tt.want)
				}
				for _, f := range tt.fields {
					one := header.Fields{f}
					if got, want := string(l.append(nil, one)), string(new(fieldLines).append(nil, one)); got != want {
						t.Errorf("append = %s; want %s", got, want)
					}
				}
			}
			for _, known := range l {
				if len(known.json) > longestLine {
					t.Errorf("%d bytes of a line are held; want %d at most", len(known.json), longestLine)
				}
			}
		})
	}
}
