package export

import (
	"encoding/base64"
	"math/rand/v2"
	"testing"
)

func TestAppendBase64(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for n := range 100 {
		data := make([]byte, n)
		random.Read(data)
		for _, room := range []int{0, 3, 200} {
			got := string(appendBase64(append(make([]byte, 0, room), "{"...), data))
			if want := "{" + base64.StdEncoding.EncodeToString(data); got != want {
				t.Errorf("%d bytes %x, room %d: %s; want %s", n, data, room, got, want)
			}
		}
	}
	for pair := range 1 << 12 { // each twelve bits
		data := []byte{byte(pair >> 4), byte(pair << 4), 0, 255, 255, 255, 1, 2, 3}
		if got, want := string(appendBase64(nil, data)), base64.StdEncoding.EncodeToString(data); got != want {
			t.Errorf("%x: %s; want %s", data, got, want)
		}
	}
}

func FuzzAppendBase64(f *testing.F) {
	f.Add([]byte("any bytes of some length"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := string(appendBase64(nil, data)), base64.StdEncoding.EncodeToString(data); got != want {
			t.Errorf("%x: %s; want %s", data, got, want)
		}
	})
}

func BenchmarkAppendBase64(b *testing.B) {
	data, room := make([]byte, 16<<10), make([]byte, 0, 32<<10)
	rand.NewChaCha8([32]byte{1}).Read(data)
	for name, encode := range map[string]func(b, data []byte) []byte{"here": appendBase64, "library": base64.StdEncoding.AppendEncode} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				encode(room, data)
			}
		})
	}
}
