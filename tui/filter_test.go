package tui

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/finding"
	"wsight/query"
	"wsight/session"
)

// asked are expressions of every kind: what rows tell, what payloads, frames
// and formats do, and what holds for connections as a whole.
var asked = []string{
	`type == "text"`, `dir == "s2c" and length > 40`, `not complete`, `rtt > 1ms`, `n in 2..4`, `wire < length`,
	`is:control`, `is:data`, `compressed`, `code == 1000`, `code:close-missing`, `is:error or is:warning`, `severity == "note"`,
	`time >= "2026"`, `packet > 12`, `event == "finding"`, `event == "end" or n == 1`, `frames > 1`, `message > 0`, `title contains "TCP"`,
	`"a"`, `-hello`, `json("$.type") == "said"`, `text matches "[0-9]+"`, `payload startsWith "{"`, `search("e") or is:error`, `truncated`, `reason contains "o"`,
	`lost > 0`, `is:gap`, `first_packet > 12`, `first_time > "2026"`, `sha256 startsWith "a"`, `payload.format == "json"`, `payload.summary contains "e"`, `graphql.type != nil`,
	`is:problem type:text`, `state == "closed" and type == "text"`, `is:failed`, `messages.c2s > 1 and kind:ping`, `duration > 1s and dir == "c2s"`, `clean and length > 3`, `host contains "e" and -kind:close`,
	`opcode == 0`, `not fin`, `masked and length > 5`, `rsv1`, `offset > 100`, `header > 2 and dir:s2c`, `mask startsWith "0" or event == "end"`,
}

// of names what is selected of a connection, so that two ways to find it out
// can be compared.
func of(e dissect.Event) string {
	conv := e.At().Conv.Number
	switch e := e.(type) {
	case *dissect.Message:
		return fmt.Sprintf("%d message %d", conv, e.N)
	case *dissect.Finding:
		return fmt.Sprintf("%d finding %s %d", conv, e.Code, e.Packet)
	case *dissect.Frame:
		if !ownRow(e.Header) {
			return fmt.Sprintf("%d message %d", conv, e.Message)
		}
		return fmt.Sprintf("%d frame %d %v %d %d", conv, e.Packet, e.Dir, e.Header.Opcode, e.Header.Length)
	}
	return ""
}

// selected returns the messages or frames, and the findings, that --where
// selects.
func selected(t *testing.T, name, text string, frames bool) []string {
	t.Helper()
	f, err := query.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	read := func(opts session.Options, handle func(dissect.Event)) {
		src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
		if err != nil {
			t.Fatal(err)
		}
		opts.Dissect.MaxPayload, opts.Dissect.Hash = 1<<20, true
		if f.Decoded() {
			opts.Decode.Rules = []session.DecodeRule{{}}
		}
		if _, err := session.Run(context.Background(), src, opts, handle); err != nil {
			t.Fatal(err)
		}
	}
	survey := f.Survey()
	read(session.Options{}, survey.Event)
	found := map[string]bool{}
	read(session.Options{}, f.Select(survey, func(e dissect.Event) {
		_, frame := e.(*dissect.Frame)
		_, message := e.(*dissect.Message)
		if what := of(e); what != "" && !(frame && !frames) && !(message && frames) {
			found[what] = true
		}
	}).Event)
	return slices.Sorted(maps.Keys(found))
}

