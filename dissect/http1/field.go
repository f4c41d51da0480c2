package http1

import (
	"strings"

	"wsight/dissect/header"
	"wsight/safe"
)

// fieldLines reads every field line up to the empty one (RFC 9112 §5). It
// reports false when the bytes end before that.
func (p *parser) fieldLines() bool {
	for {
		// Behind a line mostly comes the one that came behind it last time.
		if p.last != nil {
			if k := p.last.next; k != nil && startsWith(p.rest, k.line) {
				p.rest = p.rest[len(k.line):]
				p.lines++
				p.last = k
				p.add(k.field, k.role)
				continue
			}
		}
		text := p.rest
		raw, ok := p.line()
		switch {
		case !ok:
			return false
		case len(raw) > 0:
			p.fieldLine(raw, text[:len(text)-len(p.rest)])
			continue
		case p.bare > 0:
			p.defect(header.BareLF, "%d of %d lines end with LF alone, the first of them is %s", p.bare, p.lines, safe.Quote(p.first))
		}
		return true
	}
}

// fieldLine reads the line raw, which stands with its end in text.
func (p *parser) fieldLine(raw, text []byte) {
	if p.known != nil && len(text) == len(raw)+len(lineEnd) && rememberable(raw) {
		if k := p.known.field(raw, text); k != nil {
			p.last.next, p.last = k, k
			p.add(k.field, k.role)
			return
		}
	}
	line := string(raw)
	if field, ok := plainField(line); ok {
		p.add(field, roleOf(field.Name))
		return
	}
	p.checkLine(line)
	if line[0] == ' ' || line[0] == '\t' {
		if last := len(p.fields) - 1; last >= 0 {
			p.defect(header.FoldedLine, "the value of %s goes on in line %d: %s", safe.Quote(p.fields[last].Name), p.lines, safe.Quote(line))
			p.fields[last].Value = strings.TrimLeft(p.fields[last].Value+" "+header.Trim(line), " ")
			return
		}
		p.defect(header.SpaceBeforeName, "line %d: %s", p.lines, safe.Quote(line))
		line = header.Trim(line)
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		p.defect(header.MissingColon, "line %d: %s", p.lines, safe.Quote(line))
		return
	}
	if !header.IsToken(name) {
		spaced := name
		name = header.Trim(name)
		if spaced != name {
			p.defect(header.SpaceInName, "line %d: %s", p.lines, safe.Quote(line))
		}
		if !header.IsToken(name) {
			p.defect(header.NameNotToken, "line %d: %s", p.lines, safe.Quote(line))
		}
	}
	p.add(header.Field{Name: name, Value: header.Trim(value)}, roleOf(name))
}

// A role says what a field is to this package. The numbers are ours.
type role uint8

const (
	otherRole role = iota
	hostRole
	framingRole // Content-Length or Transfer-Encoding
)

func roleOf(name string) role {
	switch {
	case header.EqualFold(name, "Host"):
		return hostRole
	case header.EqualFold(name, "Content-Length"), header.EqualFold(name, "Transfer-Encoding"):
		return framingRole
	}
	return otherRole
}

// add appends a field.
func (p *parser) add(f header.Field, r role) {
	p.fields = append(p.fields, f)
	switch r {
	case hostRole:
		p.hosts++
	case framingRole:
		p.framed = true
	}
}

// plainField reads a line that is what nearly every line is: a token, a colon,
// and printable ASCII. Each byte of it is looked at once.
func plainField(line string) (f header.Field, ok bool) {
	colon := header.TokenLength(line)
	if colon == 0 || colon == len(line) || line[colon] != ':' || safe.Printable(line[colon:]) < len(line)-colon {
		return header.Field{}, false
	}
	return header.Field{Name: line[:colon], Value: header.Trim(line[colon+1:])}, true
}

// checkHost notes a missing or repeated Host (RFC 9112 §3.2).
func (p *parser) checkHost(version string) {
	switch {
	case p.hosts == 0 && version == "1.1":
		p.defect(header.HostMissing, "an HTTP/1.1 request must have the field Host")
	case p.hosts > 1:
		p.defect(header.HostRepeated, "the request has %d Host fields", p.hosts)
	}
}

// checkFraming notes what makes the length of the body doubtful (RFC 9112 §6).
func (p *parser) checkFraming(version string) {
	lengths := contentLength(p.fields)
	if lengths.lines > 0 && !lengths.valid {
		p.defect(header.LengthInvalid, "Content-Length: %s", safe.Quote(lengths.text))
	}
	coding := p.fields.Lookup("Transfer-Encoding")
	if coding == nil {
		return
	}
	if lengths.lines > 0 {
		p.defect(header.LengthAndCoding, "Content-Length: %s and Transfer-Encoding: %s", safe.Quote(lengths.text), safe.Quote(*coding))
	}
	switch {
	case version == "1.0":
		p.defect(header.CodingInvalid, "HTTP/1.0 has no Transfer-Encoding: %s", safe.Quote(*coding))
	case !chunked(p.fields):
		p.defect(header.CodingInvalid, "chunked is not the last coding of Transfer-Encoding: %s", safe.Quote(*coding))
	}
}
