package dissect_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"wsight/dissect"
)

// TestUnframed plays every transcript without the frames that need no event.
func TestUnframed(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	alone := 0
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		alone += checkUnframed(t, parseWire(t, string(ar.Files[0].Data)))
	}
	if alone < len(names) {
		t.Errorf("%d messages came alone in %d transcripts; want more", alone, len(names))
	}
}

// checkUnframed verifies that Options.Unframed leaves out just the frames that
// stand right before a message that is Alone, and which that message tells as
// well, and returns how many they are.
func checkUnframed(t *testing.T, steps []step) (alone int) {
	t.Helper()
	var every []string
	var frame dissect.Frame // the last one
	var before, together int
	play(steps, func(e dissect.Event) {
		var b strings.Builder
		describeEvent(&b, e)
		every = append(every, b.String())
		switch e := e.(type) {
		case *dissect.Frame:
			frame, before = *e, len(every)
		case *dissect.Message:
			if e.Alone {
				t.Errorf("a message is alone behind its frame: %s", b.String())
			}
			if e.Frames == 1 && before == len(every)-1 && frame.Message == e.N && frame.Place == e.Place && frame.Dir == e.Dir {
				together++
			}
		}
	})
	n := 0
	playWith(dissect.Options{MaxPayload: 1 << 20, Unframed: true}, steps, func(e dissect.Event) {
		var b strings.Builder
		describeEvent(&b, e)
		if m, ok := e.(*dissect.Message); ok && m.Alone {
			alone++
			if n < len(every) && strings.Contains(every[n], " frame ") {
				n++
			}
		}
		if n == len(every) || every[n] != b.String() {
			t.Fatalf("without frames: %swant: %s", b.String(), strings.Join(every[n:], ""))
		}
		n++
	})
	if n < len(every) {
		t.Errorf("without frames: %d events are missing, from %s", len(every)-n, every[n])
	}
	if alone > together {
		t.Errorf("%d messages are alone, and only %d come with a frame of their own", alone, together)
	}
	return alone
}
