package http1

import (
	"bytes"
	"strings"

	"wsight/dissect/header"
	"wsight/safe"
)

// fieldLines reads every field line up to the empty one (RFC 9112 §5). It
// reports false when the bytes end before that.
func (p *parser) fieldLines() bool {
	for {
		if p.known != nil {
			p.knownLines()
		}
		if startsWith(p.bytes[p.at:], lineEnd) {
			p.at += len(lineEnd)
			p.lines++
			break
		}
		if p.known != nil && p.learn() {
			continue
		}
		raw, ok := p.line()
		if !ok {
			return false
		}
		if len(raw) == 0 {
			break
		}
		p.fieldLine(raw)
	}
	if p.bare > 0 {
		p.defect(header.BareLF, "%d of %d lines end with LF alone, the first of them is %s", p.bare, p.lines, safe.Quote(p.first))
	}
	return true
}

// learn reads the next line if it is one to be known from then on.
func (p *parser) learn() bool {
	rest := p.bytes[p.at:]
	end := bytes.IndexByte(rest, '\n')
	if end < 1 || rest[end-1] != '\r' || !rememberable(rest[:end-1]) {
		return false
	}
	at, plain := p.known.at(rest[:end-1], rest[:end+1])
	if plain {
		*p.next = at
		p.take(&p.known.lines[at])
	}
	return plain
}

// fieldLine reads any line but the empty one.
func (p *parser) fieldLine(raw []byte) {
	line := string(raw)
	p.mix(linePrint(line))
	if field, ok := plainField(line); ok {
		p.fields = append(p.fields, field)
		p.play(roleOf(field.Name))
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
	p.fields = append(p.fields, header.Field{Name: name, Value: header.Trim(value)})
	p.play(roleOf(name))
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

// play takes the role of a field.
func (p *parser) play(r role) {
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
