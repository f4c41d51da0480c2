package packets

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
)

// Secure is TLS on a scripted connection: two ends of crypto/tls, whose
// records are what is captured. Its bytes are not the same in every run.
type Secure struct {
	keys bytes.Buffer
	ends [2]wired
	tls  [2]*tls.Conn
}

// wired is one end, whose writes are captured.
type wired struct {
	net.Conn
	wire *Connection
	from Direction
	sent *int64
}

func (w wired) Write(p []byte) (int, error) {
	w.wire.Send(w.from, bytes.Clone(p))
	*w.sent += int64(len(p))
	return w.Conn.Write(p)
}

// Secure shakes hands between two ends with config, of which each gets a copy.
// Long writes become records of 16 KiB.
func (c *Connection) Secure(config *tls.Config) (*Secure, error) {
	certificate, err := newCertificate()
	if err != nil {
		return nil, err
	}
	s := &Secure{}
	near, far := net.Pipe()
	s.ends = [2]wired{{near, c, ClientToServer, new(int64)}, {far, c, ServerToClient, new(int64)}}
	client, server := config.Clone(), config.Clone()
	client.InsecureSkipVerify, client.KeyLogWriter = true, &s.keys
	server.Certificates, server.DynamicRecordSizingDisabled = []tls.Certificate{certificate}, true
	s.tls = [2]*tls.Conn{tls.Client(s.ends[0], client), tls.Server(s.ends[1], server)}
	done := make(chan error)
	go func() { done <- s.tls[ServerToClient].Handshake() }()
	if err := s.tls[ClientToServer].Handshake(); err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	go io.Copy(io.Discard, near) // what follows is never read: tickets first
	if err := <-done; err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	go io.Copy(io.Discard, far)
	return s, nil
}

// Send seals b and sends it.
func (s *Secure) Send(d Direction, b []byte) error {
	_, err := s.tls[d].Write(b)
	return err
}

// Close says in TLS that nothing more will come from d, which TCP does not say yet.
func (s *Secure) Close(d Direction) error { return s.tls[d].CloseWrite() }

// Sent returns how many bytes of the stream of d there are so far.
func (s *Secure) Sent(d Direction) int64 { return *s.ends[d].sent }

// Keys returns the key log so far.
func (s *Secure) Keys() []byte { return s.keys.Bytes() }

func newCertificate() (c tls.Certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
