package dissect_test

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"wsight/flow"
)

// FuzzConnection feeds any bytes in any order: nothing may panic, every
// conversation is opened before anything else and ended once, and where no
// bytes had to be passed over, the cuts do not show in the events.
func FuzzConnection(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatalf("no transcripts: %v", err)
	}
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encode(parseWire(new(testing.T), string(ar.Files[0].Data))))
	}
	f.Add([]byte("\x00\x00\x05PRI *\x01\x00\x03\x16\x03\x01"))
	f.Add(encode(parseWire(new(testing.T), upgrade+upgrade+question+upgrade+"s~ 129\n"+switched+question)))
	f.Fuzz(func(t *testing.T, script []byte) {
		steps := decode(script)
		checkOrder(t, describe(steps))
		checkUnframed(t, steps)
		// What TCP tells is not part of the streams: when a conversation hears
		// of it depends on when it was recognised.
		steps = slices.DeleteFunc(steps, func(st step) bool { return st.signal != 0 })
		want, got := describe(steps), describe(joined(steps))
		if certain(steps, want) && certain(steps, got) && got != want {
			t.Errorf("joined:\n--- got\n%s--- want\n%s", got, want)
		}
	})
}

// certain reports whether nothing in events was found by searching, where
// segment boundaries are evidence and odd headers wait for more of it: a whole
// handshake, and legal frames without a hole.
func certain(steps []step, events string) bool {
	return strings.HasPrefix(events, "1 opened http=\"1.1\"") && strings.Contains(events, "-> 101") && !strings.Contains(events, "hole") && !strings.Contains(events, " frame-") &&
		!slices.ContainsFunc(steps, func(st step) bool { return st.lost > 0 })
}

// checkOrder verifies that each conversation is opened first and ended once.
func checkOrder(t *testing.T, events string) {
	t.Helper()
	opened, ended := map[string]int{}, map[string]int{}
	for line := range strings.Lines(events) {
		conv, rest, _ := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(rest, "opened"):
			opened[conv]++
		case opened[conv] != 1:
			t.Fatalf("conversation %s has an event before it was opened: %s", conv, line)
		case ended[conv] > 0:
			t.Fatalf("conversation %s goes on after its end: %s", conv, line)
		case strings.HasPrefix(rest, "ended"):
			ended[conv]++
		}
	}
	for conv := range opened {
		if ended[conv] != 1 {
			t.Fatalf("conversation %s ended %d times", conv, ended[conv])
		}
	}
}

// encode writes steps as records: kind and side, length, bytes.
func encode(steps []step) (out []byte) {
	for _, st := range steps {
		kind, data := byte(0), st.data
		switch {
		case st.lost > 0:
			kind, data = 1, make([]byte, min(st.lost, 1<<12))
		case st.signal != 0:
			kind, data = 1+byte(st.signal), nil
		}
		out = append(out, kind<<1|byte(st.side))
		out = binary.BigEndian.AppendUint16(out, uint16(len(data)))
		out = append(out, data...)
	}
	return out
}

func decode(script []byte) (steps []step) {
	for len(script) >= 3 && len(steps) < 1000 {
		st := step{side: flow.Side(script[0] & 1)}
		n := min(int(binary.BigEndian.Uint16(script[1:])), len(script)-3)
		data := script[3 : 3+n]
		switch kind := script[0] >> 1; {
		case kind == 0:
			st.data = data
		case kind == 1:
			st.lost = int64(n)
		default:
			st.signal = flow.SignalKind((kind - 1) % byte(flow.QueueFull+1))
		}
		script = script[3+n:]
		if len(st.data) > 0 || st.lost > 0 || st.signal != 0 {
			steps = append(steps, st)
		}
	}
	return steps
}
