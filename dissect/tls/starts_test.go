package tls

import (
	"testing"

	"wsight/flow"
)

func TestStarts(t *testing.T) {
	hello := "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
	tests := []struct {
		name, in string
		want     flow.Verdict
	}{
		{"client hello", hello, flow.Yes},
		{"server hello", "\x16\x03\x03\x00\x5a\x02\x00\x00\x56\x03\x03", flow.Yes},
		{"hello of SSL 3", "\x16\x03\x00\x00\x5a\x01\x00\x00\x56\x03\x00", flow.Yes},
		{"hello cut over records", "\x16\x03\x01\x00\x02\x01\x00\x16\x03\x01\x01\xfe", flow.Yes},
		{"alert", "\x15\x03\x01\x00\x02\x02\x28", flow.Yes},
		{"sealed data", "\x17\x03\x03\x00\x20", flow.Yes},
		{"longest sealed data", "\x17\x03\x03\x41\x00", flow.Yes},
		{"change cipher spec", "\x14\x03\x03\x00\x01\x01", flow.Yes},
		{"another message", "\x16\x03\x03\x00\x5a\x0b\x00\x00\x56", flow.No},
		{"hello too short", "\x16\x03\x03\x00\x5a\x01\x00\x00\x05", flow.No},
		{"hello too long", "\x16\x03\x03\x00\x5a\x01\x01\x00\x00", flow.No},
		{"empty record", "\x16\x03\x03\x00\x00", flow.No},
		{"record too long", "\x16\x03\x03\x40\x01", flow.No},
		{"sealed data too long", "\x17\x03\x03\x41\x01", flow.No},
		{"sealed data too short", "\x17\x03\x03\x00\x11", flow.No},
		{"sealed data of TLS 1.0", "\x17\x03\x01\x00\x20", flow.No},
		{"version of nobody", "\x16\x03\x04", flow.No},
		{"alert of unknown level", "\x15\x03\x01\x00\x02\x03", flow.No},
		{"alert of unknown number", "\x15\x03\x01\x00\x02\x02\xff", flow.No},
		{"sealed alert", "\x15\x03\x03\x00\x1a\x00", flow.No},
		{"SSL 2 hello", "\x80\x2e\x01\x03\x01", flow.No},
		{"SSL 2 hello, 3-byte header", "\x00\x2e\x00\x01\x03\x01", flow.No},
		{"HTTP", "GET / HTTP/1.1\r\n", flow.No},
		{"HTTP/2", "PRI * HTTP/2.0", flow.No},
		{"SSH", "SSH-2.0-", flow.No},
		{"masked text frame", "\x81\x85", flow.No},
	}
	for _, tt := range tests {
		if got := Starts([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: Starts(%q) = %v; want %v", tt.name, tt.in, got, tt.want)
		}
		// A prefix may not be sure yet, and is never sure of the contrary.
		for n := range len(tt.in) {
			if got := Starts([]byte(tt.in[:n])); got != flow.NeedMore && got != tt.want {
				t.Errorf("%s: Starts(%q) = %v; want %v or need more", tt.name, tt.in[:n], got, tt.want)
			}
		}
	}
	for n := range 9 {
		if got := Starts([]byte(hello[:n])); got != flow.NeedMore {
			t.Errorf("Starts(%q) = %v; want need more", hello[:n], got)
		}
	}
	if got := Starts([]byte(hello[:9])); got != flow.Yes {
		t.Errorf("Starts(%q) = %v; want yes", hello[:9], got)
	}
}
