//go:build unix

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
