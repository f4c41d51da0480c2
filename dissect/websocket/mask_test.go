package websocket

import (
	"bytes"
	"testing"
)

func TestUnmask(t *testing.T) {
	key := [4]byte{0x37, 0xFA, 0x21, 0x3D}
	src := make([]byte, 200)
	for i := range src {
		src[i] = byte(i * 7)
	}
	before := bytes.Clone(src)
	for n := range src {
		for at := range uint64(9) {
			want := make([]byte, n)
			for i := range want {
				want[i] = src[i] ^ key[(at+uint64(i))%4]
			}
			got := make([]byte, n+3)
			unmask(got, src[:n], key, at)
			if !bytes.Equal(got[:n], want) || got[n] != 0 {
				t.Fatalf("%d bytes at offset %d: % x; want % x", n, at, got, want)
			}
		}
	}
	if !bytes.Equal(src, before) {
		t.Error("the input was changed")
	}
}
