package tls

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"wsight/flow"
)

// needOpenSSL skips a test where openssl is not installed, unless WSIGHT_E2E
// demands it.
func needOpenSSL(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("WSIGHT_E2E") != "" {
			t.Fatal(err)
		}
		t.Skip("openssl is not installed")
	}
}

// openssl runs s_server and s_client over a recorded connection. The client
// says "question", then say, then "last".
func openssl(t *testing.T, client, server []string, say string) ([]segment, string) {
	t.Helper()
	_, address := serve(t, append([]string{"-rev"}, server...)...)
	return visit(t, address, client, func(c program) {
		fmt.Fprint(c.in, "question\n")
		waitFor(t, c.out, "noitseuq")
		for line := range strings.Lines(say) {
			// A command of s_client must be all that it reads at a time.
			io.WriteString(c.in, line)
			waitFor(t, c.out, map[string]string{"K\n": "KEYUPDATE", "k\n": "KEYUPDATE", "R\n": "RENEGOTIATING"}[line])
		}
		fmt.Fprint(c.in, "last\n")
		waitFor(t, c.out, "tsal")
	})
}

// serve starts s_server on a port of its choice.
func serve(t *testing.T, args ...string) (server program, address string) {
	t.Helper()
	server = start(t, append([]string{"s_server", "-accept", "127.0.0.1:0", "-cert", certificateFile(t, t.TempDir()), "-cipher", "ALL:@SECLEVEL=0"}, args...))
	_, address, _ = strings.Cut(waitFor(t, server.out, "ACCEPT"), " ")
	return server, strings.TrimSpace(address)
}

// visit runs s_client over a recorded connection while talk speaks for it, and
// returns what went over the wire and the key log.
func visit(t *testing.T, address string, args []string, talk func(program)) ([]segment, string) {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	w := &wire{}
	proxy, closed := relay(t, w, address)
	c := start(t, append([]string{"s_client", "-connect", proxy, "-keylogfile", keys, "-servername", "ws.example"}, args...))
	talk(c)
	fmt.Fprint(c.in, "Q\n")
	c.Wait()
	<-closed
	b, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	return w.segments, string(b)
}

// program is a running openssl.
type program struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(t *testing.T, args []string) program {
	t.Helper()
	p := program{Cmd: exec.Command("openssl", args...)}
	var err error
	if p.in, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	p.Stderr = p.Stdout
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Process.Kill()
		p.Wait()
	})
	return p
}

// waitFor reads lines until one contains want, and returns it.
func waitFor(t *testing.T, r *bufio.Reader, want string) string {
	t.Helper()
	var all strings.Builder
	for {
		line, err := r.ReadString('\n')
		all.WriteString(line)
		if strings.Contains(line, want) {
			return line
		}
		if err != nil {
			t.Fatalf("no %q in what openssl said: %v\n%s", want, err, &all)
		}
	}
}

// relay carries one connection to address and returns its own, and what is
// closed when both directions have ended: nothing is added to w after that.
func relay(t *testing.T, w *wire, address string) (own string, closed chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	closed = make(chan struct{})
	go func() {
		defer close(closed)
		near, err := l.Accept()
		if err != nil {
			return
		}
		defer near.Close()
		far, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		defer far.Close()
		carry := func(to, from net.Conn, side flow.Side) {
			b := make([]byte, 1<<16)
			for {
				n, err := from.Read(b)
				w.Lock()
				if n > 0 {
					w.segments = append(w.segments, segment{from: side, data: bytes.Clone(b[:n])})
				}
				w.Unlock()
				if _, failed := to.Write(b[:n]); failed != nil || err != nil {
					to.(*net.TCPConn).CloseWrite()
					return
				}
			}
		}
		var both sync.WaitGroup
		both.Go(func() { carry(near, far, flow.B) })
		both.Go(func() { carry(far, near, flow.A) })
		both.Wait()
	}()
	return l.Addr().String(), closed
}

// certificateFile writes a certificate and its key.
func certificateFile(t *testing.T, dir string) string {
	t.Helper()
	c := certificates()[0]
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})
	b = append(b, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	name := filepath.Join(dir, "cert.pem")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
