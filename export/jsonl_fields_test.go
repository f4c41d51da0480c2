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
			var head headLines
			var lines fieldLines
			for range 3 {
				if got := string(head.append(nil, tt.fields, &lines)); got != tt.want {
					t.Errorf("append = %s; want %s", got, tt.want)
				}
				for _, f := range tt.fields {
					want := string(appendField(nil, &f))
					if got := string(lines.append(nil, &f)); got != want {
						t.Errorf("append = %s; want %s", got, want)
					}
					if got := string(lines.learn(nil, &f)); got != want {
						t.Errorf("learn = %s; want %s", got, want)
					}
					if held := string(lines.place(&f).json); held != want && f.Name != "" && len(want) <= longestLine {
						t.Errorf("learn holds %s; want %s", held, want)
					}
				}
			}
			for _, known := range lines {
				if len(known.json) > longestLine {
					t.Errorf("%d bytes of a line are held; want %d at most", len(known.json), longestLine)
				}
			}
		})
	}
}

// Field lines are written the same whatever the head before had in common with
// theirs.
func TestHeadLines(t *testing.T) {
	heads := []header.Fields{
		nil,
		{{Name: "A", Value: "1"}},
		{{Name: "A", Value: "2"}},
		{{Name: "A", Value: "1"}, {Name: "B", Value: "1"}, {Name: "C", Value: "1"}, {Name: "D", Value: "1"}},
		{{Name: "A", Value: "1"}, {Name: "B", Value: "1"}, {Name: "C", Value: "2"}, {Name: "D", Value: "1"}},
		{{Name: "A", Value: "1"}, {Name: "B", Value: "1"}, {Name: "c", Value: "1"}},
		{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}, {Name: "C", Value: "1"}, {Name: "D", Value: "1"}},
		{{Name: "B", Value: "1"}, {Name: "A", Value: "1"}, {Name: "C", Value: "1"}, {Name: "D", Value: "1"}},
		{{Name: "", Value: ""}, {Name: "", Value: ""}},
		{{Name: "X", Value: "\xff"}, {Name: "X", Value: "\""}},
	}
	var h headLines
	var lines fieldLines
	for i, first := range heads {
		for k, second := range heads {
			for _, fields := range []header.Fields{first, second} {
				got := string(h.append(nil, fields, &lines))
				if want := string(new(headLines).append(nil, fields, new(fieldLines))); got != want {
					t.Errorf("heads %d and %d: append = %s; want %s", i, k, got, want)
				}
			}
		}
	}
}
