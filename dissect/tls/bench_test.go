package tls

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"strings"
	"testing"

	"wsight/flow"
)

// bulk is a connection that has begun, and a sequence of records of A.
func bulk(suite CipherSuite, size, records int) (begun *forge, wire []byte) {
	f := newForge("bulk", TLS13, suite)
	if suite.only13() {
		f.handshake13("", false)
	} else {
		f.version = TLS12
		f.handshake12()
	}
	f.say(flow.A, "first")
	for range records {
		wire = append(wire, f.record(flow.A, typeApplicationData, make([]byte, size))...)
	}
	return f, wire
}

// BenchmarkSession opens records of 16 KiB and of 200 bytes that arrive in
// segments of 1460 bytes. To be compared with BenchmarkGCM.
func BenchmarkSession(b *testing.B) {
	for _, suite := range []CipherSuite{0x1301, 0x1302, 0x1303, 0xC027} {
		for _, size := range []int{16384, 200} {
			b.Run(fmt.Sprintf("%v/%d", suite, size), func(b *testing.B) {
				records := 1 << 20 / size
				f, wire := bulk(suite, size, records)
				d := decryptor(f.keys())
				b.SetBytes(int64(records * size))
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					s := d.NewSession()
					feed(s, f.segments, func(Event) {})
					opened := s.Counts(flow.A).Opened
					emit := func(e Event) {}
					b.StartTimer()
					sendBulk(s, wire, 1460, emit)
					if got := s.Counts(flow.A).Opened - opened; got != int64(records) {
						b.Fatalf("%d of %d records opened", got, records)
					}
				}
			})
		}
	}
}

func sendBulk(s *Session, wire []byte, segment int, emit func(Event)) {
	offset := s.halves[flow.A].at
	for len(wire) > 0 {
		n := min(segment, len(wire))
		s.Feed(&flow.Chunk{From: flow.A, Data: wire[:n], Offset: offset}, emit)
		wire = wire[n:]
		offset += int64(n)
	}
}

// BenchmarkGCM is what Go's AES-GCM takes for the same bytes.
func BenchmarkGCM(b *testing.B) {
	for _, key := range []int{16, 32} {
		for _, size := range []int{16384, 200} {
			b.Run(fmt.Sprintf("AES-%d/%d", key*8, size), func(b *testing.B) {
				block, err := aes.NewCipher(make([]byte, key))
				if err != nil {
					b.Fatal(err)
				}
				aead, err := cipher.NewGCM(block)
				if err != nil {
					b.Fatal(err)
				}
				nonce, aad := make([]byte, 12), make([]byte, 5)
				sealed := aead.Seal(nil, nonce, make([]byte, size), aad)
				plain := make([]byte, 0, len(sealed))
				records := 1 << 20 / size
				b.SetBytes(int64(records * size))
				for b.Loop() {
					for range records {
						if _, err := aead.Open(plain, nonce, sealed, aad); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

// TestNoAllocation: in steady state nothing is allocated for each record, in
// the clear, opened, or sealed for good.
func TestNoAllocation(t *testing.T) {
	for _, suite := range []CipherSuite{0x1301, 0x1303, 0xC013, 0xC027} {
		for _, keys := range []bool{true, false} {
			f, wire := bulk(suite, 1000, 4000)
			log := f.keys()
			if !keys {
				log = ""
			}
			s := NewDecryptor(decryptor(log).log, Limits{Kept: -1}).NewSession()
			emit := func(Event) {}
			feed(s, f.segments, emit)
			part := len(wire) / 40
			n := testing.AllocsPerRun(38, func() {
				sendBulk(s, wire[:part], 700, emit)
				wire = wire[part:]
			})
			if n != 0 {
				t.Errorf("%v, keys=%v: %v allocations for 100 records", suite, keys, n)
			}
			if opened := s.Counts(flow.A).Opened > 3000; opened != keys {
				t.Errorf("%v: opened %+v with keys=%v", suite, s.Counts(flow.A), keys)
			}
		}
	}
}

// TestHostileSearch feeds bytes that look like a record everywhere to a
// session whose key is known, after a hole: the work of trying is bounded.
func TestHostileSearch(t *testing.T) {
	for _, suite := range []CipherSuite{0x1301, 0x1303} {
		f, _ := bulk(suite, 0, 0)
		d := decryptor(f.keys())
		s := d.NewSession()
		emit := func(Event) {}
		feed(s, f.segments, emit)
		at := s.halves[flow.A].at + 1<<30
		for i := range 20 {
			junk := []byte(strings.Repeat("\x17\x03\x03\x3f\xff", 40_000))
			c := flow.Chunk{From: flow.A, Data: junk, Offset: at}
			if i == 0 {
				c.Lost = 1 << 30
			}
			s.Feed(&c, emit)
			at += int64(len(junk))
		}
		s.End(emit)
		if spent := d.Stats().SearchSpent; spent < sessionSearch*9/10 || spent > 2*sessionSearch {
			t.Errorf("%v: spent %d; want about %d", suite, spent, int64(sessionSearch))
		}
	}
}
