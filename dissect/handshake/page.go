package handshake

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// A page is an error page that says more than the status does.
type page uint8

const (
	ordinary page = iota
	headerTooLarge
	plainToTLS
	unknownSession
	hijack
)

// pages lists words of error pages, in lower case. A page without a source
// named is one that the lab captured.
var pages = []struct {
	words string
	means page
}{
	{"request header or cookie too large", headerTooLarge},     // nginx
	{"size of a request header field exceeds", headerTooLarge}, // Apache
	{"request header fields too large", headerTooLarge},
	{"request header is too large", headerTooLarge},                   // Tomcat
	{"plain http request was sent to https port", plainToTLS},         // nginx, Cloudflare
	{"speaking plain http to an ssl-enabled server port", plainToTLS}, // Apache
	{"client sent an http request to an https server", plainToTLS},    // Go net/http
	{"this combination of host and port requires tls", plainToTLS},    // Tomcat
	{"session id unknown", unknownSession},                            // Engine.IO, {"code":1,"message":"Session ID unknown"}
	{"http.hijacker", hijack},                                         // Go: "response does not implement http.Hijacker"
}

// longestPage is how much of a body is looked at.
const longestPage = 4 << 10

func readPage(body []byte) page {
	if len(body) == 0 {
		return ordinary
	}
	lower := bytes.ToLower(body[:min(len(body), longestPage)])
	for _, p := range pages {
		if bytes.Contains(lower, []byte(p.words)) {
			return p.means
		}
	}
	return ordinary
}

// readable reports whether text is UTF-8 without control characters.
func readable(text []byte) bool {
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return utf8.Valid(text) || len(text) > longestPage/2
}

// clip returns at most the first n bytes of s.
func clip(s string, n int) string { return s[:min(len(s), n)] }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
