package export

import (
	"net/url"
	"strconv"
	"strings"

	"wsight/dissect"
	"wsight/dissect/header"
	"wsight/safe"
)

// appendHARHandshake appends the members request and response. The format
// wants both: what was not captured is empty, with the status 0.
func appendHARHandshake(b []byte, e *dissect.Handshake) []byte {
	q, r := e.Request, e.Response
	if q == nil {
		q = &header.Request{Method: "GET", Target: "/", Version: "1.1"}
	}
	if r == nil {
		r = &header.Response{Version: q.Version}
	}
	host := e.Conv.Server.String()
	if e.Verdict.Host != nil {
		host = *e.Verdict.Host
	}
	scheme := "ws"
	if e.Conv.TLS != nil {
		scheme = "wss"
	}
	b = safe.AppendJSON(append(b, `,"request":{"method":`...), q.Method)
	b = appendText(b, `,"url":`, scheme+"://"+host+q.Target)
	b = appendText(b, `,"httpVersion":`, "HTTP/"+q.Version)
	b = append(appendHARPairs(b, "headers", q.Fields), `,"queryString":[`...)
	b = appendQuery(b, q.Target)
	b = append(b, `],"cookies":[`...)
	b = appendCookies(b, q.Fields, "Cookie")
	b = appendInt(append(b, ']'), `,"headersSize":`, harSize(q.Size))
	b = append(b, `,"bodySize":0},"response":{"status":`...)
	b = strconv.AppendInt(b, int64(r.Status), 10)
	b = appendText(b, `,"statusText":`, r.Reason)
	b = appendText(b, `,"httpVersion":`, "HTTP/"+r.Version)
	b = append(appendHARPairs(b, "headers", r.Fields), `,"cookies":[`...)
	b = appendCookies(b, r.Fields, "Set-Cookie")
	b = append(b, `],"content":{"size":0,"mimeType":"x-unknown"}`...)
	b = appendText(b, `,"redirectURL":`, r.Fields.Get("Location"))
	b = appendInt(b, `,"headersSize":`, harSize(r.Size))
	return append(b, `,"bodySize":-1}`...)
}

// harSize is -1 for a size that is unknown.
func harSize(n int) int {
	if n == 0 {
		return -1
	}
	return n
}

func appendHARPairs(b []byte, name string, fields header.Fields) []byte {
	b = append(appendName(b, name), '[')
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendHARPair(b, f.Name, f.Value)
	}
	return append(b, ']')
}

func appendHARPair(b []byte, name, value string) []byte {
	b = safe.AppendJSON(append(b, `{"name":`...), name)
	return append(appendText(b, `,"value":`, value), '}')
}

func appendQuery(b []byte, target string) []byte {
	_, query, _ := strings.Cut(target, "?")
	for i, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' }) {
		if i > 0 {
			b = append(b, ',')
		}
		name, value, _ := strings.Cut(pair, "=")
		b = appendHARPair(b, unescaped(name), unescaped(value))
	}
	return b
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// appendCookies appends the cookies of Cookie, all in one line, or of
// Set-Cookie, one a line.
func appendCookies(b []byte, fields header.Fields, name string) []byte {
	first := true
	for line := range fields.Values(name) {
		for _, pair := range strings.Split(line, ";") {
			cookie, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if ok && !first {
				b = append(b, ',')
			}
			if ok {
				b, first = appendHARPair(b, cookie, value), false
			}
			if name == "Set-Cookie" {
				break // the rest says how it is kept
			}
		}
	}
	return b
}
