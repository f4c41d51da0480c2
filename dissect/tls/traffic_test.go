package tls

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	stdtls "crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"wsight/flow"
)

// wire records what both ends of a connection write, in order.
type wire struct {
	sync.Mutex
	segments []segment
}

// tap is one end of a connection whose writes are recorded.
type tap struct {
	net.Conn
	side flow.Side
	wire *wire
}

func (c tap) Write(p []byte) (int, error) {
	c.wire.Lock()
	c.wire.segments = append(c.wire.segments, segment{from: c.side, data: bytes.Clone(p)})
	c.wire.Unlock()
	return c.Conn.Write(p)
}

// certificates returns one with an ECDSA and one with an RSA key.
var certificates = sync.OnceValue(func() []stdtls.Certificate {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{"ws.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	a, err := x509.CreateCertificate(rand.Reader, template, template, &ec.PublicKey, ec)
	if err != nil {
		panic(err)
	}
	b, err := x509.CreateCertificate(rand.Reader, template, template, &rs.PublicKey, rs)
	if err != nil {
		panic(err)
	}
	return []stdtls.Certificate{{Certificate: [][]byte{a}, PrivateKey: ec}, {Certificate: [][]byte{b}, PrivateKey: rs}}
})

// line is one thing that an end says.
type line struct {
	from flow.Side
	text string
}

// conversation is a mix of short and long lines of both sides.
var conversation = func() (lines []line) {
	long := func(n int) string { return string(bytes.Repeat([]byte("0123456789abcdef"), n/16+1)[:n]) }
	lines = append(lines, line{flow.A, "GET /chat HTTP/1.1\r\n\r\n"}, line{flow.B, "HTTP/1.1 101 Switching Protocols\r\n\r\n"})
	for i, n := range []int{1, 17, 40, 100, 1400, 3000, 20000, 5} {
		lines = append(lines, line{flow.A, long(n + i)}, line{flow.B, long(2*n + i)}, line{flow.B, long(n)})
	}
	return lines
}()

func said(lines []line, from flow.Side) string {
	var b bytes.Buffer
	for _, l := range lines {
		if l.from == from {
			b.WriteString(l.text)
		}
	}
	return b.String()
}

// converse makes two ends of crypto/tls, A the client, say lines, and returns
// what went over the wire and the key log.
func converse(t *testing.T, client, server *stdtls.Config, lines []line) ([]segment, string) {
	t.Helper()
	near, far := bufferedPipe()
	w := &wire{}
	var keys bytes.Buffer
	client, server = client.Clone(), server.Clone()
	client.KeyLogWriter = &keys
	client.InsecureSkipVerify = true
	client.ServerName = "ws.example"
	if server.Certificates == nil {
		server.Certificates = certificates()
	}
	ends := [2]*stdtls.Conn{stdtls.Client(tap{near, flow.A, w}, client), stdtls.Server(tap{far, flow.B, w}, server)}
	done := make(chan error, 1)
	go func() { done <- ends[1].Handshake() }()
	if err := ends[0].Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if _, err := io.WriteString(ends[l.from], l.text); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(l.text))
		if _, err := io.ReadFull(ends[l.from.Other()], got); err != nil || string(got) != l.text {
			t.Fatalf("read %q, %v; want %q", got, err, l.text)
		}
	}
	for _, end := range ends {
		if err := end.CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	near.Close()
	far.Close()
	return w.segments, keys.String()
}

// bufferedPipe is net.Pipe whose writes do not wait for the reader.
func bufferedPipe() (a, b net.Conn) {
	ab, ba := newQueue(), newQueue()
	return &pipeEnd{in: ba, out: ab}, &pipeEnd{in: ab, out: ba}
}

type queue struct {
	sync.Mutex
	sync.Cond
	b      []byte
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.L = &q.Mutex
	return q
}

type pipeEnd struct {
	net.Conn // nil: crypto/tls needs no more than what is here
	in, out  *queue
}

func (p *pipeEnd) Read(b []byte) (int, error) {
	p.in.Lock()
	defer p.in.Unlock()
	for len(p.in.b) == 0 {
		if p.in.closed {
			return 0, io.EOF
		}
		p.in.Wait()
	}
	n := copy(b, p.in.b)
	p.in.b = p.in.b[n:]
	return n, nil
}

func (p *pipeEnd) Write(b []byte) (int, error) {
	p.out.Lock()
	defer p.out.Unlock()
	p.out.b = append(p.out.b, b...)
	p.out.Broadcast()
	return len(b), nil
}

func (p *pipeEnd) Close() error {
	p.out.Lock()
	defer p.out.Unlock()
	p.out.closed = true
	p.out.Broadcast()
	return nil
}

func (p *pipeEnd) SetDeadline(time.Time) error      { return nil }
func (p *pipeEnd) SetReadDeadline(time.Time) error  { return nil }
func (p *pipeEnd) SetWriteDeadline(time.Time) error { return nil }
