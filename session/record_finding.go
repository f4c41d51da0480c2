package session

import (
	"slices"

	"wsight/dissect"
	"wsight/finding"
)

func (t *track) finding(e *dissect.Finding) {
	kept := e.Clone()
	t.findings = append(t.findings, kept)
	level := kept.Rule().Severity
	t.sum.Findings[level]++
	if !slices.Contains(t.sum.Codes, e.Code) {
		t.sum.Codes = append(t.sum.Codes, e.Code)
	}
	if t.sum.Worst == nil || level > t.sum.Worst.Rule().Severity {
		t.sum.Worst = kept
	}
	t.add(packed{kind: RowFinding, n: uint32(e.Message), aux: uint32(len(t.findings) - 1), flags: sided(e.Dir) | uint16(level)*flagNote}, e.Place)
	if e.Message > 0 && e.Dir != 0 {
		t.trouble(t.lastRow[e.Dir], uint32(e.Message), level)
	}
	t.record.holdWords(t, findingWeight(kept))
}

// trouble marks the row of message n, which is row or stands before it.
func (t *track) trouble(row int, n uint32, level finding.Severity) {
	for i := row; i >= 0 && i > row-64; i-- {
		p := t.rows.at(i)
		if p == nil {
			return
		}
		if p.kind == RowMessage && p.n == n {
			if p.flags/flagNote&3 < uint16(level) {
				p.flags = p.flags&^(3*flagNote) | uint16(level)*flagNote
			}
			return
		}
	}
}
