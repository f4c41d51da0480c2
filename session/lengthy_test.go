package session

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wsight/dissect/tls"
	"wsight/internal/packets"
)

// A lengthy is a script of a connection that lasts: compressed with context
// takeover, and in TLS 1.3 if it is sealed.
type lengthy struct {
	*packets.Connection
	capture *packets.Capture
	deflate [2]*flate.Writer
	out     [2]bytes.Buffer
	seal    [2]*sealing // nil: in the clear
	random  *rand.Rand
	words   []string
	sent    int
}

// A sealing seals the records of one side with TLS_AES_128_GCM_SHA256.
type sealing struct {
	secret []byte
	aead   cipher.AEAD
	iv     []byte
	number uint64
}

func newLengthy(t testing.TB, sealed bool) (*lengthy, *tls.KeyLog) {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	l := &lengthy{Connection: c.Connect("192.0.2.1:40000", "198.51.100.1:443"), capture: c, random: rand.New(rand.NewPCG(7, 7))}
	for d := range l.deflate {
		l.deflate[d], _ = flate.NewWriter(&l.out[d], flate.BestSpeed)
	}
	for range 4000 {
		l.words = append(l.words, fmt.Sprintf("%x", l.random.Uint64N(1<<uint(4+l.random.IntN(40)))))
	}
	l.Open()
	var keys *tls.KeyLog
	if sealed {
		keys = l.handshake()
	}
	key := l.Nonce()
	l.write(0, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+
		"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"))
	l.write(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+
		"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"))
	return l, keys
}

// handshake sends both hellos. Of what is sealed the application data is enough.
func (l *lengthy) handshake() *tls.KeyLog {
	random := bytes.Repeat([]byte{0xC1}, 32)
	hello := func(kind byte, body ...[]byte) []byte {
		b := bytes.Join(body, nil)
		return append([]byte{22, 3, 3, byte((len(b) + 4) >> 8), byte(len(b) + 4), kind, 0, byte(len(b) >> 8), byte(len(b))}, b...)
	}
	versions := []byte{0, 7, 0, 43, 0, 3, 2, 3, 4}
	l.Send(0, hello(1, []byte{3, 3}, random, []byte{0, 0, 2, 0x13, 1, 1, 0}, versions))
	l.Send(1, hello(2, []byte{3, 3}, bytes.Repeat([]byte{0x5E}, 32), []byte{0, 0x13, 1, 0}, []byte{0, 6, 0, 43, 0, 2, 3, 4}))
	keys := new(tls.KeyLog)
	for d, label := range []string{"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"} {
		secret := bytes.Repeat([]byte{byte(d + 1)}, 32)
		l.seal[d] = newSealing(secret)
		keys.Add(fmt.Appendf(nil, "%s %x %x\n", label, random, secret))
	}
	return keys
}

func newSealing(secret []byte) *sealing {
	block, err := aes.NewCipher(expand(secret, "key", 16))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &sealing{secret: secret, aead: aead, iv: expand(secret, "iv", 12)}
}

// expand is HKDF-Expand-Label of RFC 8446 §7.1.
func expand(secret []byte, label string, size int) []byte {
	label = "tls13 " + label
	out, err := hkdf.Expand(sha256.New, secret, string([]byte{0, byte(size), byte(len(label))})+label+"\x00", size)
	if err != nil {
		panic(err)
	}
	return out
}

func (s *sealing) record(kind byte, content []byte) []byte {
	nonce := bytes.Clone(s.iv)
	binary.BigEndian.PutUint64(nonce[4:], binary.BigEndian.Uint64(nonce[4:])^s.number)
	s.number++
	header := []byte{23, 3, 3, byte((len(content) + 17) >> 8), byte(len(content) + 17)}
	return s.aead.Seal(bytes.Clone(header), nonce, append(bytes.Clone(content), kind), header)
}

// write sends bytes of the stream, in records where they are sealed.
func (l *lengthy) write(d packets.Direction, b []byte) {
	if l.seal[d] == nil {
		l.Send(d, b)
		return
	}
	var records []byte
	for len(b) > 0 {
		n := min(len(b), 16000)
		records = append(records, l.seal[d].record(23, b[:n])...)
		b = b[n:]
	}
	l.Send(d, records)
}

// update changes the key of a side (KeyUpdate, RFC 8446 §4.6.3).
func (l *lengthy) update(d packets.Direction) {
	l.Send(d, l.seal[d].record(22, []byte{24, 0, 0, 1, 0}))
	l.seal[d] = newSealing(expand(l.seal[d].secret, "traffic upd", 32))
}

// text is a payload of about n bytes that compresses some four times.
func (l *lengthy) text(n int) []byte {
	b := fmt.Appendf(nil, `{"n":%d`, l.sent)
	for len(b) < n {
		b = fmt.Appendf(b, `,"%s":"%s %s"`, l.words[l.random.IntN(400)], l.words[l.random.IntN(4000)], l.words[l.random.IntN(4000)])
	}
	return append(b, '}')
}

// say sends one compressed message of about n bytes, in several frames if that
// is asked for.
func (l *lengthy) say(d packets.Direction, n, frames int) {
	l.sent++
	l.capture.Wait(time.Millisecond)
	l.deflate[d].Write(l.text(n))
	l.deflate[d].Flush()
	b := bytes.TrimSuffix(l.out[d].Bytes(), []byte{0, 0, 0xFF, 0xFF})
	first := byte(0x40 | packets.Text)
	for i := range frames {
		part := b[:len(b)/(frames-i)]
		b = b[len(part):]
		if i == frames-1 {
			first |= 0x80
		}
		l.write(d, l.Frame(d, first, part))
		first = 0
	}
	l.out[d].Reset()
}

// forget lets a sender begin with an empty history, as it may at any time.
func (l *lengthy) forget(d packets.Direction) { l.deflate[d].Reset(&l.out[d]) }

// lose sends a message that is not captured.
func (l *lengthy) lose(d packets.Direction, n int) {
	l.Muted = true
	l.say(d, n, 1)
	l.Muted = false
}

// file writes the capture.
func (l *lengthy) file(t testing.TB) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "lengthy.pcap")
	if err := os.WriteFile(name, l.capture.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
