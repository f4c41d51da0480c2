package e2e

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// sizes are those of the messages that every peer sends, see testdata.
var sizes = []int{0, 1, 125, 126, 3000, 20000}

// hashes returns the SHA-256 of every message, in order.
func hashes() (out []string) {
	for _, n := range sizes {
		sum := sha256.Sum256(fmt.Appendf(nil, "message %d %s", n, strings.Repeat("x", n)))
		out = append(out, hex.EncodeToString(sum[:]))
	}
	return out
}

// certificate writes a certificate of the lab and its key. TLS 1.2 with static
// RSA wants an RSA key.
func certificate(t *testing.T, withRSA bool) (cert, key string) {
	t.Helper()
	var private any
	var public any
	if withRSA {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		private, public = k, &k.PublicKey
	} else {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		private, public = k, &k.PublicKey
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lab.example"}, DNSNames: []string{"lab.example"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 4)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// background starts a program and waits for the line that starts with ready.
func background(t *testing.T, ready string, name string, args ...string) *bufio.Reader {
	t.Helper()
	cmd := exec.Command(name, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			cmd.Wait()
			t.Fatalf("%s: %v\n%s", name, err, errs.String())
		}
		if strings.HasPrefix(line, ready) {
			return lines
		}
	}
}

// A seen connection is what wsight printed of one.
type seen struct {
	connection struct {
		Transport, HTTP string
		TLS             *struct{ Version, SNI, Cipher string }
	}
	messages map[string][]string // SHA-256 of data messages, by direction
	errors   []string
}

// read runs wsight print on file.
func read(t *testing.T, file, keylog string) map[int]*seen {
	t.Helper()
	cmd := exec.Command(wsight, "print", "--json", "--hash", "--payload", "none", "--keylog", keylog, file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("wsight print: %v", err)
	}
	conns := map[int]*seen{}
	for line := range bytes.Lines(out) {
		var e struct {
			Event, Dir, Type, Sha256, Code, Severity string
			Conn                                     int
		}
		// The code of a Close is a number; nothing here asks for it.
		json.Unmarshal(line, &e)
		switch e.Event {
		case "connection":
			conns[e.Conn] = &seen{messages: map[string][]string{}}
			if err := json.Unmarshal(line, &conns[e.Conn].connection); err != nil {
				t.Fatal(err)
			}
		case "message":
			if e.Type == "text" {
				conns[e.Conn].messages[e.Dir] = append(conns[e.Conn].messages[e.Dir], e.Sha256)
			}
		case "finding":
			if e.Severity == "error" {
				conns[e.Conn].errors = append(conns[e.Conn].errors, e.Code)
			}
		}
	}
	return conns
}

// echoed checks that a connection carries every message both ways.
func (s *seen) echoed(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"c2s", "s2c"} {
		if !slices.Equal(s.messages[dir], hashes()) {
			t.Errorf("%s: %d messages, or other ones; want %d", dir, len(s.messages[dir]), len(sizes))
		}
	}
	if len(s.errors) > 0 {
		t.Errorf("a healthy connection has errors: %v", s.errors)
	}
}

// TestTLS reads what two OpenSSL peers said, for every kind of suite.
func TestTLS(t *testing.T) {
	need(t, "tcpdump", "python3")
	needRoot(t)
	for _, tt := range []struct {
		version, cipher string
		rsa, ci         bool
	}{
		{"1.3", "-", false, true},
		{"1.2", "ECDHE-ECDSA-AES128-GCM-SHA256", false, true},
		{"1.2", "ECDHE-ECDSA-AES256-GCM-SHA384", false, false},
		{"1.2", "ECDHE-ECDSA-CHACHA20-POLY1305", false, false},
		{"1.2", "ECDHE-ECDSA-AES128-SHA", false, true},
		{"1.2", "ECDHE-ECDSA-AES256-SHA384", false, false},
		{"1.2", "AES128-SHA256", true, false},
	} {
		t.Run(tt.version+" "+tt.cipher, func(t *testing.T) {
			if !tt.ci && !all {
				t.Skip("takes its time: WSIGHT_E2E=all runs it")
			}
			cert, key := certificate(t, tt.rsa)
			keylog, number := filepath.Join(t.TempDir(), "keys"), fmt.Sprint(port(t))
			file := record(t, func() {
				peer := []string{"testdata/peer.py", "server", "127.0.0.4", number, cert, key, keylog, tt.version, tt.cipher}
				background(t, "ready", "python3", peer...)
				peer[1] = "client"
				if out, err := exec.Command("python3", peer...).CombinedOutput(); err != nil {
					t.Fatalf("client: %v\n%s", err, out)
				}
			})
			conns := read(t, file, keylog)
			if len(conns) != 1 || conns[1].connection.TLS == nil || conns[1].connection.TLS.Version != tt.version {
				t.Fatalf("%d connections: %+v", len(conns), conns[1])
			}
			conns[1].echoed(t)
		})
	}
}

// TestHTTP2 reads three WebSocket streams of one HTTP/2 connection between
// node peers, in the clear and in TLS.
func TestHTTP2(t *testing.T) {
	need(t, "tcpdump", "node")
	needRoot(t)
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("tls=%v", secure), func(t *testing.T) {
			cert, key, keylog, number := "-", "-", filepath.Join(t.TempDir(), "keys"), fmt.Sprint(port(t))
			os.WriteFile(keylog, nil, 0o600)
			if secure {
				cert, key = certificate(t, false)
			}
			file := record(t, func() {
				background(t, "ready", "node", "testdata/h2.js", "server", "127.0.0.4", number, cert, key, keylog)
				background(t, "done", "node", "testdata/h2.js", "client", "127.0.0.4", number, cert)
			})
			conns := read(t, file, keylog)
			if len(conns) != 3 {
				t.Fatalf("%d connections; want 3 streams", len(conns))
			}
			for _, s := range conns {
				if s.connection.HTTP != "2" {
					t.Errorf("HTTP version %q", s.connection.HTTP)
				}
				s.echoed(t)
			}
		})
	}
}

// TestChromium reads what a browser says, over HTTP/2 with the WebSocket on
// the connection that brought the page.
func TestChromium(t *testing.T) {
	if !all {
		t.Skip("takes its time: WSIGHT_E2E=all runs it")
	}
	need(t, "tcpdump", "node", "chromium")
	needRoot(t)
	cert, key := certificate(t, false)
	keylog, number := filepath.Join(t.TempDir(), "keys"), fmt.Sprint(port(t))
	file := record(t, func() {
		server := background(t, "ready", "node", "testdata/h2.js", "server", "127.0.0.4", number, cert, key)
		browse(t, "https://127.0.0.4:"+number+"/", keylog)
		line, err := server.ReadString('\n')
		if err != nil || strings.TrimSpace(line) != fmt.Sprintf("report %d", len(sizes)) {
			t.Errorf("the page reported %q, %v", line, err)
		}
		time.Sleep(300 * time.Millisecond)
	})
	conns := read(t, file, keylog)
	if len(conns) != 1 || conns[1].connection.HTTP != "2" || conns[1].connection.Transport != "tls" {
		t.Fatalf("%d connections: %+v", len(conns), conns[1])
	}
	conns[1].echoed(t)
}

// browse opens address in a headless Chromium that writes a key log.
func browse(t *testing.T, address, keylog string) {
	t.Helper()
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--ignore-certificate-errors",
		"--user-data-dir="+t.TempDir(), "--ssl-key-log-file="+keylog, address)
	cmd.Env = append(os.Environ(), "SSLKEYLOGFILE="+keylog)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
}
