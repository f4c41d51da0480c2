package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	judge "wsight/diagnose/verdict"
	"wsight/export"
	"wsight/finding"
	"wsight/session"
)

// causes is what the doctor says of the capture as a whole: one diagnosis for
// each cause, the worst first, and at the end that all is well, where it is.
type causes struct {
	ui    *UI
	list  []judge.Diagnosis
	rows  int64 // how much had been read when it was asked
	final bool  // it was asked about everything
	busy  bool
	after time.Time // not before
}

// As long as more comes, the doctor is asked again after some time at the
// earliest, and after many times what it took, since reading waits for it.
const (
	causesAgain  = time.Second
	causesSparse = 30
)

// All returns what is wrong with everything that was observed, the worst
// first, and at the end that all is well, where it is.
func (d *Doctor) All(q judge.Quality) []judge.Diagnosis {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.verdict.Diagnoses(q)
}

// look sees to it that the doctor is asked, in the background: once all is
// read, and of what has no end, when something is wrong already.
func (k *causes) look() {
	u := k.ui
	rows := u.snap.Rows + u.snap.Dropped
	switch {
	case u.opts.Doctor == nil || k.busy || k.final || u.frozen != nil:
		return
	case u.snap.Done:
	case k.later():
		return
	case u.conns.failed+u.conns.troubled == 0 || rows == k.rows || u.now().Before(k.after):
		return
	}
	k.busy = true
	sum, done := u.snap.Summary, u.snap.Done
	u.work(func(context.Context) func() {
		begun := time.Now()
		list := u.opts.Doctor.All(export.Quality(sum))
		took := time.Since(begun)
		return func() {
			k.list, k.rows, k.final, k.busy = list, rows, done, false
			k.after = u.now().Add(max(causesAgain, causesSparse*took))
			if u.screen == atProblems {
				u.problems.rebuild()
			}
		}
	})
}

// later reports whether the doctor is asked at the end only: that of a file
// comes soon, and may change everything.
func (k *causes) later() bool {
	return k.ui.opts.Doctor != nil && !k.ui.snap.Done && !k.ui.opts.Growing
}

// broken returns the diagnoses of what is wrong, without the one that says
// that all is well.
func (k *causes) broken() []judge.Diagnosis {
	if n := len(k.list); n > 0 && k.list[n-1].Code == "" {
		return k.list[:n-1]
	}
	return k.list
}

// word is the verdict in a line of so many cells at most: the worst that is
// wrong and how much more there is, or that nothing is; "" as long as that is
// not known.
func (k *causes) word(width int) (string, style) {
	th := k.ui.theme
	bad := k.broken()
	n := len(bad)
	for n > 0 && bad[n-1].Severity < finding.Warning {
		n-- // what the capture lacks breaks nothing
	}
	if n == 0 {
		last := len(k.list) - 1
		if k.final && last >= len(k.broken()) && k.list[last].Count > 0 && k.ui.found()+k.ui.conns.failed == 0 {
			whole := th.glyph.well + " " + k.list[last].Headline
			brief, _, _ := strings.Cut(whole, ": ")
			for _, text := range []string{whole, brief} {
				if cells(text) <= width {
					return text, th.good
				}
			}
			return strings.Replace(brief, "wrong was found", "wrong found", 1), th.good
		}
		return "", th.plain
	}
	more := ""
	if n > 1 {
		more = " +" + commas(int64(n-1))
	}
	mark, st := th.level(bad[0].Severity)
	mark += " "
	room := max(width-cells(mark+more), 0)
	return mark + th.form.Line(saidOf(&bad[0]).within(room), room) + more, st
}

// found counts the findings that are more than notes, those inside of messages
// with them, which only the screens look for.
func (u *UI) found() int { return u.conns.problems + u.looseProblems() + u.inside.serious }

// explains returns the diagnosis that names a code as the cause, or as what
// follows from it; nil when none does.
func explains(list []judge.Diagnosis, code finding.Code) *judge.Diagnosis {
	for i := range list {
		if d := &list[i]; d.Code == code || slices.Contains(d.Consequences, code) {
			return d
		}
	}
	return nil
}

// toCause shows the connections that a cause broke: the timeline of the only
// WebSocket, or the list of them.
func (u *UI) toCause(d *judge.Diagnosis) {
	numbers := make([]int, len(d.Connections))
	for i, c := range d.Connections {
		numbers[i] = c.Number
	}
	u.remember()
	if d.Count > 1 && len(numbers) > 1 {
		f, err := u.newFilter("conn in " + numbersText(numbers))
		if err == nil {
			u.conns.setFilter(f)
			u.enter(atConnections)
			u.conns.first()
			u.conns.choose()
			if d.Count > len(numbers) {
				u.flash = "These are the first " + commas(int64(len(numbers))) + " of " + commas(int64(d.Count)) + "."
			}
			return
		}
	}
	u.conns.pick(numbers[0])
	u.timeline.show(numbers[0])
	u.enter(atTimeline)
	u.rowOf(func(r *session.Row) bool { return r.Finding != nil && r.Finding.Code == d.Code })
	u.detail.choose(asAbout)
}

// numbersText writes numbers for a filter: as a range when they are one.
func numbersText(numbers []int) string {
	slices.Sort(numbers)
	first, last := numbers[0], numbers[len(numbers)-1]
	if last-first == len(numbers)-1 {
		return itoa(first) + ".." + itoa(last)
	}
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = itoa(n)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
