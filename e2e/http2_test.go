//go:build unix

package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

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
			file := recordPort(t, number, func() {
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

// TestChromium reads what a browser says: over HTTP/2 with the WebSocket on
// the connection that brought the page, and over HTTP/1.1 on one of its own.
func TestChromium(t *testing.T) {
	if !all {
		t.Skip("takes its time: WSIGHT_E2E=all runs it")
	}
	need(t, "tcpdump", "node", "chromium")
	needRoot(t)
	for version, script := range map[string]string{"2": "testdata/h2.js", "1.1": "testdata/h1.js"} {
		t.Run("HTTP "+version, func(t *testing.T) {
			cert, key := certificate(t, false)
			keylog, number := filepath.Join(t.TempDir(), "keys"), fmt.Sprint(port(t))
			theirs := filepath.Join(t.TempDir(), "server-keys") // not given to wsight
			file := recordPort(t, number, func() {
				server := background(t, "ready", "node", script, "server", "127.0.0.4", number, cert, key, theirs, "1.3", "-")
				browse(t, "https://127.0.0.4:"+number+"/", keylog)
				line, err := server.ReadString('\n')
				if err != nil || strings.TrimSpace(line) != fmt.Sprintf("report %d", len(sizes)) {
					t.Errorf("the page reported %q, %v", line, err)
				}
				time.Sleep(300 * time.Millisecond)
			})
			conns := read(t, file, keylog)
			if len(conns) != 1 {
				t.Fatalf("%d connections; want 1", len(conns))
			}
			for _, s := range conns {
				if s.connection.HTTP != version || s.connection.Transport != "tls" {
					t.Errorf("HTTP %s over %s; want %s over tls", s.connection.HTTP, s.connection.Transport, version)
				}
				s.echoed(t)
			}
		})
	}
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
