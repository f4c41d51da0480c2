package payload

import (
	"bytes"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/tinylib/msgp/msgp"
)

// Every strict prefix of a value is data that ends too early.
func TestPackedPrefix(t *testing.T) {
	tests := []struct {
		name  string
		whole string
		read  packedReader
	}{
		{"msgpack", "\x84\x01\xa1a\xc0\xda\x00\x03abc\xa1m\xdc\x00\x02\xcd\x01\x00\xcb\x40\x00\x00\x00\x00\x00\x00\x00\xa1x\xc7\x03\x07\x01\x02\x03", msgpackItem},
		{"cbor", "\xbf\x61a\x9f\x02\xff\x61b\x5f\x42\x01\x02\xff\xc1\x1a\x51\x4b\x67\xb0\xf9\x3c\x00\xff", cborItem},
	}
	for _, tt := range tests {
		if end, err := skipPacked([]byte(tt.whole), 0, tt.read); err != nil || end != len(tt.whole) {
			t.Fatalf("%s: the whole ends at %d with %v", tt.name, end, err)
		}
		for n := range len(tt.whole) {
			if _, err := skipPacked([]byte(tt.whole[:n]), 0, tt.read); err == nil {
				t.Errorf("%s: the first %d bytes were taken for whole", tt.name, n)
			}
		}
	}
}

func TestPackedDepth(t *testing.T) {
	for name, read := range map[string]packedReader{"\x91": msgpackItem, "\x81": cborItem} {
		deep := append(bytes.Repeat([]byte(name), maxDepth+1), 0)
		if _, err := skipPacked(deep, 0, read); err == nil {
			t.Errorf("%x nested %d times was accepted", name, maxDepth+1)
		}
		if _, err := skipPacked(deep[1:], 0, read); err != nil {
			t.Errorf("%x nested %d times: %v", name, maxDepth, err)
		}
	}
}

// FuzzCBORSound compares with fxamacker/cbor, which knows well-formedness.
func FuzzCBORSound(f *testing.F) {
	for _, s := range []string{"\xa2\x61a\x01\x61b\x82\x02\x03", "\x5f\x42\x01\x02\xff", "\xf8\x20", "\xd8\x18\x45dIETF", "\x1c", "\x7f\x61a\x41b\xff"} {
		f.Add([]byte(s))
	}
	mode, err := cbor.DecOptions{MaxNestedLevels: 256, MaxArrayElements: 1 << 20, MaxMapPairs: 1 << 20}.DecMode()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 || len(data) > 200 { // shorter than the depth at which the limits differ
			return
		}
		_, broken := parseCBOR(data, 0)
		if err := mode.Wellformed(data); (err == nil) != (broken == nil) {
			t.Errorf("%x: %v; fxamacker/cbor: %v", data, broken, err)
		}
	})
}

// FuzzMsgpackSound compares with tinylib/msgp, which skips values.
func FuzzMsgpackSound(f *testing.F) {
	for _, s := range []string{"\x82\xa1a\x01\xa1b\x92\x02\x03", "\xc7\x03\x07\x01\x02\x03", "\xc1", "\xdd\x7f\xff\xff\xff", "\xd6\xff\x00\x00\x00\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 || len(data) > 200 {
			return
		}
		end, broken := skipPacked(data, 0, msgpackItem)
		rest, err := msgp.Skip(data)
		if (err == nil) != (broken == nil) || err == nil && len(data)-len(rest) != end {
			t.Errorf("%x: ends at %d, %v; tinylib/msgp leaves %d, %v", data, end, broken, len(rest), err)
		}
	})
}
