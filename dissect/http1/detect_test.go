package http1

import (
	"strings"
	"testing"
)

func TestStartsRequest(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     Verdict
	}{
		{"request", "GET / HTTP/1.1", Yes},
		{"whole head", wellFormed, Yes},
		{"empty lines before it", "\r\n\nGET / HTTP/1.0", Yes},
		{"unknown method", "PURGE * HTTP/1.1", Yes},
		{"lower-case version", "get / http/1.1", Yes},
		{"authority form", "CONNECT a:443 HTTP/1.1", Yes},
		{"control characters in the target", "GET /a\x1b[31m\x00 HTTP/1.1", Yes},
		{"control characters in the target of an unknown method", "PURGE /a\x1b[31m HTTP/1.1", No},
		{"control characters and no version", "GET /a\x1b[31m\r\n", No},
		{"long target", "GET /" + strings.Repeat("a", 600), Yes},
		{"nothing", "", NeedMore},
		{"half an empty line", "\r", NeedMore},
		{"slash in the target", "GET /HTTP/1", NeedMore},
		{"HTTP/0.9", "GET /\r\n", No},
		{"SIP", "REGISTER sip:a SIP/2.0\r\n", No},
		{"SMTP", "EHLO client.example.com\r\n", No},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", No},
		{"response", "HTTP/1.1 200 OK\r\n", No},
		{"TLS", "\x16\x03\x01", No},
		{"frame", "\x81\x85", No},
		{"long word", strings.Repeat("A", 25), No},
		{"long line of another protocol", "LOG " + strings.Repeat("a", 600), No},
		{"binary after the method", "GET \x00", No},
		{"CR in the middle", "\rGET / HTTP/1.1", No},
	} {
		if got := StartsRequest([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: StartsRequest(%.40q) = %v; want %v", tt.name, tt.in, got, tt.want)
		}
	}
	for n := range "GET / HTTP/1" {
		if got := StartsRequest([]byte("GET / HTTP/1"[:n])); got != NeedMore {
			t.Errorf("StartsRequest of the first %d bytes = %v; want more", n, got)
		}
	}
}

func TestStartsResponse(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Verdict
	}{
		{"HTTP/1.1 101", Yes},
		{"http/1", Yes},
		{"\r\nHTTP/1", Yes},
		{"", NeedMore},
		{"HTTP/", NeedMore},
		{"\r", NeedMore},
		{"HTTP/x", No},
		{"HTML", No},
		{"\x15\x03\x01", No},
		{"\rH", No},
	} {
		if got := StartsResponse([]byte(tt.in)); got != tt.want {
			t.Errorf("StartsResponse(%q) = %v; want %v", tt.in, got, tt.want)
		}
	}
	for v := range Verdict(6) {
		if v.String() == "" {
			t.Errorf("Verdict(%d) has no name", v)
		}
	}
}
