package tui

import (
	"cmp"
	"strings"
	"sync"

	"wsight/diagnose"
	judge "wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/export"
	"wsight/finding"
	"wsight/session"
)

// A Doctor judges connections while they are read, in the words of the command
// doctor. One goroutine tells it the events, another asks.
type Doctor struct {
	mu      sync.Mutex
	verdict *judge.Verdict
}

// NewDoctor returns a Doctor that has seen nothing.
func NewDoctor() *Doctor { return &Doctor{verdict: judge.New()} }

// Observe takes the next event; it is for session.RecordOptions.
func (d *Doctor) Observe(e dissect.Event) {
	switch e.(type) {
	case *dissect.Opened, *diagnose.Hop, *dissect.Handshake, *dissect.Message, *dissect.Signalled, *dissect.Finding, *dissect.Ended:
		d.mu.Lock()
		d.verdict.Observe(e)
		d.mu.Unlock()
	}
}

// of returns what is wrong with a connection, the worst first.
func (d *Doctor) of(c *dissect.Conversation) []judge.Diagnosis {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.verdict.Of(c)
}

// A headline is what was last said of a connection, and of which state of it.
type headline struct {
	findings [4]int
	state    session.State
	legs     bool
	done     bool
	said
}

// said is a headline, and what is said of it where it has no room: at first
// without the party that is a guess, then in a few words with the one that is
// none, and without.
type said struct{ whole, deed, brief, doer string }

// saidOf returns what is said of a diagnosis.
func saidOf(d *judge.Diagnosis) said {
	what, who := d.Brief()
	if who != "" {
		who = " (" + who + ")"
	}
	return said{export.MaskText(d.Headline), export.MaskText(d.Deed()), what, who}
}

// legible is how many cells show what a sentence is about, though its end is
// cut off.
const legible = 45

// within returns what fits into so many cells, or nearly.
func (s said) within(width int) string {
	if width >= legible && cells(s.whole) > width {
		return s.deed
	}
	_, bare, _ := strings.Cut(s.brief, ": ") // without the status
	for _, text := range []string{s.whole, s.deed, s.brief + s.doer, s.brief, bare} {
		if text != "" && cells(text) <= width {
			return text
		}
	}
	return cmp.Or(bare, s.brief)
}

// headlinesKept bounds the headlines that are at hand.
const headlinesKept = 4096

// headline says in a sentence what is wrong with a connection, as the doctor
// does; nothing when it finds nothing.
func (u *UI) headline(o *session.Overview) said {
	if u.opts.Doctor == nil || !o.Failed() && !o.Problem() {
		return said{}
	}
	now := headline{findings: o.Findings, state: o.State, legs: o.Legs, done: u.snap.Done}
	last, ok := u.headlines[o.Number]
	now.said = last.said
	if ok && last == now {
		return last.said
	}
	now.said = said{}
	if list := u.opts.Doctor.of(o.Conv); len(list) > 0 {
		now.said = saidOf(&list[0])
	}
	if len(u.headlines) >= headlinesKept || u.headlines == nil {
		u.headlines = map[int]headline{}
	}
	u.headlines[o.Number] = now
	return now.said
}

// diagnoses returns what the doctor says of a connection.
func (u *UI) diagnoses(o *session.Overview) []judge.Diagnosis {
	if u.opts.Doctor == nil {
		return nil
	}
	return u.opts.Doctor.of(o.Conv)
}

// diagnosis shows one diagnosis, as the command doctor does.
func (p *spans) diagnosis(d *judge.Diagnosis, width int) {
	_, st := p.theme.level(max(d.Severity, finding.Note))
	text := export.DoctorText([]judge.Diagnosis{*d}, export.DoctorOptions{ASCII: p.theme.form.ASCII, Width: width - 2})
	for k, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		if k > 0 && !strings.HasPrefix(line, "    ") {
			st = p.theme.plain
		}
		p.add(span{st, line})
	}
}
