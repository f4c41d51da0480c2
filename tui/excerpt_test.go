package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A range of rows is what copy and export take: its messages and findings, and
// what holds for the connection. Marks stay as they are.
func TestRange(t *testing.T) {
	rec := record(t, sample("chat-json.pcap"))
	for _, tt := range []struct {
		name        string
		keys        []string
		has, hasNot []string
	}{
		{"downwards", []string{"Enter", "j", "j", "V", "j", "j", "y", "j"}, []string{`"n":1,`, `"n":2,`, `"n":3,`, `"event":"connection"`, `"event":"end"`}, []string{`"n":4,`}},
		{"upwards", []string{"Enter", "j", "j", "j", "j", "v", "k", "y", "j"}, []string{`"n":2,`, `"n":3,`}, []string{`"n":1,`, `"n":4,`}},
		{"only what the filter shows", []string{"Enter", "/", `"dir:s2c kind:text"`, "Enter", "g", "V", "G", "y", "j"}, []string{`"n":2,`, `"n":4,`, `"n":7,`}, []string{`"n":1,`, `"n":3,`, `"n":8,`}},
		{"one row", []string{"Enter", "j", "j", "V", "y", "j"}, []string{`"n":1,`}, []string{`"n":2,`}},
		{"ended", []string{"Enter", "j", "j", "V", "Esc", "y", "j"}, []string{`"n":1,`, `"n":11,`}, nil},
		{"no message", []string{"Enter", "V", "y", "j"}, []string{`"event":"handshake"`}, []string{`"event":"message"`}},
		{"payloads", []string{"Enter", "j", "j", "V", "j", "y", "p"}, []string{`{"type":"join","room":"lobby","name":"Ada"}` + "\n", `"welcome"`}, []string{"Hello"}},
		{"a ladder", []string{"Enter", "j", "j", "V", "j", "y", "m"}, []string{"welcome"}, []string{"Hello"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, rec, 100, 30, Options{}).press(tt.keys...)
			got := string(b.clip)
			for _, want := range tt.has {
				if !strings.Contains(got, want) {
					t.Errorf("%s is not in\n%s", want, got)
				}
			}
			for _, never := range tt.hasNot {
				if strings.Contains(got, never) {
					t.Errorf("%s is in\n%s", never, got)
				}
			}
		})
	}
	b := newBench(t, rec, 100, 30, Options{}).press("Enter", "m", "j", "V", "j", "j")
	if text := b.text(); !strings.Contains(text, "3 rows selected") || strings.Count(text, "\n┃") != 2 || !strings.Contains(text, "\n m ") {
		t.Errorf("the range is not seen, or a mark went:\n%s", text)
	}
	if text := b.press("Esc").text(); strings.Contains(text, "selected") || !strings.Contains(text, "Timeline") {
		t.Errorf("Esc leaves\n%s", text)
	}
}

// Of several captures, lines name the one that a packet is in, as print does.
func TestTakingFromSeveral(t *testing.T) {
	rec := record(t, sample("chat-json.pcap"))
	for inputs, want := range map[int]bool{1: false, 2: true} {
		b := newBench(t, rec, 100, 30, Options{Inputs: inputs}).press("Enter", "y", "j")
		if got := strings.Contains(string(b.clip), `"file":0`); got != want {
			t.Errorf("of %d captures, a file is named: %t\n%s", inputs, got, b.clip)
		}
	}
}

// The frames of a range stand for their message.
func TestRangeOfFrames(t *testing.T) {
	b := newBench(t, record(t, sample("fragments-ipv6.pcap")), 100, 30, Options{}).press("Enter", "/", `"not fin"`, "Enter", "V", "j", "y", "j")
	if got := string(b.clip); strings.Count(got, `"event":"message"`) != 1 || !strings.Contains(got, `"frames":3`) {
		t.Errorf("two frames of a message of three give\n%s", got)
	}
}

