package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
	"wsight/session"
)

// crowd gives the events of connections that are all open at the same time,
// each with a head of many bytes, findings and two messages.
func crowd(count, head int, handle func(dissect.Event)) {
	convs := make([]*dissect.Conversation, count)
	for i := range convs {
		convs[i] = peers(i + 1)
		handle(&dissect.Opened{Place: place1(convs[i], 1)})
	}
	for i, c := range convs {
		host := fmt.Sprintf("host-%d.example", i)
		target := "/" + strings.Repeat("p", head)
		handle(&dissect.Handshake{Place: place1(c, 2), Latency: 1e6,
			Request:  &header.Request{Method: "GET", Target: target, Version: "1.1", Size: head},
			Response: &header.Response{Version: "1.1", Status: 101, Size: 100},
			Verdict:  handshake.Outcome{Kind: handshake.Accepted, Host: &host}})
	}
	for _, c := range convs {
		handle(text(c, 1, "first"))
		handle(&dissect.Finding{Place: place1(c, 3), Report: finding.Report{Code: finding.EndIdleTimeout, Detail: strings.Repeat("d", head)}})
	}
	for _, c := range convs {
		handle(text(c, 2, "second"))
		end := &dissect.Ended{Place: place1(c, 4), State: dissect.StateReset, Duration: 3e9, Lost: 7}
		end.Totals[flow.ClientToServer] = dissect.Totals{Messages: 2, Frames: 2, Bytes: 11, Wire: 23}
		handle(end)
	}
}

type keeping interface {
	Writer
	Keep(int64)
	LetGo() int64
}

var keepers = []struct {
	name  string
	begin func(io.Writer) keeping
	held  func(keeping) int64 // bytes
	loses bool
}{
	{"csv", func(w io.Writer) keeping { return NewCSV(w, CSVOptions{Inputs: 1}) }, func(k keeping) int64 { return k.(*CSV).bytes }, true},
	{"har", func(w io.Writer) keeping { return NewHAR(w, HAROptions{}) }, func(k keeping) int64 { return int64(k.(*HAR).pending) }, false},
	{"md", func(w io.Writer) keeping { return NewLadder(w) }, func(k keeping) int64 { return k.(*Ladder).bytes }, true},
	{"stats", func(w io.Writer) keeping { return NewStats(w, StatsOptions{JSON: true}) }, func(k keeping) int64 { return k.(*Stats).bytes }, true},
}

// What is kept of open connections stays within its bound, and it is said of
// how many connections something went.
func TestKeepBounds(t *testing.T) {
	const count, head, room = 200, 2000, 50_000
	for _, tt := range keepers {
		for _, bound := range []int64{0, room} {
			var out bytes.Buffer
			w := tt.begin(&out)
			w.Keep(bound)
			most := int64(0)
			crowd(count, head, func(e dissect.Event) {
				w.Event(e)
				most = max(most, tt.held(w))
			})
			if err := w.Close(session.Summary{}); err != nil {
				t.Fatal(err)
			}
			switch lost := w.LetGo(); {
			case bound > 0 && most > bound:
				t.Errorf("%s keeps %d bytes; want at most %d", tt.name, most, bound)
			case bound == 0 && most <= room:
				t.Errorf("%s has only %d bytes to keep", tt.name, most)
			case (lost > 0) != (bound > 0 && tt.loses), lost > count:
				t.Errorf("%s with %d bytes let go of %d connections", tt.name, bound, lost)
			}
			if left := tt.held(w); left != 0 {
				t.Errorf("%s: %d bytes are in the account at the end", tt.name, left)
			}
		}
	}
}

// The account is that of the memory.
func TestKeepMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	const count, head = 2000, 20_000
	for _, tt := range keepers {
		w := tt.begin(io.Discard)
		w.Keep(1 << 20)
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		most := uint64(0)
		n := 0
		crowd(count, head, func(e dissect.Event) {
			w.Event(e)
			if n++; n%1000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc)
			}
		})
		// All of it would be more than 80 MB. The connections themselves and
		// buffers take some.
		const bound = 16 << 20
		if used := int64(most) - int64(before.HeapAlloc); used > bound {
			t.Errorf("%s uses %d bytes of memory; want at most %d", tt.name, used, bound)
		}
	}
}

// crowded returns what a writer makes of the crowd.
func crowded(t *testing.T, begin func(io.Writer) keeping, room int64) string {
	t.Helper()
	var out bytes.Buffer
	w := begin(&out)
	w.Keep(room)
	crowd(20, 2000, w.Event)
	if err := w.Close(session.Summary{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestKeepInFile(t *testing.T) {
	if all, some := crowded(t, keepers[1].begin, 0), crowded(t, keepers[1].begin, 5000); all != some {
		t.Error("har: what waited in the file came out otherwise than what waited in memory")
	}
}

func TestKeepCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(crowded(t, keepers[0].begin, 5000))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const event, client, host = 0, 4, 6
	hosts := map[bool]int{}
	for _, row := range rows[1:] {
		if row[client] == "" {
			t.Errorf("csv: a row without a client: %q", row)
		}
		if row[event] == "message" {
			hosts[row[host] != ""]++
		}
	}
	if hosts[true] == 0 || hosts[false] == 0 {
		t.Errorf("csv: %d messages with a host, %d without; want both", hosts[true], hosts[false])
	}
}

func TestKeepMarkdown(t *testing.T) {
	all, some := crowded(t, keepers[2].begin, 0), crowded(t, keepers[2].begin, 5000)
	const words = "- Not all of it was kept (`--max-kept`): missing are what came before the first step below, 3 steps, and 1 finding"
	if strings.Contains(all, "max-kept") || !strings.Contains(some, words) {
		t.Errorf("md: with room:\n%.300s\nwithout:\n%.600s", all, some)
	}
	if n := strings.Count(some, "## Connection"); n != 20 {
		t.Errorf("md has %d connections; want 20", n)
	}
}

// Figures of connections that were given up are in every sum.
func TestKeepStats(t *testing.T) {
	sums := func(text string) (lines []string, omitted int) {
		for line := range strings.Lines(text) {
			var l struct {
				By          string
				Connections int
			}
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			switch l.By {
			case "connection":
			case "omitted":
				omitted = l.Connections
			default:
				lines = append(lines, line)
			}
		}
		return lines, omitted
	}
	all, none := sums(crowded(t, keepers[3].begin, 0))
	some, omitted := sums(crowded(t, keepers[3].begin, 45_000))
	if none != 0 || omitted == 0 {
		t.Errorf("stats: %d connections are omitted with room, %d without", none, omitted)
	}
	if strings.Join(all, "") != strings.Join(some, "") {
		t.Errorf("stats: with room\n%s\nwithout\n%s", strings.Join(all, ""), strings.Join(some, ""))
	}
}
