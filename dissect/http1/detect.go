package http1

import (
	"bytes"
	"slices"

	"wsight/dissect/header"
	"wsight/flow"
)

const (
	// longestMethod is more than any registered method has (UPDATEREDIRECTREF, 17).
	longestMethod = 24
	// longestStart is how far a request line is followed before its method and
	// the start of its target decide.
	longestStart = 512
)

// StartsRequest tells whether b, the first bytes of a stream, are the start of
// an HTTP/1 request. Empty lines before it are accepted (RFC 9112 §2.2). The
// answer Yes needs the request line up to its version, or so much of it that the
// rest makes no difference. The preface of HTTP/2 is no such start.
func StartsRequest(b []byte) flow.Verdict {
	if startsUsual(b) {
		return flow.Yes
	}
	b = b[leadingLines(b):]
	method := 0
	for method < len(b) && header.IsTokenByte(b[method]) {
		method++
	}
	switch {
	case method > longestMethod:
		return flow.No
	case method == len(b) || method == 0 && len(b) == 1 && b[0] == '\r':
		return flow.NeedMore
	case method == 0 || b[method] != ' ' && b[method] != '\t':
		return flow.No
	}
	line, _, whole := bytes.Cut(b, []byte{'\n'})
	// Servers take targets with control characters in them. If that hid a
	// request, one byte of a client would hide its whole connection.
	plain := usual(string(line[:method])) && len(line) > method+1 && (line[method+1] == '/' || line[method+1]|0x20 == 'h')
	if !plain && slices.ContainsFunc(line[method:], control) {
		return flow.No
	}
	for rest := line[method:]; ; {
		i := bytes.IndexByte(rest, '/')
		if i < 0 {
			break
		}
		if i >= 5 && (rest[i-5] == ' ' || rest[i-5] == '\t') && hasHTTP(rest[i-4:]) && len(rest) > i+1 && isDigit(rest[i+1]) {
			if string(line[:method]) == "PRI" && rest[i+1] == '2' {
				return flow.No
			}
			return flow.Yes
		}
		rest = rest[i+1:]
	}
	switch {
	case whole:
		return flow.No
	case len(line) <= longestStart:
		return flow.NeedMore
	case plain:
		return flow.Yes
	}
	return flow.No
}

// startsUsual reports whether b begins with what nearly every request is: a
// GET of a path in HTTP/1.1.
func startsUsual(b []byte) bool {
	const start, end = "GET /", " HTTP/1.1\r"
	if !startsWith(b, start) {
		return false
	}
	n := bytes.IndexByte(b, '\n')
	return n >= len(start)+len(end) && string(b[n-len(end):n]) == end
}

// control reports whether c is a control character that no request line has.
func control(c byte) bool { return c < ' ' && c != '\t' && c != '\r' || c == 0x7F }

// usual reports whether method is one that browsers and proxies send.
func usual(method string) bool {
	switch method {
	case "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE":
		return true
	}
	return false
}

// StartsResponse tells whether b, the first bytes of a stream, are the start
// of an HTTP/1 response.
func StartsResponse(b []byte) flow.Verdict {
	b = b[leadingLines(b):]
	const start = "http/"
	for i := range min(len(b), len(start)) {
		if c := b[i]; c != start[i] && c|0x20 != start[i] {
			if c == '\r' && i == 0 && len(b) == 1 {
				return flow.NeedMore
			}
			return flow.No
		}
	}
	switch {
	case len(b) <= len(start):
		return flow.NeedMore
	case isDigit(b[len(start)]):
		return flow.Yes
	}
	return flow.No
}

// leadingLines returns how many bytes the empty lines at the start of b take.
func leadingLines(b []byte) int {
	n := 0
	for {
		switch {
		case n < len(b) && b[n] == '\n':
			n++
		case n+1 < len(b) && b[n] == '\r' && b[n+1] == '\n':
			n += 2
		default:
			return n
		}
	}
}

// hasHTTP reports whether b starts with "HTTP/" in any case.
func hasHTTP[T []byte | string](b T) bool {
	return len(b) >= 5 && b[0]|0x20 == 'h' && b[1]|0x20 == 't' && b[2]|0x20 == 't' && b[3]|0x20 == 'p' && b[4] == '/'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
