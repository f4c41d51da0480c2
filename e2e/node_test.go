//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// node runs testdata/echo.js with the package ws in dir.
func node(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	script, err := filepath.Abs("testdata/echo.js")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", append([]string{script}, args...)...)
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(dir, "node_modules"))
	return cmd
}

// The same with the package ws of node, as server and as client.
func TestLiveNode(t *testing.T) {
	if !all {
		t.Skip("npm fetches the package ws: only with all end-to-end tests")
	}
	need(t, "node", "npm")
	needRoot(t)
	dir := t.TempDir()
	install := exec.Command("npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "ws@8")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm install ws: %v\n%s", err, out)
	}
	server := node(t, dir, "server")
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.4:" + strings.TrimSpace(strings.TrimPrefix(first, "listening on "))

	b := newBooks()
	seen := capture(t, nil, "lo", between(address), nil, func() {
		talk(t, dialFrom(address), address, gwsClient, b)
		var said bytes.Buffer
		client := node(t, dir, "client", "ws://"+address+"/", "64")
		client.Stdout, client.Stderr = &said, &said
		if err := client.Run(); err != nil {
			t.Fatalf("node: %v\n%s", err, said.String())
		}
		b.enter(t, said.String())
	})
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Fatal(err)
	}
	b.enter(t, string(rest))
	seen.compare(t, b.all(t))
}

// enter takes in what echo.js printed.
func (b *books) enter(t *testing.T, printed string) {
	t.Helper()
	for line := range strings.Lines(printed) {
		var side, client, direction, kind, sum string
		if _, err := fmt.Sscan(line, &side, &client, &direction, &kind, &sum); err != nil {
			t.Fatalf("echo.js printed %q: %v", line, err)
		}
		who, dir := asClient, toServer
		if side == "server" {
			who = asServer
		}
		if direction == "s2c" {
			dir = toClient
		}
		b.add(who, client, dir, saying{kind, sum})
	}
}
