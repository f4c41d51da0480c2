package main

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Help fits the terminal, has every flag once, and the limits behind the rest.
func TestUsageFits(t *testing.T) {
	root := newRoot()
	addHelp(root)
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		for _, width := range []int{80, 110} {
			text := showUsage(cmd, width)
			for _, line := range strings.Split(text, "\n") {
				if n := utf8.RuneCountInString(line); n > width && strings.Contains(strings.TrimSpace(line[min(36, len(line)):]), " ") {
					t.Errorf("%s in %d cells: %d in %q", cmd.Name(), width, n, line)
				}
			}
		}
		text := showUsage(cmd, 80)
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if n := len(regexp.MustCompile(`(?m)^  (-.,|   ) --`+f.Name+` `).FindAllString(text, -1)); n != 1 && !f.Hidden {
				t.Errorf("%s has --%s %d times", cmd.Name(), f.Name, n)
			}
		})
		if limits := strings.Index(text, "\nLimits on what is kept:"); limits >= 0 &&
			(limits < strings.Index(text, "\nFlags:") || limits < strings.Index(text, "\nLive capture") || limits > strings.Index(text, "--max-idle")) {
			t.Errorf("%s:\n%s", cmd.Name(), text)
		}
	}
}

func TestFolded(t *testing.T) {
	for _, tt := range []struct {
		text          string
		indent, width int
		want          string
	}{
		{"one two three", 0, 7, "one two\nthree"},
		{"one two three", 2, 7, "one two\n  three"},
		{"name   one two", 7, 10, "name   one\n       two"},
		{"unbreakable words", 0, 4, "unbreakable\nwords"},
		{"one two three", 0, 0, "one two three"},
		{"", 0, 10, ""},
	} {
		if got := folded(tt.text, tt.indent, tt.width); got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
