//go:build unix

package e2e

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// config is that of an end of Go which speaks one suite only and writes a key log.
func (s suite) config(t *testing.T, keylog string) *tls.Config {
	t.Helper()
	file, err := os.Create(keylog)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	c := &tls.Config{KeyLogWriter: file, InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}
	if s.version == "1.2" {
		c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
		for _, known := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
			if known.Name == s.name {
				c.CipherSuites = []uint16{known.ID}
			}
		}
		if c.CipherSuites == nil {
			t.Fatalf("Go has no %s", s.name)
		}
	}
	return c
}

// serveGo starts an echo server of Go's crypto/tls.
func serveGo(t *testing.T, s suite, port, cert, key, keylog string) {
	t.Helper()
	c := s.config(t, keylog)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	c.Certificates = []tls.Certificate{pair}
	l, err := tls.Listen("tcp", "127.0.0.4:"+port, c)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(1 << 20)
		for {
			kind, data, err := c.Read(r.Context())
			if err != nil || c.Write(r.Context(), kind, data) != nil {
				return
			}
		}
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
}

// visitGo says to the server what every client says.
func visitGo(t *testing.T, s suite, port, keylog string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Second)
	defer cancel()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	transport := &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: s.config(t, keylog)}
	c, _, err := websocket.Dial(ctx, "wss://127.0.0.4:"+port+"/ws", &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 20)
	for _, n := range sizes {
		said := fmt.Sprintf("message %d %s", n, strings.Repeat("x", n))
		if err := c.Write(ctx, websocket.MessageText, []byte(said)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := c.Read(ctx); err != nil || string(got) != said {
			t.Fatalf("heard %d bytes, %v; want %d", len(got), err, len(said))
		}
	}
	if err := c.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
}
