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
	"testing"
	"time"

	"wsight/flow"
)

// TestOpenSSL has two OpenSSL programs talk over a recorded connection, for
// what crypto/tls cannot do. It is skipped where openssl is not installed,
// unless WSIGHT_E2E=1 demands it.
func TestOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("WSIGHT_E2E") != "" {
			t.Fatal(err)
		}
		t.Skip("openssl is not installed")
	}
	tests := []struct {
		name           string
		client, server []string
		say            string // lines on the client's standard input; a lone letter is a command of s_client
		want           []string
	}{
		{name: "AES-128-GCM", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"}, want: []string{"1.3 TLS_AES_128_GCM_SHA256"}},
		{name: "AES-256-GCM", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"}, want: []string{"1.3 TLS_AES_256_GCM_SHA384"}},
		{name: "ChaCha20", client: []string{"-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"}, want: []string{"1.3 TLS_CHACHA20_POLY1305_SHA256"}},
		{name: "padded", client: []string{"-tls1_3", "-record_padding", "64"}, want: []string{"1.3"}},
		{name: "key updates", client: []string{"-tls1_3"}, say: "K\nk\nK\n",
			want: []string{"A key update requested=true", "A key update requested=false", "B key update requested=false"}},
		{name: "retry", client: []string{"-tls1_3"}, server: []string{"-groups", "P-384"}, want: []string{"retry=true"}},
		{name: "CBC, encrypt then MAC", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"}},
		{name: "CBC, MAC then encrypt", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"}, server: []string{"-no_etm"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"}},
		{name: "1.2 AES-256-GCM", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"}, want: []string{"1.2"}},
		{name: "1.2 ChaCha20", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"}, want: []string{"1.2"}},
		{name: "1.2 AES-128-CCM", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CCM "}},
		{name: "1.2 AES-256-CCM-8", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-CCM8:@SECLEVEL=0"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"}},
		{name: "1.3 AES-128-CCM", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"}, server: []string{"-ciphersuites", "TLS_AES_128_CCM_SHA256"}, want: []string{"1.3 TLS_AES_128_CCM_SHA256"}},
		{name: "1.3 AES-128-CCM-8", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256"}, server: []string{"-ciphersuites", "TLS_AES_128_CCM_8_SHA256", "-cipher", "ALL:@SECLEVEL=0"}, want: []string{"1.3 TLS_AES_128_CCM_8_SHA256"}},
		{name: "1.1", client: []string{"-tls1_1", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}, server: []string{"-tls1_1"}, want: []string{"1.1"}},
		{name: "1.0", client: []string{"-tls1", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}, server: []string{"-tls1"}, want: []string{"1.0"}},
		{name: "renegotiation, AEAD", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"}, server: []string{"-client_renegotiation"}, say: "R\n", want: []string{"again=true"}},
		{name: "renegotiation, CBC", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"}, server: []string{"-client_renegotiation"}, say: "R\n", want: []string{"again=true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			segments, keys := openssl(t, tt.client, tt.server, tt.say)
			h := checkCuts(t, keys, segments)
			text := h.text.String()
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			if strings.Contains(text, "lost") || strings.Contains(text, "undecryptable") {
				t.Errorf("not everything was opened:\n%s", text)
			}
			// The server of "-rev" gives each line back in reverse.
			if got := h.plain[flow.A].String(); got != "question\nlast\n" {
				t.Errorf("the client said %q", got)
			}
			if got := h.plain[flow.B].String(); got != "noitseuq\ntsal\n" {
				t.Errorf("the server said %q", got)
			}
			for i := range segments {
				torn := append([]segment(nil), segments...)
				torn[i].lost = true
				play(decryptor(keys), torn)
				if !strings.Contains(tt.name, "renegotiation") { // which needs both of its hellos
					testLoss(t, func() *Decryptor { return decryptor(keys) }, segments, i)
				}
			}
		})
	}
}

// openssl runs s_server and s_client over a recorded connection. The client
// says "question", then say, then "last".
func openssl(t *testing.T, client, server []string, say string) ([]segment, string) {
	t.Helper()
	dir := t.TempDir()
	cert := certificateFile(t, dir)
	port := freePort(t)
	keys := filepath.Join(dir, "keys")
	s := start(t, append([]string{"s_server", "-accept", port, "-cert", cert, "-rev", "-cipher", "ALL:@SECLEVEL=0"}, server...))
	waitFor(t, s.out, "ACCEPT")
	w := &wire{}
	proxy := relay(t, w, port)
	c := start(t, append([]string{"s_client", "-connect", proxy, "-keylogfile", keys, "-servername", "ws.example"}, client...))
	fmt.Fprint(c.in, "question\n")
	waitFor(t, c.out, "noitseuq")
	for line := range strings.Lines(say) {
		io.WriteString(c.in, line)
		time.Sleep(100 * time.Millisecond) // a command of s_client must come alone and has no answer
	}
	fmt.Fprint(c.in, "last\n")
	waitFor(t, c.out, "tsal")
	fmt.Fprint(c.in, "Q\n")
	c.Wait()
	time.Sleep(50 * time.Millisecond)
	b, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	w.Lock()
	defer w.Unlock()
	return append([]segment(nil), w.segments...), string(b)
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

// waitFor reads lines until one contains want.
func waitFor(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	var all strings.Builder
	for {
		line, err := r.ReadString('\n')
		all.WriteString(line)
		if strings.Contains(line, want) {
			return
		}
		if err != nil {
			t.Fatalf("no %q in what openssl said: %v\n%s", want, err, &all)
		}
	}
}

// relay carries one connection to a local port and returns its own address.
func relay(t *testing.T, w *wire, port string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err != nil {
			near.Close()
			return
		}
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
					to.Close()
					return
				}
			}
		}
		go carry(near, far, flow.B)
		carry(far, near, flow.A)
	}()
	return l.Addr().String()
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
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
