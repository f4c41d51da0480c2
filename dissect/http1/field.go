package http1

import (
	"strings"

	"wsight/dissect/header"
	"wsight/safe"
)

// fieldLines reads every field line up to the empty one (RFC 9112 §5).
func (p *parser) fieldLines() {
	for {
		if p.plainField() {
			continue
		}
		line, ok := p.line()
		if !ok || line == "" {
			break
		}
		p.checkLine(line)
		if line[0] == ' ' || line[0] == '\t' {
			if last := len(p.fields) - 1; last >= 0 {
				p.defect(header.FoldedLine, "the value of %s goes on in line %d: %s", safe.Quote(p.fields[last].Name), p.lines, safe.Quote(line))
				p.fields[last].Value = strings.TrimLeft(p.fields[last].Value+" "+header.Trim(line), " ")
				continue
			}
			p.defect(header.SpaceBeforeName, "line %d: %s", p.lines, safe.Quote(line))
			line = header.Trim(line)
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			p.defect(header.MissingColon, "line %d: %s", p.lines, safe.Quote(line))
			continue
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
	}
	if p.bare > 0 {
		p.defect(header.BareLF, "%d of %d lines end with LF alone, the first of them is %s", p.bare, p.lines, safe.Quote(p.first))
	}
}

// plainField reads the next line if it is what nearly every line is: a token,
// a colon, printable ASCII, and CR LF. Each byte of it is looked at once.
func (p *parser) plainField() bool {
	colon := header.TokenLength(p.rest)
	if colon == 0 || colon == len(p.rest) || p.rest[colon] != ':' {
		return false
	}
	end := colon + safe.Printable(p.rest[colon:])
	if !strings.HasPrefix(p.rest[end:], "\r\n") {
		return false
	}
	p.fields = append(p.fields, header.Field{Name: p.rest[:colon], Value: header.Trim(p.rest[colon+1 : end])})
	p.rest = p.rest[end+2:]
	p.lines++
	return true
}

// checkHost notes a missing or repeated Host (RFC 9112 §3.2).
func (p *parser) checkHost(version string) {
	switch n := p.fields.Count("Host"); {
	case n == 0 && version == "1.1":
		p.defect(header.HostMissing, "an HTTP/1.1 request must have the field Host")
	case n > 1:
		p.defect(header.HostRepeated, "the request has %d Host fields", n)
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
