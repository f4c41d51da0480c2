package capture

import (
	"errors"
	"strings"
	"testing"
)

func TestRecogniseOthers(t *testing.T) {
	tests := []struct {
		name, in    string
		kind        error
		found, hint string
	}{
		{"nothing", "", ErrEmpty, "not one byte", "look at what that program says"},
		{"text", "12:00:01 IP 192.0.2.1.80 > 192.0.2.2.5000: Flags [S]\n", ErrNotCapture, "text", "tcpdump -w"},
		{"text in another script", "ÄÖ — Приве", ErrNotCapture, "text", "tcpdump -w"},
		{"text that ends inside a character", "ab Ж\xD0", ErrNotCapture, "text", "tcpdump -w"},
		{"one letter", "a", ErrNotCapture, "text", "tcpdump -w"},
		{"nearly text", "1234\x00", ErrNotCapture, "starts with 31 32 33 34 00", "tcpdump -w"},
		{"not UTF-8", "\xE4\xF6\xFC\xDF and more", ErrNotCapture, "starts with e4 f6", "tcpdump -w"},
		{"binary", "\x01\x02\x03\x04\x05\x06\x07\x08\x09", ErrNotCapture, "starts with 01 02 03 04 05 06 07 08", "tcpdump -w"},
		{"xz", "\xFD7zXZ\x00\x00\x04", ErrNotCapture, "xz", "xz -dc"},
		{"bzip2", "BZh91AY&SY", ErrNotCapture, "bzip2", "bzip2 -dc"},
		{"lz4", "\x04\x22\x4D\x18\x64", ErrNotCapture, "lz4", "lz4 -dc"},
		{"zip", "PK\x03\x04\x14", ErrNotCapture, "zip", "unzip -p"},
		{"gzip inside", "\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03\x01\x0A\x00\xF5\xFF\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03\x1E\xF0\xD0\x81\x0A\x00\x00\x00", ErrNotCapture, "gzip-compressed data inside", "gzip -dc"},
		{"tar", "dump.pcap" + strings.Repeat("\x00", 248) + "ustar\x0000", ErrNotCapture, "tar archive", "tar -xf"},
		{"nearly tar", "dump.pcap" + strings.Repeat("\x00", 248) + "ustaR\x0000", ErrNotCapture, "starts with 64 75 6d 70", "tcpdump -w"},
		{"snoop", "snoop\x00\x00\x00\x00\x00\x00\x02", ErrNotCapture, "snoop", "editcap"},
		{"nearly pcap", "\xD4\xC3\xB2\xA2", ErrNotCapture, "starts with d4 c3 b2 a2", "tcpdump -w"},
		{"cut inside the magic", "\xD4\xC3\xB2", ErrTruncated, "the end after 3", "breaks off there"},
		{"cut inside the other magic", "\x0A\x0D", ErrTruncated, "the end after 2", "breaks off there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read([]byte(tt.in))
			var e *Error
			if !errors.As(err, &e) || len(got) > 0 {
				t.Fatalf("read(%q) = %d packets, %v; want an *Error", tt.in, len(got), err)
			}
			if !errors.Is(err, tt.kind) || !strings.Contains(e.Found, tt.found) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("read(%q) = %q (%v); want %v, found %q, hint %q", tt.in, err, e.Err, tt.kind, tt.found, tt.hint)
			}
			if !strings.HasPrefix(err.Error(), "read test: ") {
				t.Errorf("error %q does not name the file", err)
			}
		})
	}
}
