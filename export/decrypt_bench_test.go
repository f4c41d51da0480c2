//go:build unix

package export

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	keys "wsight/dissect/tls"
	"wsight/internal/packets"
	"wsight/session"
)

// BenchmarkDecrypt is what `wsight print --json` does with a capture of a
// wss:// connection in segments of 1448 bytes, reading it from memory
// included, beside Go's AES-GCM opening as many records of the same size, and
// beside the same messages in the clear. Records have 16 KiB, as servers send
// what is long, or the 1400 bytes that fit a segment. All in CPU time:
//
//	gcm-MB/s     AES-128-GCM alone
//	print-MB/s   the whole
//	print/gcm    the speed of the whole as a part of that of GCM
//	decrypt/gcm  the same of what the whole takes longer than in the clear
//
// Each way of printing is a case: payloads as JSON text, and without them; and
// payloads of prose, of which fewer characters have to be escaped.
func BenchmarkDecrypt(b *testing.B) {
	const total = 64 << 20
	for _, size := range []int{16384, 1400} {
		records := total / size
		sealed, clear := newTwins(b, size, records, sensors)
		for name, form := range map[string]PayloadForm{"payloads": PayloadText, "none": PayloadNone} {
			b.Run(fmt.Sprintf("%d/%s", size, name), func(b *testing.B) {
				measureDecrypt(b, sealed, clear, form, size, records)
			})
		}
		b.Run(fmt.Sprintf("%d/prose", size), func(b *testing.B) {
			sealed, clear := newTwins(b, size, records, prose)
			measureDecrypt(b, sealed, clear, PayloadText, size, records)
		})
	}
}

// measureDecrypt takes turns in opening, in printing sealed and in printing clear.
func measureDecrypt(b *testing.B, sealed, clear printed, form PayloadForm, size, records int) {
	gcm := opener(b, size, records)
	var spent [3]time.Duration
	for b.Loop() {
		for i, f := range []func(){gcm, func() { sealed.print(b, form, records) }, func() { clear.print(b, form, records) }} {
			spent[i] += processorTime(b, f)
		}
	}
	speed := func(d time.Duration) float64 { return float64(records*size) * float64(b.N) / 1e6 / d.Seconds() }
	b.ReportMetric(speed(spent[0]), "gcm-MB/s")
	b.ReportMetric(speed(spent[1]), "print-MB/s")
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "print/gcm")
	b.ReportMetric(float64(spent[0])/float64(spent[1]-spent[2]), "decrypt/gcm")
	b.ReportMetric(0, "ns/op") // wall time, of all three
}

// opener returns what opens so many records with Go's AES-128-GCM.
func opener(b *testing.B, size, records int) func() {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		b.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		b.Fatal(err)
	}
	nonce, header := make([]byte, 12), make([]byte, 5)
	one := aead.Seal(nil, nonce, make([]byte, size+1), header) // a type follows the content
	wire := bytes.Repeat(one, records)
	plain := make([]byte, 0, len(one))
	return func() {
		for rest := wire; len(rest) > 0; rest = rest[len(one):] {
			if _, err := aead.Open(plain, nonce, rest[:len(one)], header); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A printed capture is a file and the keys that it needs.
type printed struct {
	file []byte
	log  *keys.KeyLog
}

// print does what print --json does, and checks that every message was told.
func (p printed) print(b *testing.B, form PayloadForm, want int) {
	kept := int64(dissect.DefaultPayload)
	if form == PayloadNone {
		kept = 0
	}
	out := NewJSONL(io.Discard, JSONOptions{Payload: form, Inputs: 1})
	src := capture.NewReader(bytes.NewReader(p.file), "bench.pcap", capture.Options{})
	opts := session.Options{Dissect: dissect.Options{Keys: p.log, MaxPayload: kept}, Inputs: 1}
	messages := 0
	sum, err := session.Run(context.Background(), src, opts, func(e dissect.Event) {
		if m, ok := e.(*dissect.Message); ok && m.Type == dissect.Text && m.Complete && m.Valid {
			messages++
		}
		out.Event(e)
	})
	if err == nil {
		err = out.Close(sum)
	}
	if err != nil || messages != want {
		b.Fatalf("%d messages of %d were told, %v", messages, want, err)
	}
}

// newTwins returns captures of a server that sends messages which fill a
// record each, in TLS and in the clear. Text makes each, of n bytes.
func newTwins(b *testing.B, size, records int, text func(seed, n int) []byte) (sealed, clear printed) {
	for _, secure := range []bool{true, false} {
		c := &packets.Capture{Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
		conn := c.Connect("192.0.2.1:40000", "198.51.100.2:443")
		conn.Open()
		send := func(d packets.Direction, p []byte) { conn.Send(d, p) }
		var end *packets.Secure
		if secure {
			var err error
			if end, err = conn.Secure(&tls.Config{MinVersion: tls.VersionTLS13}); err != nil {
				b.Fatal(err)
			}
			send = func(d packets.Direction, p []byte) {
				if err := end.Send(d, p); err != nil {
					b.Fatal(err)
				}
			}
		}
		send(packets.ClientToServer, []byte("GET /readings HTTP/1.1\r\nHost: bench.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"))
		send(packets.ServerToClient, []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"))
		const header = 4 // of a frame of these sizes
		for i := range records {
			send(packets.ServerToClient, conn.Frame(packets.ServerToClient, 0x81, text(i, size-header)))
		}
		conn.Close(packets.ServerToClient)
		if !secure {
			clear = printed{file: c.Pcap()}
			continue
		}
		sealed = printed{c.Pcap(), new(keys.KeyLog)}
		sealed.log.AddBlock(end.Keys())
	}
	return sealed, clear
}

// sensors is a JSON text of n bytes.
func sensors(seed, n int) []byte {
	var t strings.Builder
	fmt.Fprintf(&t, `{"n":%d,"rows":[`, seed)
	for i := seed; t.Len() < n-80; i++ {
		fmt.Fprintf(&t, `{"id":"pump-%d","bar":%d.%d,"rpm":%d,"mode":"auto"},`, i%9, i%400, i%10, i*7919%3000)
	}
	t.WriteString(`null],"fill":"`)
	return []byte(t.String() + strings.Repeat(".", n-t.Len()-2) + `"}`)
}

// prose is a JSON text of n bytes whose strings are long, with a line break now
// and then.
func prose(seed, n int) []byte {
	var t strings.Builder
	fmt.Fprintf(&t, `{"n":%d,"text":"`, seed)
	for i := seed; t.Len() < n-120; i++ {
		fmt.Fprintf(&t, `Pump %d of station %d ran dry at a quarter past %d, and nobody was there to hear it.\n`, i%9, i%400, i%12)
	}
	return []byte(t.String() + strings.Repeat(".", n-t.Len()-2) + `"}`)
}
