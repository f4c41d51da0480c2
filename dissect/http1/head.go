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
	if n = HeadEnd(b, 0); n == 0 {
		return header.Request{}, 0, false
	}
	return (*Lines)(nil).Request(b[:n]), n, true
}

// Request reads a request head, which is whole: HeadEnd has said how long it
// is. It shares the lines that k knows.
func (k *Lines) Request(head []byte) (r header.Request) {
	var p parser
	p.begin(head, k)
	line := p.startLine()
	p.requestLine(&r, line)
	p.fieldLines()
	p.checkHost(r.Version)
	p.checkFraming(r.Version)
	r.Fields, r.Defects, r.Size = p.fields, p.defects, len(head)
	return r
}

// ParseResponse reads the response head at the start of b, which is n bytes
// long. It reports false when b ends before the head does.
func ParseResponse(b []byte) (r header.Response, n int, ok bool) {
	if n = HeadEnd(b, 0); n == 0 {
		return header.Response{}, 0, false
	}
	return (*Lines)(nil).Response(b[:n]), n, true
}

// Response reads a response head, as Request does.
func (k *Lines) Response(head []byte) (r header.Response) {
	var p parser
	p.begin(head, k)
	line := p.startLine()
	p.statusLine(&r, line)
	p.fieldLines()
	p.checkFraming(r.Version)
	r.Fields, r.Defects, r.Size = p.fields, p.defects, len(head)
	return r
}

// A parser walks through the lines of one head.
type parser struct {
	rest    []byte
	known   *Lines
	fields  header.Fields
	defects []header.Defect
	bare    int    // lines that ended with LF alone
	first   []byte // of them
	lines   int
}

// begin sets p, which is new, before the first line of head.
func (p *parser) begin(head []byte, known *Lines) {
	start := leadingLines(head)
	p.rest, p.known = head[start:], known
	p.fields = make(header.Fields, 0, max(bytes.Count(p.rest, []byte{'\n'})-2, 0))
	if start > 0 {
		p.defect(header.LeadingLine, "%d bytes of empty lines stand before the start line", start)
	}
}

// maxDefects bounds what one head can make the parser say.
const maxDefects = 16

func (p *parser) defect(kind header.DefectKind, format string, values ...any) {
	if len(p.defects) < maxDefects {
		p.defects = append(p.defects, header.Defect{Kind: kind, Detail: fmt.Sprintf(format, values...)})
	}
}

// line returns the next line without its end, and false after the last.
func (p *parser) line() ([]byte, bool) {
	if len(p.rest) == 0 {
		return nil, false
	}
	line := p.rest
	if end := bytes.IndexByte(p.rest, '\n'); end >= 0 {
		line, p.rest = p.rest[:end], p.rest[end+1:]
	} else {
		p.rest = nil
	}
	p.lines++
	if n := len(line) - 1; n >= 0 && line[n] == '\r' {
		return line[:n], true
	}
	p.bare++
	if p.bare == 1 {
		p.first = line
	}
	return line, true
}

// startLine reads the first line.
func (p *parser) startLine() string {
	raw, _ := p.line()
	line := p.known.start(raw)
	p.checkLine(line)
	return line
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
func (p *parser) requestLine(r *header.Request, line string) {
	method, rest, ok1 := strings.Cut(line, " ")
	target, version, ok2 := cutLast(rest, ' ')
	if ok1 && ok2 && header.IsToken(method) && target != "" && !spaced(target) && hasHTTP(version) {
		r.Method, r.Target, r.Version = method, target, p.version(version)
		return
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
}

// statusLine = HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 §4)
func (p *parser) statusLine(r *header.Response, line string) {
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

func spaced(s string) bool {
	return strings.IndexByte(s, ' ') >= 0 || strings.IndexByte(s, '\t') >= 0
}

func cutLast(s string, separator byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, separator); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}
