package gauntlet

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"wsight/capture"
	"wsight/export"
	"wsight/session"
)

// A capture that was cut into two files tells what the whole one tells, and
// each packet that is named is in the file that is named.
func TestRotated(t *testing.T) {
	for _, s := range damageable(t) {
		t.Run(s.name, func(t *testing.T) {
			r := parse(t, s.file)
			want := renumbered(t, tell(t, s.file, keyed(s)), 0)
			for _, cut := range places(len(r.records), 15) {
				if cut == 0 || !r.settled(cut) {
					continue
				}
				// The later file is named first.
				first, second := r.with(r.records[:cut]...).file(), r.with(r.records[cut:]...).file()
				got := renumbered(t, printedAll(t, s, second, first), cut)
				for i := range max(len(got), len(want)) {
					if i >= len(got) || i >= len(want) || got[i] != want[i] {
						t.Errorf("cut before packet %d of %d, line %d:\ngot  %s\nwant %s", cut+1, len(r.records), i+1, at(got, i), at(want, i))
						break
					}
				}
			}
		})
	}
}

// settled reports whether all that comes before packet i is older than it and
// what follows it: else the halves are captures of two places.
func (r recording) settled(i int) bool {
	when := func(record []byte) uint64 {
		return uint64(binary.LittleEndian.Uint32(record))<<32 | uint64(binary.LittleEndian.Uint32(record[4:]))
	}
	compare := func(a, b []byte) int { return int(int64(when(a) - when(b))) }
	return compare(slices.MaxFunc(r.records[:i], compare), slices.MinFunc(r.records[i:], compare)) < 0
}

// printedAll is `wsight print --json --hash` on several files.
func printedAll(t *testing.T, s sample, files ...[]byte) *telling {
	t.Helper()
	var names []string
	for i, file := range files {
		name := filepath.Join(t.TempDir(), strconv.Itoa(i)+".pcap")
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	o := session.Options{Dissect: dissecting()}
	keyed(s)(&o)
	in, err := capture.Open(t.Context(), names, capture.Options{Secrets: o.Dissect.Keys.AddBlock})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	lines := export.NewJSONL(&out, export.JSONOptions{Hash: true, Payload: export.PayloadText, Inputs: len(names)})
	sum, err := session.Run(context.Background(), in, o, lines.Event)
	if err != nil {
		t.Fatal(err)
	}
	lines.Capture(sum)
	if err := lines.Flush(); err != nil {
		t.Fatal(err)
	}
	return parsed(t, out.Bytes())
}

// renumbered returns the lines but the last with the numbers that packets have
// in the whole capture: those of the first input come after cut others.
func renumbered(t *testing.T, said *telling, cut int) []string {
	t.Helper()
	whole := func(file, n any) any {
		if number, ok := n.(float64); ok && file != nil && file.(float64) == 0 {
			return number + float64(cut)
		}
		return n
	}
	var out []string
	for _, l := range said.lines {
		if l.Event == "capture" {
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal(l.raw, &fields); err != nil {
			t.Fatal(err)
		}
		file, began := fields["file"], fields["file"]
		if other, ok := fields["first_file"]; ok {
			began = other
		}
		fields["packet"] = whole(file, fields["packet"])
		if n, ok := fields["first_packet"]; ok {
			fields["first_packet"] = whole(began, n)
		}
		if list, ok := fields["packets"].([]any); ok {
			for i, entry := range list {
				if pair, ok := entry.([]any); ok {
					list[i] = whole(pair[0], pair[1])
				}
			}
		}
		if text, ok := fields["detail"].(string); ok && cut > 0 {
			fields["detail"] = named.ReplaceAllStringFunc(text, func(place string) string {
				parts := named.FindStringSubmatch(place)
				n, _ := strconv.Atoi(parts[1]) // digits
				if parts[2] == "" {
					n += cut
				}
				return "packet " + strconv.Itoa(n)
			})
		}
		delete(fields, "file")
		delete(fields, "first_file")
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

// named is how the text of a finding names a packet.
var named = regexp.MustCompile(`packet (\d+)( of input 2)?`)

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}
