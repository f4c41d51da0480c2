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
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	keys "wsight/dissect/tls"
	"wsight/internal/packets"
	"wsight/session"
)

// BenchmarkDecrypt is what `wsight print` does with a capture of a wss://
// connection, reading it from memory included, beside Go's AES-GCM opening as
// many records of the same size, which it is handed, and beside the same
// messages in the clear. Records have 16 KiB, as servers send what is long, each
// in one packet, as the server itself captures it whose card cuts segments, or in
// the 12 segments of 1448 bytes and 6 acknowledgements that a network sees; or
// they have the 1400 bytes that fit a segment. All in CPU time:
//
//	gcm-MB/s     AES-128-GCM alone
//	print-MB/s   the whole
//	print/gcm    the speed of the whole as a part of that of GCM
//	handed/gcm   the same without the reading of the capture
//	decrypt/gcm  the same of what the whole takes longer than in the clear
//
// Each way of printing is a case: lines for people, which show the beginning of
// a payload; JSON without payloads; and JSON with payloads that are texts dense
// in quotes, prose, of which fewer characters have to be escaped, and binary.
func BenchmarkDecrypt(b *testing.B) {
	const total = 64 << 20
	lines := paper{kept: PreviewPayload, sheet: func() sheet { return printedText{NewText(io.Discard, TextOptions{})} }}
	none := paper{sheet: func() sheet { return NewJSONL(io.Discard, JSONOptions{Payload: PayloadNone, Inputs: 1}) }}
	whole := paper{kept: dissect.DefaultPayload, sheet: func() sheet { return NewJSONL(io.Discard, JSONOptions{Payload: PayloadText, Inputs: 1}) }}
	for _, content := range []struct {
		message
		papers map[string]paper
	}{
		{message{0x81, sensors}, map[string]paper{"lines": lines, "none": none, "quotes": whole}},
		{message{0x81, prose}, map[string]paper{"prose": whole}},
		{message{0x82, noise}, map[string]paper{"binary": whole}},
	} {
		for _, place := range []struct {
			name    string
			size    int
			offload bool
		}{{"host", 16384, true}, {"network", 16384, false}, {"short", 1400, false}} {
			records := total / place.size
			sealed, clear := newTwins(b, place.size, records, place.offload, content.message)
			for name, paper := range content.papers {
				b.Run(place.name+"/"+name, func(b *testing.B) {
					measureDecrypt(b, sealed, clear, paper, place.size, records)
				})
			}
		}
	}
}

// A message is what each record holds: the first byte of the frame, and what
// makes a payload of n bytes.
type message struct {
	first   byte
	payload func(seed, n int) []byte
}

// A paper is a way to print.
type paper struct {
	kept  int64 // bytes of each payload
	sheet func() sheet
}

type sheet interface {
	Event(dissect.Event)
	Close(session.Summary) error
}

// printedText is Text as `wsight print` ends it, without its summary.
type printedText struct{ *Text }

func (t printedText) Close(session.Summary) error { return t.Flush() }

// measureDecrypt takes turns in opening, in reading, and in printing sealed and clear.
func measureDecrypt(b *testing.B, sealed, clear printed, paper paper, size, records int) {
	gcm := opener(b, size, records)
	var spent [4]time.Duration
	for b.Loop() {
		for i, f := range []func(){gcm, func() { sealed.print(b, paper, records) }, func() { clear.print(b, paper, records) }, func() { sealed.read(b) }} {
			spent[i] += processorTime(b, f)
		}
	}
	speed := func(d time.Duration) float64 { return float64(records*size) * float64(b.N) / 1e6 / d.Seconds() }
	b.ReportMetric(speed(spent[0]), "gcm-MB/s")
	b.ReportMetric(speed(spent[1]), "print-MB/s")
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "print/gcm")
	b.ReportMetric(float64(spent[0])/float64(spent[1]-spent[3]), "handed/gcm")
	b.ReportMetric(float64(spent[0])/float64(spent[1]-spent[2]), "decrypt/gcm")
	b.ReportMetric(0, "ns/op") // wall time, of all
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

func (p printed) source() *capture.Reader {
	return capture.NewReader(bytes.NewReader(p.file), "bench.pcap", capture.Options{})
}

// read passes over every packet.
func (p printed) read(b *testing.B) {
	for _, err := range p.source().Packets(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// print does what the command does, and checks that every message was told.
func (p printed) print(b *testing.B, paper paper, want int) {
	out := paper.sheet()
	opts := session.Options{Dissect: dissect.Options{Keys: p.log, MaxPayload: paper.kept}, Inputs: 1}
	messages := 0
	sum, err := session.Run(context.Background(), p.source(), opts, func(e dissect.Event) {
		if m, ok := e.(*dissect.Message); ok && m.Complete && (m.Type == dissect.Text && m.Valid || m.Type == dissect.Binary) {
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
// record each, in TLS and in the clear.
func newTwins(b *testing.B, size, records int, offload bool, m message) (sealed, clear printed) {
	for _, secure := range []bool{true, false} {
		c := &packets.Capture{Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
		conn := c.Connect("192.0.2.1:40000", "198.51.100.2:443")
		conn.Offload = offload
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
			send(packets.ServerToClient, conn.Frame(packets.ServerToClient, m.first, m.payload(i, size-header)))
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

// noise is n bytes that are no text.
func noise(seed, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16)}).Read(b)
	return b
}
