package session

import (
	"context"
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/finding"
)

// A hoard counts what is kept of conversations beside their rows. Beyond
// Options.Kept the heads of the oldest go, which can be read again, and after
// those the words of their findings and of their Close frames, which cannot:
// what was counted and which codes there are stays.
type hoard struct {
	heads, words []*track // that have some, oldest first
	bytes        int64
	poor         int64 // conversations whose words went
	bare         map[bareKey]*dissect.Finding
	again        map[int]*Heads // that were read again, by conversation; nil: it was tried in vain
}

// A bareKey says all that is left of a finding whose words went.
type bareKey struct {
	code  finding.Code
	level finding.Severity
}

// goneDetail stands in the place of the words of a finding that went.
const goneDetail = "what was seen is no longer kept; --max-kept sets how much is"

// holdHeads takes n bytes of heads of t in.
func (r *Record) holdHeads(t *track, n int64) {
	r.hoard.heads = append(r.hoard.heads, t)
	t.headsWeight += n
	r.makeRoom(n)
}

// holdWords takes n bytes of findings or Close frames of t in.
func (r *Record) holdWords(t *track, n int64) {
	if t.wordsWeight == 0 && n > 0 {
		r.hoard.words = append(r.hoard.words, t)
	}
	t.wordsWeight += n
	r.makeRoom(n)
}

// makeRoom counts n more bytes, and lets go of what is too much.
func (r *Record) makeRoom(n int64) {
	h := &r.hoard
	for h.bytes += n; h.bytes > r.opts.Kept; {
		switch {
		case len(h.heads) > 0:
			oldest := h.heads[0]
			h.heads = h.heads[1:]
			oldest.dropHeads()
		case len(h.words) > 0:
			oldest := h.words[0]
			h.words = h.words[1:]
			oldest.dropWords()
		default:
			return
		}
	}
}

func (t *track) dropHeads() {
	t.record.hoard.bytes -= t.headsWeight
	t.headsWeight, t.heads, t.headless = 0, nil, true
	for _, text := range []*string{&t.sum.Host, &t.sum.Target, &t.sum.Subprotocol} {
		*text = shortened(*text)
	}
	t.touch()
}

func (t *track) dropWords() {
	r := t.record
	r.hoard.bytes -= t.wordsWeight
	if !t.sum.Stripped {
		r.hoard.poor++
	}
	t.wordsWeight, t.sum.Stripped = 0, true
	t.findings = slices.Clone(t.findings) // others may be reading it
	for i, f := range t.findings {
		t.findings[i] = r.bare(f)
	}
	if t.sum.Worst != nil {
		t.sum.Worst = r.bare(t.sum.Worst)
	}
	if t.ended != nil {
		ended := *t.ended
		for i, c := range ended.Closes {
			if c != nil {
				ended.Closes[i] = &dissect.CloseFrame{Code: c.Code, Packet: c.Packet, Time: c.Time}
			}
		}
		t.ended = &ended
	}
	t.touch()
}

// shortened returns a copy of the beginning of text, which does not hold on to
// the head that text is a part of.
func shortened(text string) string {
	const most = 256
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return strings.Clone(text)
}

// bare returns the one finding that stands for all of the code and severity of f.
func (r *Record) bare(f *dissect.Finding) *dissect.Finding {
	key := bareKey{f.Code, f.Rule().Severity}
	b := r.hoard.bare[key]
	if b == nil {
		if r.hoard.bare == nil {
			r.hoard.bare = map[bareKey]*dissect.Finding{}
		}
		b = &dissect.Finding{Report: finding.Report{Code: key.code, Severity: key.level, Detail: goneDetail}}
		r.hoard.bare[key] = b
	}
	return b
}

// readHeads reads the heads of a conversation again.
func (r *Record) readHeads(conv int) *Heads {
	var h *Heads
	r.Replay(context.Background(), ReplayRequest{Conversation: conv, First: 1}, func(ev dissect.Event) bool {
		switch e := ev.(type) {
		case *dissect.Handshake:
			h = keptHeads(e)
			return false
		case *dissect.Frame: // too late for one
			return false
		}
		return true
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	const few = 32
	if r.hoard.again == nil || len(r.hoard.again) >= few {
		r.hoard.again = map[int]*Heads{}
	}
	r.hoard.again[conv] = h
	return h
}

// weight is roughly how many bytes h takes.
func (h *Heads) weight() int64 {
	const fixed, field = 1 << 10, 64 // each, beside its text
	n := int64(fixed)
	if r := h.Request; r != nil {
		n += int64(r.Size + field*len(r.Fields))
	}
	if r := h.Response; r != nil {
		n += int64(r.Size + field*len(r.Fields))
	}
	for _, r := range h.Verdict.Reports {
		n += reportWeight(r)
	}
	return n
}

func reportWeight(r finding.Report) int64 {
	const fixed = 96
	return fixed + int64(len(r.Title)+len(r.Detail)+len(r.Advice))
}

// findingWeight is roughly how many bytes f takes.
func findingWeight(f *dissect.Finding) int64 {
	const fixed, each = 128, 16
	return fixed + reportWeight(f.Report) + each*int64(len(f.Packets)+len(f.Others))
}

// reasonsWeight is how many bytes the reasons in the Close frames of e take.
func reasonsWeight(e *dissect.Ended) int64 {
	n := 0
	for _, c := range e.Closes {
		if c != nil {
			n += len(c.Reason)
		}
	}
	return int64(n)
}
