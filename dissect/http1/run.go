package http1

import "wsight/dissect/header"

// A knownRun is several field lines that came one behind the other, all known.
// Most of what a client sends stands between its request line and its key: it
// is compared and copied at once.
type knownRun struct {
	text   string // of the lines, with their ends; "" when there is none
	fields header.Fields
	print  uint64 // see parser.mix
	shift  uint64
	hosts  int
	framed bool
	first  uint8 // the places of two of the lines in knownFields.lines
	last   uint8
	missed uint8 // how often lines came that could have been this run, and were another
}

const (
	// A run is of four lines or more, and of at most so many bytes.
	shortestRun, longestRun = 4, 2 << 10

	// patience is how often a run may be missed before another takes its place:
	// making one costs more than it saves the first time.
	patience = 16
)

// knownLines reads what comes as it came last time: neither the ends of lines are
// looked for nor their places.
func (p *parser) knownLines() {
	first := *p.next
	r := &p.known.runs[first%uint8(len(p.known.runs))]
	if r.first == first && r.text != "" && startsWith(p.bytes[p.at:], r.text) {
		p.at += len(r.text)
		p.fields = append(p.fields, r.fields...)
		p.lines += len(r.fields)
		p.hosts += r.hosts
		p.framed = p.framed || r.framed
		p.print = p.print*r.shift + r.print
		p.next = &p.known.lines[r.last].next
		r.missed = 0
		return
	}
	at, lines := p.at, p.lines
	for p.knownLine() {
	}
	if n := p.lines - lines; n >= shortestRun && p.at-at <= longestRun {
		if r.missed++; r.text == "" || r.missed > patience {
			*r = p.known.run(first, n, string(p.bytes[at:p.at]))
		}
	}
}

// knownLine reads the next line if that is the one that came here last time.
func (p *parser) knownLine() bool {
	k := &p.known.lines[*p.next]
	end := p.at + len(k.line)
	if k.line == "" || end > len(p.bytes) || string(p.bytes[p.at:end]) != k.line {
		return false
	}
	p.take(k)
	return true
}

// take takes a line that is known, and stands next.
func (p *parser) take(k *knownField) {
	if k.role != otherRole {
		p.play(k.role)
	}
	p.at += len(k.line)
	p.fields = append(p.fields, k.field)
	p.next = &k.next
	p.mix(k.print)
	p.lines++
}

// run returns the run of the n lines with that text that come behind one
// another from the one in the place first on.
func (k *knownFields) run(first uint8, n int, text string) knownRun {
	r := knownRun{text: text, shift: 1, first: first}
	for place := first; n > 0; n-- {
		line := &k.lines[place]
		r.fields = append(r.fields, line.field)
		r.print = r.print*printBase + line.print
		r.shift *= printBase
		switch line.role {
		case hostRole:
			r.hosts++
		case framingRole:
			r.framed = true
		}
		r.last, place = place, line.next
	}
	return r
}
