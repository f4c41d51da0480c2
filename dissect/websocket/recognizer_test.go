package websocket

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"wsight/flow"
)

// A stranger makes what both sides of another protocol say.
type stranger struct {
	name string
	make func(r *rand.Rand) [2][]byte
}

func many(r *rand.Rand, n int, one func(b []byte) []byte) []byte {
	var b []byte
	for len(b) < n {
		b = one(b)
	}
	return b
}

// framed appends n random bytes with a length before them, of 1, 2 or 4 bytes.
func framed(b []byte, size int, payload []byte) []byte {
	switch n := len(payload); size {
	case 1:
		b = append(b, byte(n))
	case 2:
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	default:
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return append(b, payload...)
}

func foreigners() []stranger {
	symmetric := func(one func(r *rand.Rand, b []byte) []byte) func(r *rand.Rand) [2][]byte {
		return func(r *rand.Rand) (sides [2][]byte) {
			for i := range sides {
				sides[i] = many(r, 500+r.IntN(20000), func(b []byte) []byte { return one(r, b) })
			}
			return sides
		}
	}
	return []stranger{
		{"TLS", symmetric(func(r *rand.Rand, b []byte) []byte {
			return framed(append(b, 0x17, 3, 3), 2, randomBytes(r, 20+r.IntN(2000)))
		})},
		{"SSH or random", symmetric(func(r *rand.Rand, b []byte) []byte { return append(b, randomBytes(r, 100)...) })},
		{"HTTP with JSON", symmetric(func(r *rand.Rand, b []byte) []byte {
			body := jsonText(r, 100+r.IntN(2000))
			return append(fmt.Appendf(b, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body)), body...)
		})},
		{"HTTP with an image", symmetric(func(r *rand.Rand, b []byte) []byte {
			body := randomBytes(r, 100+r.IntN(9000))
			return append(fmt.Appendf(b, "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", len(body)), body...)
		})},
		{"PostgreSQL", symmetric(func(r *rand.Rand, b []byte) []byte {
			var row []byte
			row = append(row, 0, 3)
			for range 3 {
				row = framed(row, 4, []byte(fmt.Sprint(r.IntN(1e6))))
			}
			return framed(append(b, 'D'), 4, row)
		})},
		{"MySQL", symmetric(func(r *rand.Rand, b []byte) []byte {
			n := 5 + r.IntN(100)
			return append(append(b, byte(n), 0, 0, byte(r.Uint32())), structured(r, n)...)
		})},
		{"Redis", symmetric(func(r *rand.Rand, b []byte) []byte {
			v := randomBytes(r, r.IntN(60))
			return append(append(fmt.Appendf(b, "*2\r\n$3\r\nGET\r\n$%d\r\n", len(v)), v...), "\r\n"...)
		})},
		{"MQTT", symmetric(func(r *rand.Rand, b []byte) []byte {
			switch r.IntN(4) {
			case 0:
				return append(b, 0xC0, 0)
			case 1:
				return framed(append(b, 0x82), 1, append([]byte{0, byte(r.IntN(9)), 0, 5}, "topic\x00"...))
			case 2:
				return append(b, 0x90, 3, 0, byte(r.IntN(9)), 0)
			}
			return framed(append(b, 0x30), 1, append([]byte{0, 5}, append([]byte("topic"), jsonText(r, 20)[:40]...)...))
		})},
		{"LDAP", symmetric(func(r *rand.Rand, b []byte) []byte {
			var inner []byte
			for range 1 + r.IntN(6) {
				inner = framed(append(inner, []byte{0x80, 0x81, 0x82, 0x87, 0x04, 0x0A}[r.IntN(6)]), 1, []byte("cn=admin,dc=example"[:r.IntN(19)]))
			}
			return framed(append(b, 0x30), 1, inner[:min(len(inner), 127)])
		})},
		{"MessagePack", symmetric(func(r *rand.Rand, b []byte) []byte {
			b = append(b, 0x82, 0xA2, 'i', 'd', byte(r.IntN(128)), 0xA1, 'v')
			return append(b, byte(0x80+r.IntN(16)), byte(r.IntN(128)), 0xCB, byte(r.Uint32()), byte(r.Uint32()), 0, 0, 0, 0, 0, 0)
		})},
		{"a game", symmetric(func(r *rand.Rand, b []byte) []byte {
			return framed(b, 2, structured(r, 8+r.IntN(60)))
		})},
		{"a game with tags", symmetric(func(r *rand.Rand, b []byte) []byte {
			return framed(append(b, []byte{1, 2, 0x80, 0x81, 0x83, 0x84, 0x8F}[r.IntN(7)]), 1, structured(r, r.IntN(60)))
		})},
		{"gRPC", symmetric(func(r *rand.Rand, b []byte) []byte {
			b = append(b, 0, 0, byte(20), 0, 0, 0, 0, 0, byte(r.IntN(9)), 0, 0, 0, 0, 15)
			return append(append(b, 0x0A, 13), randomBytes(r, 13)...)
		})},
		{"DNS", symmetric(func(r *rand.Rand, b []byte) []byte {
			return framed(b, 2, append(append(randomBytes(r, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0), "\x07example\x03com\x00\x00\x01\x00\x01"...))
		})},
		{"floats", symmetric(func(r *rand.Rand, b []byte) []byte {
			return binary.LittleEndian.AppendUint32(b, uint32(0x3F800000+r.IntN(1<<22)))
		})},
		{"zeros", symmetric(func(r *rand.Rand, b []byte) []byte { return append(b, 0) })},
		{"Cyrillic chat", symmetric(func(r *rand.Rand, b []byte) []byte { return append(append(b, cyrillic(r, 60)...), '\r', '\n') })},
		{"video", symmetric(func(r *rand.Rand, b []byte) []byte {
			return append(append(b, 0x47, byte(r.IntN(32)), byte(r.Uint32()), 0x10|byte(r.IntN(16))), randomBytes(r, 184)...)
		})},
	}
}

// recognize feeds both sides in turns, beginning at the given offsets.
func recognize(r *rand.Rand, rec *Recognizer, sides [2][]byte) Verdict {
	for len(sides[0])+len(sides[1]) > 0 {
		from := flow.Side(r.IntN(2))
		n := min(len(sides[from]), 1+r.IntN(1448))
		if got := rec.Feed(from, sides[from][:n], 0); got != Undecided {
			return got
		}
		sides[from] = sides[from][n:]
	}
	return rec.End()
}

// TestForeign measures how often other protocols are taken for WebSocket.
func TestForeign(t *testing.T) {
	const each = 150
	streams, wrong := 0, 0
	for _, f := range foreigners() {
		here := 0
		for seed := range uint64(each) {
			r := rand.New(rand.NewPCG(seed, 99))
			sides := f.make(r)
			for i := range sides { // as if joined somewhere
				sides[i] = sides[i][r.IntN(min(len(sides[i]), 400)):]
			}
			if seed%4 == 0 {
				sides[r.IntN(2)] = nil
			}
			streams++
			if got := recognize(r, new(Recognizer), sides); got == Recognized {
				here++
			}
		}
		if here > 0 {
			t.Logf("%s: %d of %d", f.name, here, each)
		}
		wrong += here
	}
	t.Logf("%d of %d streams wrongly taken for WebSocket", wrong, streams)
	if wrong*1000 >= streams {
		t.Errorf("%d of %d foreign streams taken for WebSocket; want less than 1 in 1000", wrong, streams)
	}
}

// TestRecognizer joins conversations somewhere and asks who is the client and
// where frames begin.
func TestRecognizer(t *testing.T) {
	var clients, servers []traffic
	for _, k := range kinds() {
		if k.dir == c2s {
			clients = append(clients, k)
		} else {
			servers = append(servers, k)
		}
	}
	for _, ck := range clients {
		for _, sk := range servers {
			for _, sides := range []string{"both", "client only", "server only"} {
				const each = 3
				found := 0
				for seed := range uint64(each) {
					r := rand.New(rand.NewPCG(seed, 5))
					client := flow.Side(r.IntN(2))
					c, _ := ck.make(r, 40)
					s, _ := sk.make(r, 40)
					starts := [2]map[int64]bool{{}, {}}
					var wires [2][]byte
					for side, w := range map[flow.Side]struct {
						dir  flow.Direction
						wire []byte
						mute bool
					}{client: {c2s, c, sides == "server only"}, client.Other(): {s2c, s, sides == "client only"}} {
						if w.mute {
							continue
						}
						join := r.IntN(min(len(w.wire)/3, 3000))
						for _, f := range decode(Decoder{Dir: w.dir, Deflate: true}, step{data: w.wire}).frames {
							starts[side][f.offset-int64(join)] = true
						}
						wires[side] = w.wire[join:]
					}
					rec := new(Recognizer)
					if recognize(r, rec, wires) != Recognized {
						continue
					}
					found++
					if rec.Client() != client {
						t.Errorf("%s and %s, %s, seed %d: the wrong side is the client", ck.name, sk.name, sides, seed)
					}
					for side := range starts {
						if at := rec.Start(flow.Side(side)); at >= 0 && !starts[side][at] {
							t.Errorf("%s and %s, %s, seed %d: side %d starts at %d, which is no frame", ck.name, sk.name, sides, seed, side, at)
						}
					}
				}
				if found < each {
					t.Errorf("%s and %s, %s: %d of %d recognized", ck.name, sk.name, sides, found, each)
				}
			}
		}
	}
}
