//go:build unix

package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// A suite is one way to seal records, which a server of OpenSSL imposes.
type suite struct {
	version, openssl string // the name that OpenSSL has for it
	name             string // that of IANA
	option           string // of the peers of testdata/peer.py
	rsa              bool   // wants such a certificate
	without          []string
}

// suites are those that wsight says it opens. Encrypt-then-MAC is on unless
// it is turned off or an end, such as Go, does not know it.
var suites = []suite{
	{version: "1.3", openssl: "TLS_AES_128_GCM_SHA256", name: "TLS_AES_128_GCM_SHA256"},
	{version: "1.3", openssl: "TLS_AES_256_GCM_SHA384", name: "TLS_AES_256_GCM_SHA384"},
	{version: "1.3", openssl: "TLS_CHACHA20_POLY1305_SHA256", name: "TLS_CHACHA20_POLY1305_SHA256"},
	{version: "1.2", openssl: "ECDHE-ECDSA-AES128-GCM-SHA256", name: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
	{version: "1.2", openssl: "ECDHE-ECDSA-AES256-GCM-SHA384", name: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
	{version: "1.2", openssl: "ECDHE-ECDSA-CHACHA20-POLY1305", name: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
	{version: "1.2", openssl: "ECDHE-ECDSA-AES128-SHA", name: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"},
	{version: "1.2", openssl: "ECDHE-ECDSA-AES256-SHA", name: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", option: "no-etm"},
	{version: "1.2", openssl: "ECDHE-ECDSA-AES128-SHA256", name: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", option: "no-etm"},
	{version: "1.2", openssl: "ECDHE-ECDSA-AES256-SHA384", name: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", without: []string{"go"}},
	{version: "1.2", openssl: "AES128-SHA256", name: "TLS_RSA_WITH_AES_128_CBC_SHA256", rsa: true},
}

// TestTLS reads what a client of each kind and a server of OpenSSL said, for
// every kind of suite, and a server of each kind and a client of OpenSSL. The
// end that is not OpenSSL writes the key log.
func TestTLS(t *testing.T) {
	need(t, "tcpdump", "python3", "node", "openssl")
	needRoot(t)
	for i, s := range suites {
		for j, kind := range []string{"openssl", "python", "node", "go"} {
			if slices.Contains(s.without, kind) {
				continue
			}
			for _, server := range []bool{false, true} {
				if server && kind == "openssl" {
					continue // both ends are
				}
				// Every suite and every kind of client is among the few of each change.
				ci := !server && (i+j)%4 == 0 && i < 8 || server && i == 3
				t.Run(fmt.Sprintf("%s %s %s %s server=%v", s.version, s.openssl, s.option, kind, server), func(t *testing.T) {
					if !ci && !all {
						t.Skip("takes its time: WSIGHT_E2E=all runs it")
					}
					testTLS(t, s, kind, server)
				})
			}
		}
	}
}

func testTLS(t *testing.T, s suite, kind string, server bool) {
	cert, key := certificate(t, s.rsa)
	own, other := filepath.Join(t.TempDir(), "keys"), filepath.Join(t.TempDir(), "other-keys")
	number := fmt.Sprint(port(t))
	args := []string{"127.0.0.4", number, cert, key, own, s.version, s.openssl}
	program := func(role string, keylog string, kind string) []string {
		args := slices.Clone(args)
		args[4] = keylog
		switch {
		case kind == "node":
			return append([]string{"node", "testdata/h1.js", role}, args...)
		case s.option != "":
			args = append(args, s.option)
		}
		return append([]string{"python3", "testdata/peer.py", kind, role}, args...)
	}
	file := recordPort(t, number, func() {
		servers, clients := "openssl", kind
		keys := [2]string{other, own}
		if server {
			servers, clients, keys = kind, "openssl", [2]string{own, other}
		}
		if servers == "go" {
			serveGo(t, s, number, cert, key, own)
		} else {
			p := program("server", keys[0], servers)
			background(t, "ready", p[0], p[1:]...)
		}
		if clients == "go" {
			visitGo(t, s, number, own)
			return
		}
		p := program("client", keys[1], clients)
		if out, err := exec.Command(p[0], p[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("client: %v\n%s", err, out)
		}
	})
	conns := read(t, file, own)
	if len(conns) != 1 || conns[1] == nil || conns[1].connection.TLS == nil {
		t.Fatalf("%d connections, the first %+v", len(conns), conns[1])
	}
	if got := conns[1].connection.TLS; got.Version != s.version || got.Cipher != s.name {
		t.Errorf("TLS %s with %s; want %s with %s", got.Version, got.Cipher, s.version, s.name)
	}
	conns[1].echoed(t)
}

// TestNoExtendedMasterSecret has ends that do not know RFC 7627; all others do.
func TestNoExtendedMasterSecret(t *testing.T) {
	need(t, "tcpdump", "python3")
	needRoot(t)
	cert, key := certificate(t, false)
	keylog, number := filepath.Join(t.TempDir(), "keys"), fmt.Sprint(port(t))
	args := []string{"testdata/peer.py", "python", "server", "127.0.0.4", number, cert, key, keylog + "-server", "1.2", "ECDHE-ECDSA-AES128-GCM-SHA256", "no-ems"}
	file := recordPort(t, number, func() {
		background(t, "ready", "python3", args...)
		args[2], args[7] = "client", keylog
		if out, err := exec.Command("python3", args...).CombinedOutput(); err != nil {
			t.Fatalf("client: %v\n%s", err, out)
		}
	})
	conns := read(t, file, keylog)
	if len(conns) != 1 {
		t.Fatalf("%d connections; want 1", len(conns))
	}
	conns[1].echoed(t)
}
