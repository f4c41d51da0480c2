package http1

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"wsight/dissect/header"
	"wsight/safe"
)

// HeadEnd returns how many bytes the head at the start of b takes, with the
// empty line that ends it, or 0 when b ends before the head does. The caller
// that buffers a head passes in seen how many bytes of b an earlier call has
// looked at in vain, so that each byte is looked at once.
func HeadEnd(b []byte, seen int) int {
	start := leadingLines(b)
	// The line end that an earlier call saw may belong to the empty line.
	for i := max(start, seen-2); ; {
		end := bytes.IndexByte(b[i:], '\n')
		if end < 0 {
			return 0
		}
		i += end + 1
		switch {
		case i < len(b) && b[i] == '\n':
			return i + 1
		case i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n':
			return i + 2
		}
	}
}

// ParseRequest reads the request head at the start of b, which is n bytes
// long. It reports false when b ends before the head does. Any bytes give a
// value; StartsRequest tells whether they are worth it.
func ParseRequest(b []byte) (r header.Request, n int, ok bool) {
	n = (*Lines)(nil).Request(&r, b)
	return r, n, n > 0
}

// Request makes r the request head at the start of b, and returns its length:
// 0 when b ends before the head does. It shares the lines that k knows.
func (k *Lines) Request(r *header.Request, b []byte) (n int) {
	*r = header.Request{}
	var p parser
	p.begin(b, k)
	if k != nil {
		p.known, p.next = &k.requests, &k.requests.first
	}
	if !p.requestLine(r) || !p.fieldLines() {
		return 0
	}
	if p.hosts != 1 {
		p.checkHost(r.Version)
	}
	if p.framed {
		p.checkFraming(r.Version)
	}
	r.Fields, r.Defects, r.Size, r.Print = p.own(), p.defects, p.at, max(p.print, 1)
	return p.at
}

// ParseResponse reads the response head at the start of b, which is n bytes
// long. It reports false when b ends before the head does.
func ParseResponse(b []byte) (r header.Response, n int, ok bool) {
	n = (*Lines)(nil).Response(&r, b)
	return r, n, n > 0
}

// Response reads a response head, as Request does.
func (k *Lines) Response(r *header.Response, b []byte) (n int) {
	*r = header.Response{}
	var p parser
	p.begin(b, k)
	if k != nil {
		p.known, p.next = &k.responses, &k.responses.first
	}
	if !p.statusLine(r) || !p.fieldLines() {
		return 0
	}
	if p.framed {
		p.checkFraming(r.Version)
	}
	r.Fields, r.Defects, r.Size = p.own(), p.defects, p.at
	return p.at
}

// A parser walks through the lines of one head.
type parser struct {
	bytes   []byte // that the head begins
	at      int    // of the next line in them
	all     *Lines
	known   *knownFields // of all, those of heads of this kind
	next    *uint8       // the place in known.lines of what mostly comes next
	print   uint64       // of the lines so far
	fields  header.Fields
	defects []header.Defect
	bare    int    // lines that ended with LF alone
	first   []byte // of them
	lines   int
	hosts   int  // fields called Host
	framed  bool // a field may say how long the body is
}

// begin sets p, which is new, before the first line of the head at the start
// of b.
func (p *parser) begin(b []byte, known *Lines) {
	p.bytes, p.all = b, known
	if known != nil {
		p.fields = known.room[:0]
	}
	if len(b) > 0 && b[0] <= '\r' {
		start := leadingLines(b)
		p.at = start
		if start > 0 {
			p.mix(linePrint(string(b[:start])))
			p.defect(header.LeadingLine, "%d bytes of empty lines stand before the start line", start)
		}
	}
}

// own returns the fields for who keeps them.
func (p *parser) own() header.Fields {
	fields := make(header.Fields, len(p.fields))
	copy(fields, p.fields)
	return fields
}

// maxDefects bounds what one head can make the parser say.
const maxDefects = 16

func (p *parser) defect(kind header.DefectKind, format string, values ...any) {
	if len(p.defects) < maxDefects {
		p.defects = append(p.defects, header.Defect{Kind: kind, Detail: fmt.Sprintf(format, values...)})
	}
}

// line returns the next line without its end, and false when that is not there.
func (p *parser) line() ([]byte, bool) {
	end := bytes.IndexByte(p.bytes[p.at:], '\n')
	if end < 0 {
		return nil, false
	}
	line := p.bytes[p.at : p.at+end]
	p.at += end + 1
	p.lines++
	if n := end - 1; n >= 0 && line[n] == '\r' {
		return line[:n], true
	}
	p.bare++
	p.mix(0)
	if p.bare == 1 {
		p.first = line
	}
	return line, true
}