// listed returns the messages and findings in the rows that are shown.
func listed(u *UI) []string {
	found := map[string]bool{}
	l := u.timeline
	for _, id := range l.index {
		r, _ := u.rec.Row(l.conv, int(id))
		switch r.Kind {
		case session.RowMessage:
			found[fmt.Sprintf("%d message %d", l.conv, r.N)] = true
		case session.RowFrame:
			found[fmt.Sprintf("%d frame %d %v %d %d", l.conv, r.Packet, r.Dir, r.Opcode, r.Length)] = true
		case session.RowFinding:
			found[fmt.Sprintf("%d finding %s %d", l.conv, r.Finding.Code, r.Finding.Packet)] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// TestFilterIsWhere: the rows that a filter of the screens shows are the
// messages and findings that --where selects, and the connections those that
// anything is selected of.
func TestFilterIsWhere(t *testing.T) {
	files, err := filepath.Glob(sample("*.pcap*"))
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	some := map[string]bool{}
	for _, name := range files {
		rec := record(t, name)
		b := newBench(t, rec, 100, 30, Options{})
		for _, text := range asked {
			f, err := b.ui.newFilter(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			want := selected(t, name, text, f.frames)
			// What formats find wrong is not among the findings of a record.
			want = slices.DeleteFunc(want, func(s string) bool { return f.query.Decoded() && strings.Contains(s, "finding") })
			b.ui.timeline.filter = f
			var got []string
			for conv := 1; conv <= rec.Conversations(); conv++ {
				b.ui.timeline.conv = 0
				b.ui.timeline.show(conv)
				b.draw()
				b.draw()
				got = append(got, listed(b.ui)...)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s shows\n%q; --where selects\n%q", filepath.Base(name), text, got, want)
			}
			some[text] = some[text] || len(want) > 0
			b.ui.conns.setFilter(f)
			b.draw()
			for _, i := range b.ui.conns.shown {
				conv := fmt.Sprintf("%d ", i+1)
				if f.query.Rows() && !strings.Contains(text, "event") && !strings.Contains(text, "lost") && !strings.Contains(text, "time") && !strings.Contains(text, "packet") &&
					!slices.ContainsFunc(want, func(s string) bool { return strings.HasPrefix(s, conv) }) {
					t.Errorf("%s: %s shows connection %s of which nothing is selected", filepath.Base(name), text, conv)
				}
			}
			for _, what := range want {
				var conv int
				fmt.Sscan(what, &conv)
				if !slices.Contains(b.ui.conns.shown, conv-1) {
					t.Errorf("%s: %s does not show connection %d", filepath.Base(name), text, conv)
				}
			}
		}
	}
	for _, text := range asked {
		if f, _ := newFilter(text, false); !some[text] && f != nil {
			t.Errorf("%s selects nothing in any sample", text)
		}
	}
}

// What reads payloads goes on in the background; Esc stops it, and then clears
// the filter. A wrong expression never takes the place of a right one.
func TestSlowFilter(t *testing.T) {
	for _, keys := range [][]string{nil, {"Enter"}} {
		b := newBench(t, record(t, sample("chat-json.pcap")), 120, 30, Options{}).press(keys...)
		stopped := false
		b.ui.work = func(func(context.Context) func()) func() { return func() { stopped = true } }
		now := time.Unix(1, 0)
		b.ui.now = func() time.Time { return now }
		b.ui.typing = typingPause
		b.press("/", `"engine"`)
		if text := b.text(); !strings.Contains(text, "no filter is in force") {
			t.Errorf("a payload is looked for before typing paused:\n%s", text)
		}
		now = now.Add(typingPause)
		b.draw()
		b.draw()
		if text := b.text(); !strings.Contains(text, "shown, ") || !strings.Contains(text, "0% looked at") {
			t.Errorf("nothing is looked for after a pause:\n%s", text)
		}
		b.press(`" and"`)
		if text := b.text(); !strings.Contains(text, "ends too early") || !strings.Contains(text, "0% looked at") {
			t.Errorf("the right filter did not stay in force:\n%s", text)
		}
		b.press("Backspace", "Backspace", "Backspace", "Backspace", "Enter")
		if text := b.text(); !strings.Contains(text, "Esc stops") {
			t.Errorf("nobody says how to stop:\n%s", text)
		}
		if b.press("Esc"); !stopped || !strings.Contains(b.text(), "Stopped") || !strings.Contains(b.text(), "stopped at 0%") {
			t.Errorf("Esc did not stop:\n%s", b.text())
		}
		if text := b.press("Esc").text(); strings.Contains(text, "/ engine") {
			t.Errorf("Esc did not clear the filter:\n%s", text)
		}
	}
}

// What belongs to no connection is on every screen that lists what is wrong.
func TestLooseFindings(t *testing.T) {
	b := newBench(t, record(t, sample("chat-json.pcap")), 100, 30, Options{})
	b.ui.loose = func() []*dissect.Finding {
		return []*dissect.Finding{{Report: finding.Report{Code: finding.CaptureDropped, Detail: "12 packets"}}}
	}
	b.ui.detail.reset()
	b.draw()
	if text := b.text(); !strings.Contains(text, "1 finding about the capture") || !strings.Contains(text, "About the capture as a whole") || !strings.Contains(text, "12 packets") {
		t.Errorf("the connections show\n%s", text)
	}
	if text := b.press("3").text(); !strings.Contains(text, "the capture") || !strings.Contains(text, "12 packets") || !strings.Contains(text, "Problems (1)") {
		t.Errorf("the problems show\n%s", text)
	}
	if text := b.press("Enter").text(); !strings.Contains(text, "about no connection") {
		t.Errorf("opening it shows\n%s", text)
	}
	if text := b.press("/", `"is:note"`, "Enter").text(); strings.Contains(text, "12 packets") {
		t.Errorf("the filter lets a warning pass as a note:\n%s", text)
	}
}

// BenchmarkFilter is what a filter of rows costs for a million messages.
func BenchmarkFilter(b *testing.B) {
	h := newBench(b, many(b, 1_000_000), 160, 50, Options{}).press("Enter")
	b.ResetTimer()
	for range b.N {
		f, err := h.ui.newFilter(`type == "text" and dir == "s2c" and length > 1000`)
		if err != nil {
			b.Fatal(err)
		}
		h.ui.timeline.setFilter(f)
		for h.ui.timeline.scanned < 1_000_000 {
			h.ui.timeline.refresh()
		}
	}
}
