package tui

import (
	"slices"
	"strings"

	judge "wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/finding"
	"wsight/session"
)

// aboutPage says what is known of a connection and what is wrong with it: the
// findings, the worst first, each with its values, section and advice. On the
// row of a finding that one comes first.
func aboutPage(u *UI, conv int, row *session.Row, width int) page {
	th := u.theme
	p := &spans{theme: th}
	o, ok := u.rec.Overview(conv)
	if !ok {
		p.add(span{th.dim, noSelection})
		return p
	}
	findings := u.findings(conv)
	slices.SortStableFunc(findings, func(a, b *dissect.Finding) int { return int(b.Rule().Severity) - int(a.Rule().Severity) })
	onRow := u.screen != atConnections || u.focus == atTimeline
	all := u.diagnoses(&o)
	diagnoses := all
	if onRow && row.Finding != nil {
		diagnoses = p.onFinding(row.Finding, diagnoses, width)
	}
	if onRow && row.Kind == session.RowMessage {
		for _, f := range findings {
			if f.Message == row.N && f.Dir == row.Dir {
				p.finding(f, width, true)
				p.add()
			}
		}
	}
	p.essence(&o, width)
	if len(findings) == 0 && len(all) == 0 {
		p.add(span{th.good, "Nothing wrong was found."})
	}
	for i := range diagnoses {
		p.diagnosis(&diagnoses[i], width)
		p.add()
	}
	if len(findings) > 0 {
		p.add()
	}
	for i, f := range findings {
		// Of what the doctor explains, his advice is the better one.
		p.finding(f, width, explains(all, f.Code) == nil && (f.Rule().Severity > finding.Note || i == 0))
	}
	if loose := u.loose(); len(loose) > 0 && !onRow {
		p.add()
		p.add(span{th.bold, "About the capture as a whole"})
		for _, f := range loose {
			p.finding(f, width, true)
		}
	}
	return p
}

// onFinding shows the finding whose row is selected, and what the doctor says
// of it, which comes first where that is the cause. It returns the diagnoses
// that are about something else.
func (p *spans) onFinding(f *dissect.Finding, diagnoses []judge.Diagnosis, width int) []judge.Diagnosis {
	d := explains(diagnoses, f.Code)
	switch {
	case d == nil:
		p.finding(f, width, true)
		p.add()
		return diagnoses
	case d.Code != f.Code:
		p.finding(f, width, false)
		p.add(span{p.theme.dim, "  It follows from this:"})
	}
	p.diagnosis(d, width)
	p.add()
	return slices.DeleteFunc(slices.Clone(diagnoses), func(other judge.Diagnosis) bool { return other.Code == d.Code })
}

// essence is a connection in two lines.
func (p *spans) essence(o *session.Overview, width int) {
	th, g := p.theme, p.theme.glyph
	// All of a long target is on the page of the heads.
	parts := []string{o.Conv.Client.String() + " " + g.arrow + " " + o.Conv.Server.String(), th.form.Line(hostPath(o), width)}
	if o.Subprotocol != "" {
		parts = append(parts, "subprotocol "+o.Subprotocol)
	}
	if o.Deflate {
		parts = append(parts, "permessage-deflate")
	}
	if parent := parentText(o.Conv); parent != "" {
		parts = append(parts, parent)
	}
	if t := o.Conv.TLS; t != nil {
		parts = append(parts, strings.TrimSpace("TLS "+t.Version+" "+t.SNI))
	}
	if o.Conv.Via != "" {
		parts = append(parts, "via "+o.Conv.Via)
	}
	if o.Conv.Interface != "" {
		parts = append(parts, "on "+o.Conv.Interface)
	}
	for _, c := range o.Also {
		parts = append(parts, "also captured "+dissect.Whereabouts(o.Conv, c))
	}
	for _, owner := range []struct {
		role string
		is   *dissect.Process
	}{{"client", o.Conv.ClientProcess}, {"server", o.Conv.ServerProcess}} {
		if owner.is != nil {
			parts = append(parts, owner.role+" is "+owner.is.Name+"["+itoa(owner.is.PID)+"]")
		}
	}
	sign, st := "#", th.bold
	p.wrapped([]span{{st, sign + itoa(o.Number) + " "}}, len(itoa(o.Number))+2, width, th.plain, strings.Join(parts, g.dot))
	end := endText(o)
	if o.Duration > 0 {
		end += ", after " + spanText(o.Duration)
	}
	if o.Lost > 0 {
		end += "; " + sizeText(o.Lost) + " missing from the capture"
	}
	if o.Resent > 0 {
		end += "; " + plural(o.Resent, "segment") + " sent again"
	}
	p.wrapped([]span{{th.plain, pad("", len(itoa(o.Number))+2)}}, len(itoa(o.Number))+2, width, th.plain, end)
}

// finding shows one finding; whole says whether with its advice.
func (p *spans) finding(f *dissect.Finding, width int, whole bool) {
	th := p.theme
	rule := f.Rule()
	sign, st := th.level(rule.Severity)
	section, advice := th.own(rule.Section), th.own(rule.Advice)
	p.wrapped([]span{{st, sign + " "}}, 2, width, st, rule.Title)
	if f.Detail != "" {
		p.wrapped(nil, 2, width, th.plain, f.Detail)
	}
	if whole && advice != "" {
		p.wrapped([]span{{th.dim, "  advice "}}, 9, width, th.plain, advice)
	}
	var where []string
	where = append(where, string(f.Code), rule.Severity.String())
	if section != "" {
		where = append(where, section)
	}
	if f.Message > 0 {
		where = append(where, "message "+itoa(f.Message))
	}
	if n := len(f.Packets); n > 0 {
		var packets []string
		for _, e := range f.Packets[:min(n, 6)] {
			packets = append(packets, e.String())
		}
		if n > 6 {
			packets = append(packets, "and "+itoa(n-6)+" more")
		}
		where = append(where, "packet "+strings.Join(packets, ", "))
	}
	if n := len(f.Others); n > 0 {
		where = append(where, "with "+plural(int64(n), "other connection"))
	}
	p.wrapped(nil, 2, width, th.dim, strings.Join(where, th.glyph.dot))
}

// detailOf is what a finding says in a line behind its title.
func detailOf(f *dissect.Finding) string {
	if f.Detail == "" {
		return ""
	}
	return ": " + f.Detail
}
