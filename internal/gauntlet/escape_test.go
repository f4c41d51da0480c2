package gauntlet

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"wsight/internal/packets"
	"wsight/internal/steering"
)

// hostile is text that a terminal, a log or a reader's eye would obey: a title,
// a cleared screen, a link, a bell, C1 controls, bidi overrides, a line of its
// own, and a tag that is invisible.
const hostile = "\x1b]0;owned\x07\x1b[2J\x1b]8;;http://evil.example/\x1b\\\u009b31m\u202eexe.txt\u2066\u200f\u2028\U000e0041\b\x7f"

// Whatever field it stands in, hostile text reaches no line as it is.
func TestEscapes(t *testing.T) {
	line := strings.NewReplacer("\n", "", "\r", "").Replace(hostile)
	// A request line with controls of ASCII is no HTTP; these are others.
	target := strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7F {
			return -1
		}
		return r
	}, hostile)
	for _, tt := range []struct {
		name string
		make func(*packets.Capture)
	}{
		{"payload", func(c *packets.Capture) {
			conn := dial(c, "203.0.113.1:50001")
			conn.Say(packets.ClientToServer, packets.Text, hostile)
			conn.Say(packets.ServerToClient, packets.Text, `{"`+hostile+`":"\u001b[2J"}`)
			conn.Say(packets.ServerToClient, packets.Ping, hostile)
			conn.Say(packets.ServerToClient, packets.Binary, hostile+"\xff")
			conn.Goodbye(packets.ClientToServer, 1011, hostile)
		}},
		{"reason that is not UTF-8", func(c *packets.Capture) {
			dial(c, "203.0.113.1:50001").Goodbye(packets.ClientToServer, 4000, "\xff\x1b[2J\xc3")
		}},
		{"headers", func(c *packets.Capture) {
			conn := dial(c, "203.0.113.1:50001", "X-"+line+": "+line, "Sec-WebSocket-Protocol: "+line, "Sec-WebSocket-Extensions: "+line, "Origin: http://"+line, "Cookie: a="+line)
			conn.Say(packets.ClientToServer, packets.Text, "hello")
		}},
		{"request", func(c *packets.Capture) {
			conn := c.Connect("203.0.113.1:50001", "198.51.100.7:80")
			conn.Open()
			head := string(ask("bad " + line))
			head = strings.Replace(head, "/chat", "/"+target, 1)
			head = strings.Replace(head, "Host: example.com", "Host: "+line, 1)
			conn.Send(packets.ClientToServer, []byte(head))
			conn.Send(packets.ServerToClient, []byte("HTTP/1.1 403 "+line+"\r\nServer: nginx/"+line+"\r\nContent-Length: 40\r\n\r\n<h1>"+line[:30]+"</h1>"))
			conn.Close(packets.ClientToServer)
		}},
		{"what is no frames", func(c *packets.Capture) {
			conn := dial(c, "203.0.113.1:50001")
			conn.Send(packets.ServerToClient, []byte("HTTP/1.1 502 "+line+"\r\n\r\n"+strings.Repeat(line, 20)))
			conn.Close(packets.ClientToServer)
		}},
		{"tunnel", func(c *packets.Capture) {
			conn := c.Connect("203.0.113.1:50001", "198.51.100.7:3128")
			conn.Open()
			conn.Send(packets.ClientToServer, []byte("CONNECT "+target+":443 HTTP/1.1\r\nHost: "+line+"\r\n\r\n"))
			conn.Send(packets.ServerToClient, []byte("HTTP/1.1 200 OK\r\n\r\n"))
			conn.Send(packets.ClientToServer, ask("dGhlIHNhbXBsZSBub25jZQ=="))
			conn.Send(packets.ServerToClient, accept("dGhlIHNhbXBsZSBub25jZQ=="))
			conn.Say(packets.ClientToServer, packets.Text, "hello")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			tt.make(c)
			file := c.Pcap()
			for _, fault := range judge(file) {
				t.Error(fault)
			}
			if text := string(readable(file)); !strings.Contains(text, "203.0.113.1") {
				t.Errorf("the conversation is not told:\n%s", text)
			}
		})
	}
}

// The name that a client asks for in TLS is as hostile as the rest.
func TestEscapesInSNI(t *testing.T) {
	name := strings.Map(func(r rune) rune {
		if r == '.' {
			return -1
		}
		return r
	}, hostile) + "example"
	c := newCapture()
	conn := c.Connect("203.0.113.1:50001", "198.51.100.7:443")
	conn.Open()
	keys := overTLS(t, conn, name)
	said := tell(t, c.Pcap(), keyed(sample{keys: keys}))
	if !said.holds("over TLS") {
		t.Fatalf("not decrypted:\n%s", said.text)
	}
	if !bytes.Contains(said.text, []byte("owned")) {
		t.Error("the name is not told")
	}
	if why := steering.Find(said.text, "\n"); why != "" {
		t.Error(why)
	}
}

// overTLS scripts a conversation inside TLS and returns its key log.
func overTLS(t *testing.T, conn *packets.Connection, name string) []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	a, b := net.Pipe()
	var order sync.Mutex // of what both ends send
	client := tls.Client(&tapped{a, conn, packets.ClientToServer, &order}, &tls.Config{ServerName: name, InsecureSkipVerify: true, KeyLogWriter: &log})
	server := tls.Server(&tapped{b, conn, packets.ServerToClient, &order}, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, SessionTicketsDisabled: true})
	const nonce = "dGhlIHNhbXBsZSBub25jZQ=="
	failed := make(chan error, 1)
	go func() {
		head := make([]byte, len(ask(nonce)))
		_, err := io.ReadFull(server, head)
		if err == nil {
			_, err = server.Write(append(accept(nonce), packets.Frame{First: 0x81, Payload: []byte("over TLS")}.Append(nil)...))
		}
		failed <- err
	}()
	if _, err := client.Write(ask(nonce)); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, len(accept(nonce))+10)
	if _, err := io.ReadFull(client, answer); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	return log.Bytes()
}

// A tapped connection has what is written to it captured.
type tapped struct {
	net.Conn
	capture *packets.Connection
	from    packets.Direction
	order   *sync.Mutex
}

func (c *tapped) Write(b []byte) (int, error) {
	c.order.Lock()
	c.capture.Send(c.from, bytes.Clone(b))
	c.order.Unlock()
	return c.Conn.Write(b)
}
