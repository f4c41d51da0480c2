package websocket

import "testing"

func TestParseHeader(t *testing.T) {
	key := [4]byte{0x37, 0xFA, 0x21, 0x3D}
	tests := []struct {
		name string
		in   []byte
		want Header
	}{
		// The examples of §5.7.
		{"unmasked text", []byte{0x81, 0x05}, Header{Fin: true, Opcode: Text, Length: 5, Size: 2}},
		{
			"masked text",
			[]byte{0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D},
			Header{Fin: true, Opcode: Text, Masked: true, Mask: key, Length: 5, Size: 6},
		},
		{"first fragment", []byte{0x01, 0x03}, Header{Opcode: Text, Length: 3, Size: 2}},
		{"256 bytes", []byte{0x82, 0x7E, 0x01, 0x00}, Header{Fin: true, Opcode: Binary, Length: 256, Size: 4}},
		{
			"length with its top bit set",
			[]byte{0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 5},
			Header{Fin: true, Opcode: Binary, Length: 1<<63 | 5, Size: 10},
		},
		{
			"masked with a 64-bit length",
			[]byte{0x02, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0x37, 0xFA, 0x21, 0x3D},
			Header{Opcode: Binary, Masked: true, Mask: key, Length: 65536, Size: 14},
		},
		{"reserved bits and opcode", []byte{0x7B, 0x00}, Header{Rsv1: true, Rsv2: true, Rsv3: true, Opcode: 0xB, Size: 2}},
		{
			"64 KiB",
			[]byte{0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0},
			Header{Fin: true, Opcode: Binary, Length: 65536, Size: 10},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseHeader(tt.in)
			if !ok || got != tt.want {
				t.Errorf("ParseHeader(% x) = %+v, %v; want %+v", tt.in, got, ok, tt.want)
			}
			for n := range tt.in {
				if h, ok := ParseHeader(tt.in[:n]); ok {
					t.Errorf("ParseHeader of the first %d bytes = %+v; want more input", n, h)
				}
			}
		})
	}
}

func TestOpcodeString(t *testing.T) {
	for o, want := range map[Opcode]string{
		Continuation: "continuation", Text: "text", Binary: "binary", Close: "close", Ping: "ping", Pong: "pong",
		3: "reserved", 7: "reserved", 0xB: "reserved", 0xF: "reserved", 0x10: "opcode(0x10)",
	} {
		if got := o.String(); got != want {
			t.Errorf("Opcode(%d).String() = %q; want %q", o, got, want)
		}
	}
}
