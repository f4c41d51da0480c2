package export

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// On a terminal nothing of a finding is lost, and no line is wider than it.
func TestTextTell(t *testing.T) {
	colours := regexp.MustCompile("\x1b\\[[0-9;]*m")
	detail := strings.Repeat("so many words of it ", 12) + "END"
	for _, opts := range []TextOptions{{Width: 80}, {Width: 80, ASCII: true}, {Width: 40, Color: true}, {Width: 10}, {}} {
		for _, number := range []int{1, 1234567} {
			var out bytes.Buffer
			text := NewText(&out, opts)
			at := dissect.Place{Conv: &dissect.Conversation{Number: number}, Time: time.Unix(0, 0)}
			text.Event(&dissect.Finding{Place: at, Report: finding.Report{Code: finding.CloseMissing, Detail: detail}, Dir: flow.ClientToServer})
			if err := text.Flush(); err != nil {
				t.Fatal(err)
			}
			plain := colours.ReplaceAllString(out.String(), "")
			if got := strings.Join(strings.Fields(plain), " "); !strings.HasSuffix(got, detail) {
				t.Errorf("%+v: %q does not end with the detail", opts, got)
			}
			lines := strings.Split(strings.TrimSuffix(plain, "\n"), "\n")[1:]
			if opts.Width == 0 && len(lines) != 1 {
				t.Errorf("no terminal: %d lines", len(lines))
			}
			for _, line := range lines {
				if most := max(opts.Width, 54); opts.Width > 0 && safe.Width(line) > most {
					t.Errorf("%+v: a line of %d cells: %q", opts, safe.Width(line), line)
				}
			}
		}
	}
}

// A word that has no room is cut, not the line behind it.
func TestFolded(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two", []string{"one two"}},
		{"one two three", []string{"one two", "three"}},
		{"exactlyten ten", []string{"exactlyten", "ten"}},
		{"farlongerthanten x", []string{"farlongerthanten", "x"}},
		{"\u4f60\u597d\u4f60\u597d \u4f60", []string{"\u4f60\u597d\u4f60\u597d", "\u4f60"}},
	} {
		if got := folded(tt.text, 10); strings.Join(got, "|") != strings.Join(tt.want, "|") {
			t.Errorf("folded(%q) is %q, want %q", tt.text, got, tt.want)
		}
	}
}