// checkLine notes control characters.
func (p *parser) checkLine(line string) {
	for i := safe.Printable(line); i < len(line); i++ {
		if c := line[i]; c < ' ' && c != '\t' || c == 0x7F {
			kind := header.ControlByte
			if c == '\r' {
				kind = header.BareCR
			}
			p.defect(kind, "byte %#02x in line %d: %s", c, p.lines, safe.Quote(line))
			return
		}
	}
}

// requestLine = method SP request-target SP HTTP-version (RFC 9112 §3)
//
// It reports false when the line does not end.
func (p *parser) requestLine(r *header.Request) bool {
	raw, ok := p.line()
	if !ok {
		return false
	}
	line := p.all.start(raw)
	p.mix(linePrint(line))
	p.checkLine(line)
	if target, ok := usualTarget(line); ok {
		r.Method, r.Target, r.Version = "GET", target, "1.1"
		return true
	}
	method, rest, ok1 := strings.Cut(line, " ")
	target, version, ok2 := cutLast(rest, ' ')
	if ok1 && ok2 && header.IsToken(method) && target != "" && !spaced(target) && hasHTTP(version) {
		r.Method, r.Target, r.Version = method, target, p.version(version)
		return true
	}
	words := strings.Fields(line)
	if n := len(words); n > 1 && hasHTTP(words[n-1]) {
		r.Version = p.version(words[n-1])
		words = words[:n-1]
	} else {
		r.Version = "0.9"
		p.defect(header.VersionText, "the request line names no HTTP version: %s", safe.Quote(line))
	}
	if len(words) > 0 {
		r.Method = words[0]
		r.Target = strings.Join(words[1:], " ")
	}
	p.defect(header.StartLine, "the request line is not \"method target version\" with single spaces: %s", safe.Quote(line))
	return true
}

// statusLine = HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 §4)
//
// It reports false when the line does not end.
func (p *parser) statusLine(r *header.Response) bool {
	if k := p.all; k != nil && k.status.line != "" && startsWith(p.bytes[p.at:], k.status.line) {
		p.at += len(k.status.line)
		p.lines++
		r.Version, r.Status, r.Reason = k.status.version, k.status.status, k.status.reason
		return true
	}
	defects, text := len(p.defects), p.bytes[p.at:]
	raw, ok := p.line()
	if !ok {
		return false
	}
	line := p.all.start(raw)
	p.checkLine(line)
	version, rest, _ := strings.Cut(line, " ")
	r.Version = p.version(version)
	// RFC 9112 §4 wants a space even before an empty reason; no peer cares.
	status, reason, _ := strings.Cut(strings.TrimLeft(rest, " \t"), " ")
	code, err := strconv.ParseUint(status, 10, 16)
	switch {
	case err != nil || len(status) != 3:
		p.defect(header.StartLine, "the status is not three digits: %s", safe.Quote(line))
	case rest[0] == ' ' || rest[0] == '\t':
		p.defect(header.StartLine, "more than one space before the status: %s", safe.Quote(line))
	}
	r.Status, r.Reason = int(code), reason
	if k := p.all; k != nil && len(p.defects) == defects && p.bare == 0 && rememberable(raw) {
		k.status = knownStatus{string(text[:len(raw)+len(lineEnd)]), r.Version, r.Reason, r.Status}
	}
	return true
}

// version reads text such as HTTP/1.1.
func (p *parser) version(text string) string {
	switch text {
	case "HTTP/1.1":
		return "1.1"
	case "HTTP/1.0":
		return "1.0"
	}
	p.defect(header.VersionText, "the HTTP version is written %s", safe.Quote(text))
	if hasHTTP(text) {
		return text[len("HTTP/"):]
	}
	return "0.9"
}

// usualTarget returns the target of a request line that is as nearly all are.
func usualTarget(line string) (target string, ok bool) {
	const start, end = "GET ", " HTTP/1.1"
	n := len(line) - len(end)
	if n <= len(start) || line[:len(start)] != start || line[n:] != end {
		return "", false
	}
	target = line[len(start):n]
	return target, !spaced(target)
}

func spaced(s string) bool {
	return strings.IndexByte(s, ' ') >= 0 || strings.IndexByte(s, '\t') >= 0
}

func cutLast(s string, separator byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, separator); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}
