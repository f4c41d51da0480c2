//go:build unix

package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A desk is a terminal of 80x24 in which wsight shows its screens.
type desk struct {
	t   *testing.T
	dir string // in which it writes files
	tmx []string
}

// sit starts wsight with arguments as a shell takes them.
func sit(t *testing.T, args string) *desk {
	t.Helper()
	need(t, "tmux")
	socket := "wsight-e2e-" + strconv.Itoa(os.Getpid()) + "-" + strings.ToLower(t.Name())
	d := &desk{t: t, dir: t.TempDir(), tmx: []string{"-L", socket, "-f", "/dev/null", "-u"}}
	d.tmux("new-session", "-d", "-x", "80", "-y", "24", "-c", d.dir, "env TERM=tmux-256color LC_ALL=C.UTF-8 "+wsight+" "+args)
	t.Cleanup(func() { d.tmux("kill-server") })
	return d
}

func (d *desk) tmux(args ...string) string {
	d.t.Helper()
	out, err := exec.Command("tmux", append(append([]string(nil), d.tmx...), args...)...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("tmux %q: %v %s", args, err, out)
	}
	return string(out)
}

// press sends a key.
func (d *desk) press(key string) {
	d.t.Helper()
	d.tmux("send-keys", key)
}

// seen waits until a text stands on the screen.
func (d *desk) seen(want string) {
	d.t.Helper()
	screen := ""
	for range 200 {
		if screen = d.tmux("capture-pane", "-p"); strings.Contains(screen, want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	d.t.Fatalf("%q does not appear:\n%s", want, screen)
}

// save has a file written that the menu has under key, by the name it offers.
func (d *desk) save(key, says string) {
	d.t.Helper()
	d.press("w")
	d.seen("Write a file")
	d.press(key)
	d.seen("write to:")
	d.press("Enter")
	d.seen(says)
}

// TestScreensSave saves the packets of connections from the screens, which
// --where filters, and has tshark read them.
func TestScreensSave(t *testing.T) {
	need(t, "tshark")
	source, err := filepath.Abs(filepath.Join("..", "pcaps", "reload-kills-30.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	d := sit(t, "--where 'conn in 3..4' "+source)
	for _, tt := range []struct {
		key, file string
		streams   int
	}{{"w", "wsight-3.pcapng", 1}, {"a", "wsight-3-shown.pcapng", 2}} {
		d.seen("2 of 30 shown, 28 hidden")
		d.save(tt.key, "Wrote ")
		out, err := exec.Command("tshark", "-r", filepath.Join(d.dir, tt.file), "-T", "fields", "-e", "tcp.stream").Output()
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
		d.press("g") // what was said goes
	}
	left, _ := filepath.Glob(filepath.Join(d.dir, ".wsight-*"))
	if len(left) > 0 {
		t.Errorf("%q is left behind", left)
	}
}

// TestScreensSaveLive saves packets while they are captured on loopback: what
// wsight and tshark read of them is what the endpoints sent and received.
func TestScreensSaveLive(t *testing.T) {
	needRoot(t)
	need(t, "tshark")
	l, err := net.Listen("tcp", "127.0.0.4:0")
	if err != nil {
		t.Fatal(err)
	}
	b := newBooks()
	gwsServer(t, l, b)
	address := l.Addr().String()
	d := sit(t, "-i lo "+between(address))
	d.seen("LIVE")
	talk(t, dialFrom(address), address, coderClient, b)
	want := b.all(t)
	d.seen(fmt.Sprintf("%d connections", len(want)))
	time.Sleep(time.Second) // until the last of them has ended
	for _, tt := range []struct {
		key, file   string
		connections int
	}{{"c", "wsight-capture.pcapng", len(want)}, {"w", "wsight-1.pcapng", 1}} {
		d.press("g")
		d.save(tt.key, "Wrote ")
		file := filepath.Join(d.dir, tt.file)
		out, err := exec.Command(wsight, "print", "--json", "--hash", file).Output()
		if err != nil {
			t.Fatal(err)
		}
		got := readLive(t, string(out))
		if len(got) != tt.connections {
			t.Errorf("%s has %d connections; want %d", tt.file, len(got), tt.connections)
		}
		for client, c := range got {
			if diff := cmp.Diff(want[client], c.Messages); diff != "" {
				t.Errorf("%s in %s: -sent +read\n%s", client, tt.file, diff)
			}
			if c.End != "closed, clean" {
				t.Errorf("%s in %s ends %q", client, tt.file, c.End)
			}
		}
		fields, err := exec.Command("tshark", "-r", file, "-T", "fields", "-e", "tcp.stream", "-e", "frame.interface_name").Output()
		if err != nil {
			t.Fatalf("tshark: %v\n%s", err, fields)
		}
		streams := map[string]bool{}
		for text := range strings.Lines(string(fields)) {
			streams[strings.TrimSpace(text)] = true
		}
		if len(streams) != tt.connections || !streams["0\tlo"] {
			t.Errorf("tshark sees the streams and interfaces %v in %s", streams, tt.file)
		}
	}
}
