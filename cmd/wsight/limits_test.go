package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// The document on limits names every limit with its default.
func TestLimitsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{} // default by flag
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, " | "); len(cells) == 4 && strings.HasPrefix(cells[0], "| `--max-") {
			rows[strings.Trim(cells[0], "|` -")] = cells[1]
		}
	}
	flags := newRoot().Flags()
	flags.VisitAll(func(f *pflag.Flag) {
		if !strings.HasPrefix(f.Name, "max-") {
			return
		}
		want := f.DefValue
		switch f.Name {
		case "max-idle":
			want = "none; live 2h15m"
		case "max-spool":
			want = "1GiB, 16GiB"
		}
		if got, ok := rows[f.Name]; !ok || got != want {
			t.Errorf("docs/reliability.md says %q of --%s, which is %s", got, f.Name, want)
		}
		delete(rows, f.Name)
	})
	for name := range rows {
		t.Errorf("docs/reliability.md names --%s, which is no flag", name)
	}
}
