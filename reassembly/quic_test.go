package reassembly

import (
	"encoding/binary"
	"testing"
)

func TestInitial(t *testing.T) {
	datagram := func(from, to uint16, length int, start ...byte) []byte {
		b := make([]byte, 8+length)
		binary.BigEndian.PutUint16(b, from)
		binary.BigEndian.PutUint16(b[2:], to)
		binary.BigEndian.PutUint16(b[4:], uint16(len(b)))
		copy(b[8:], start)
		return b
	}
	v1 := []byte{0xC3, 0, 0, 0, 1, 4, 'a', 'b', 'c', 'd'}
	v2 := []byte{0xD3, 0x6b, 0x33, 0x43, 0xcf, 2, 'x', 'y'}
	for _, tt := range []struct {
		name string
		in   []byte
		want string
	}{
		{"version 1", datagram(50000, 443, 1200, v1...), "abcd"},
		{"version 2", datagram(50000, 443, 1200, v2...), "xy"},
		{"too small for a client", datagram(50000, 443, 1199, v1...), ""},
		{"from the server", datagram(443, 50000, 1200, v1...), ""},
		{"short header", datagram(50000, 443, 1200, append([]byte{0x43}, v1[1:]...)...), ""},
		{"handshake packet", datagram(50000, 443, 1200, append([]byte{0xE3}, v1[1:]...)...), ""},
		{"other version", datagram(50000, 443, 1200, 0xC3, 0, 0, 0, 9, 4, 'a', 'b', 'c', 'd'), ""},
		{"ID too long", datagram(50000, 443, 1200, 0xC3, 0, 0, 0, 1, 21), ""},
	} {
		if got := string(initial(tt.in)); got != tt.want {
			t.Errorf("%s: initial = %q; want %q", tt.name, got, tt.want)
		}
		for n := range min(len(tt.in), 20) {
			initial(tt.in[:n]) // no prefix may panic
		}
	}
	var q quic
	for _, id := range []string{"a", "b", "a"} {
		q.see([]byte(id))
	}
	if q.count != 2 {
		t.Errorf("%d connections; want 2", q.count)
	}
}
