package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestScreensSave saves the packets of connections from the screens, which
// --where filters, and has tshark read them.
func TestScreensSave(t *testing.T) {
	need(t, "tmux", "tshark")
	source, err := filepath.Abs(filepath.Join("..", "pcaps", "reload-kills-30.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	dir, socket := t.TempDir(), "wsight-e2e-"+strconv.Itoa(os.Getpid())
	tmux := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("tmux", append([]string{"-L", socket, "-f", "/dev/null", "-u"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %q: %v %s", args, err, out)
		}
		return string(out)
	}
	tmux("new-session", "-d", "-x", "80", "-y", "24", "-c", dir, "env TERM=tmux-256color LC_ALL=C.UTF-8 "+wsight+" --where 'conn in 3..4' "+source)
	defer tmux("kill-server")
	seen := func(want string) {
		t.Helper()
		screen := ""
		for range 200 {
			if screen = tmux("capture-pane", "-p"); strings.Contains(screen, want) {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("%q does not appear:\n%s", want, screen)
	}
	for _, tt := range []struct {
		key, file string
		streams   int
	}{{"w", "wsight-3.pcapng", 1}, {"a", "wsight-3-shown.pcapng", 2}} {
		seen("2 of 30 shown, 28 hidden")
		tmux("send-keys", "w")
		seen("Write a file")
		tmux("send-keys", tt.key)
		seen("write to:")
		tmux("send-keys", "Enter")
		seen("Wrote ")
		out, err := exec.Command("tshark", "-r", filepath.Join(dir, tt.file), "-T", "fields", "-e", "tcp.stream").Output()
		if err != nil {
			t.Fatalf("tshark: %v\n%s", err, out)
		}
		streams := map[string]bool{}
		for _, s := range strings.Fields(string(out)) {
			streams[s] = true
		}
		if len(streams) != tt.streams {
			t.Errorf("tshark sees the streams %v in %s; want %d:\n%s", streams, tt.file, tt.streams, out)
		}
		tmux("send-keys", "g") // what was said goes
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".wsight-*"))
	if len(left) > 0 {
		t.Errorf("%q is left behind", left)
	}
}
