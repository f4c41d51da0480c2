package gauntlet

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A probe is a small capture that asks one question.
type probe struct {
	asks string   // what it is about
	want []string // every line that is told, but the last
}

// probes reads the table: a section is the name of a capture and what it asks,
// then one line for each that has to be told, in words.
func probes(t *testing.T) map[string]probe {
	t.Helper()
	table := map[string]probe{}
	name := ""
	for text := range strings.Lines(string(read(t, "testdata", "probes.txt"))) {
		text = strings.TrimRight(text, "\n")
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case strings.HasPrefix(text, "== "):
			var asks string
			name, asks, _ = strings.Cut(text[3:], " ")
			table[name] = probe{asks: asks}
		default:
			p := table[name]
			p.want = append(p.want, text)
			table[name] = p
		}
	}
	return table
}

// What is told about each probe is what its bytes hold, and nothing else.
func TestProbes(t *testing.T) {
	table := probes(t)
	for _, name := range slices.Sorted(maps.Keys(table)) {
		t.Run(name, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join("testdata", "probes", name+".pcap*"))
			if err != nil || len(files) != 1 {
				t.Fatalf("%d captures, %v", len(files), err)
			}
			said := tell(t, read(t, files[0]))
			if said.err != nil {
				t.Error(said.err)
			}
			var got []string
			for i := range said.lines {
				if words := said.lines[i].words(); words != "" {
					got = append(got, words)
				}
			}
			if diff := cmp.Diff(table[name].want, got); diff != "" {
				t.Errorf("%s:\n%s", table[name].asks, diff)
			}
		})
	}
	files, err := os.ReadDir(filepath.Join("testdata", "probes"))
	if err != nil || len(files) != len(table) {
		t.Errorf("%d captures, %d sections in the table, %v", len(files), len(table), err)
	}
}
