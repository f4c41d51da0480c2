package http1

import (
	"strings"
	"testing"

	"wsight/flow"
)

func TestStartsRequest(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     flow.Verdict
	}{
		{"request", "GET / HTTP/1.1", flow.Yes},
		{"whole head", wellFormed, flow.Yes},
		{"empty lines before it", "\r\n\nGET / HTTP/1.0", flow.Yes},
		{"unknown method", "PURGE * HTTP/1.1", flow.Yes},
		{"lower-case version", "get / http/1.1", flow.Yes},
		{"authority form", "CONNECT a:443 HTTP/1.1", flow.Yes},
		{"control characters in the target", "GET /a\x1b[31m\x00 HTTP/1.1", flow.Yes},
		{"control characters in the target of an unknown method", "PURGE /a\x1b[31m HTTP/1.1", flow.No},
		{"control characters and no version", "GET /a\x1b[31m\r\n", flow.No},
		{"long target", "GET /" + strings.Repeat("a", 600), flow.Yes},
		{"nothing", "", flow.NeedMore},
		{"half an empty line", "\r", flow.NeedMore},
		{"slash in the target", "GET /HTTP/1", flow.NeedMore},
		{"HTTP/0.9", "GET /\r\n", flow.No},
		{"SIP", "REGISTER sip:a SIP/2.0\r\n", flow.No},
		{"SMTP", "EHLO client.example.com\r\n", flow.No},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", flow.No},
		{"response", "HTTP/1.1 200 OK\r\n", flow.No},
		{"TLS", "\x16\x03\x01", flow.No},
		{"frame", "\x81\x85", flow.No},
		{"long word", strings.Repeat("A", 25), flow.No},
		{"long line of another protocol", "LOG " + strings.Repeat("a", 600), flow.No},
		{"binary after the method", "GET \x00", flow.No},
		{"CR in the middle", "\rGET / HTTP/1.1", flow.No},
	} {
		if got := StartsRequest([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: StartsRequest(%.40q) = %v; want %v", tt.name, tt.in, got, tt.want)
		}
	}
	for n := range "GET / HTTP/1" {
		if got := StartsRequest([]byte("GET / HTTP/1"[:n])); got != flow.NeedMore {
			t.Errorf("StartsRequest of the first %d bytes = %v; want more", n, got)
		}
	}
}

func TestStartsResponse(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want flow.Verdict
	}{
		{"HTTP/1.1 101", flow.Yes},
		{"http/1", flow.Yes},
		{"\r\nHTTP/1", flow.Yes},
		{"", flow.NeedMore},
		{"HTTP/", flow.NeedMore},
		{"\r", flow.NeedMore},
		{"HTTP/x", flow.No},
		{"HTML", flow.No},
		{"\x15\x03\x01", flow.No},
		{"\rH", flow.No},
	} {
		if got := StartsResponse([]byte(tt.in)); got != tt.want {
			t.Errorf("StartsResponse(%q) = %v; want %v", tt.in, got, tt.want)
		}
	}
}
