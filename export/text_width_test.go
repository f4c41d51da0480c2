package export

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/flow"
	"wsight/safe"
)

// A line of a terminal takes one row of it: cut there, it fills it exactly.
func TestTextWidth(t *testing.T) {
	colours := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, number := range []int{0, 1, 999, 1234567} {
		for _, opts := range []TextOptions{{Width: 80}, {Width: 80, ASCII: true}, {Width: 120, Color: true}} {
			var out bytes.Buffer
			text := NewText(&out, opts)
			at := dissect.Place{Conv: &dissect.Conversation{Number: number}, Time: time.Unix(0, 0)}
			mark, color := text.arrow(flow.ClientToServer)
			text.line(at, mark, color, strings.Repeat("x", 300))
			if err := text.Flush(); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			last := colours.ReplaceAllString(lines[len(lines)-1], "")
			if got := safe.Width(last); got != opts.Width {
				t.Errorf("#%d, %+v: the line takes %d cells: %q", number, opts, got, last)
			}
		}
	}
}