// The packets that are saved are those of the selected connection, of the
// marked ones, or of all that are shown, and go to the file as they come.
func TestSavingPackets(t *testing.T) {
	rec := record(t, sample("reload-kills-30.pcap"))
	for _, tt := range []struct {
		keys []string
		live bool
		want []int
		gone int64
		says string
	}{
		{[]string{"j", "w", "w", "Enter"}, false, []int{2}, 0, "Wrote 7 packets (300 KiB) to"},
		{[]string{"j", "m", "j", "j", "m", "w", "w", "Enter"}, false, []int{2, 4}, 0, "Wrote 7 packets (300 KiB) to"},
		{[]string{"/", `"conn in 5..7"`, "Enter", "w", "a", "Enter"}, false, []int{5, 6, 7}, 0, "Wrote 7 packets (300 KiB) to"},
		{[]string{"F", "g", "w", "w", "Enter"}, true, []int{1}, 1200, "Wrote 7 packets (300 KiB; 1,200 earlier ones are no longer kept) to"},
		{[]string{"w", "c", "Enter"}, true, nil, 0, "Wrote 7 packets (300 KiB) to"},
		{[]string{"w", "c", "Esc"}, false, nil, 0, ""},
	} {
		var got []int
		var dir string
		b := newBench(t, rec, 100, 30, Options{Growing: tt.live, Packets: func(_ context.Context, connections []int, w io.Writer) (Saved, error) {
			got = connections
			parts, _ := filepath.Glob(filepath.Join(dir, ".wsight-*.part"))
			for range 3 {
				if _, err := w.Write(make([]byte, 100<<10)); err != nil {
					return Saved{}, err
				}
			}
			if len(parts) != 1 {
				t.Errorf("while it is written there are %q", parts)
			} else if info, err := os.Stat(parts[0]); err != nil || info.Size() < 200<<10 || info.Mode().Perm() != 0o600 {
				t.Errorf("%v: what was written is not in the file: %v", err, info)
			}
			return Saved{Packets: 7, Gone: tt.gone}, nil
		}})
		dir = b.ui.dir
		b.press(tt.keys...)
		if tt.says == "" {
			if files, _ := os.ReadDir(dir); len(files) != 0 {
				t.Errorf("%q saves %v", tt.keys, files)
			}
			continue
		}
		if text := strings.Join(strings.Fields(b.text()), " "); !slices.Equal(got, tt.want) || !strings.Contains(text, tt.says) {
			t.Errorf("%q saves %v; want %v:\n%s", tt.keys, got, tt.want, b.text())
		}
		again := b.press(append([]string{"Esc"}, tt.keys[len(tt.keys)-3:len(tt.keys)-1]...)...).text()
		if !strings.Contains(again, "-2.pcapng") {
			t.Errorf("a name that is taken is offered again:\n%s", again)
		}
		files, _ := os.ReadDir(dir)
		if len(files) != 1 || !strings.HasSuffix(files[0].Name(), ".pcapng") {
			t.Errorf("there are %v", files)
		}
	}
}

// What cannot be written whole leaves nothing behind, and nothing that is
// there is replaced.
func TestSavingFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	broken := errors.New("the disk is full")
	if err := writeNew(path, func(w io.Writer) error { _, err := w.Write([]byte("half")); return errors.Join(err, broken) }); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("%v is left", files)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeNew(path, func(w io.Writer) error { t.Error("it was written"); return nil }); err == nil {
		t.Error("a file that is there was replaced")
	}
	later := filepath.Join(dir, "later")
	err := writeNew(later, func(w io.Writer) error { return os.WriteFile(later, []byte("mine"), 0o600) })
	if got, _ := os.ReadFile(later); err == nil || string(got) != "mine" {
		t.Errorf("%v: a file that came meanwhile holds %q", err, got)
	}
}

// Esc stops what is being written.
func TestSavingStops(t *testing.T) {
	b := newBench(t, record(t, sample("chat-json.pcap")), 100, 30, Options{})
	var finish func()
	b.ui.work = func(job func(context.Context) func()) func() {
		ctx, cancel := context.WithCancel(context.Background())
		finish = func() { job(ctx)() }
		return cancel
	}
	b.press("w", "j", "Enter")
	if text := b.text(); !strings.Contains(text, "Writing wsight-1.jsonl: 0 B so far; Esc stops") {
		t.Errorf("nobody says that it is written:\n%s", text)
	}
	b.press("Esc")
	finish()
	b.draw()
	if files, _ := os.ReadDir(b.ui.dir); len(files) != 0 || !strings.Contains(b.text(), "Stopped: nothing was written.") {
		t.Errorf("there are %v:\n%s", files, b.text())
	}
}

// What is too large for the clipboard is not made whole to find that out.
func TestClipping(t *testing.T) {
	var c clipping
	made := 0
	var err error
	for ; err == nil; made++ {
		_, err = c.Write(make([]byte, 10_000))
	}
	if !errors.Is(err, errTooLarge) || made > clipLimit/10_000+1 || c.Len() > clipLimit {
		t.Errorf("%d writes end with %v", made, err)
	}
}
