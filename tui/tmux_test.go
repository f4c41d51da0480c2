package tui

import (
	"math/rand"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestTmux drives the screens on a real terminal emulator. Whatever keys are
// pressed, what the terminal shows after changes alone is what it shows after
// everything was drawn anew.
func TestTmux(t *testing.T) {
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		if os.Getenv("WSIGHT_E2E") != "" {
			t.Fatal("tmux is not installed")
		}
		t.Skip("tmux is not installed")
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(tmux, append([]string{"-L", "wsight-test-" + itoa(os.Getpid()), "-f", "/dev/null", "-u"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %q: %v %s", args, err, out)
		}
		return string(out)
	}
	for _, size := range [][2]string{{"80", "24"}, {"160", "50"}} {
		run("new-session", "-d", "-x", size[0], "-y", size[1],
			"env TERM=tmux-256color LC_ALL=C.UTF-8 "+childEnv+"="+sample("reload-kills-30.pcap")+" "+os.Args[0]+" -test.run '^TestChild$'")
		screen := func() string {
			last := ""
			for range 100 {
				time.Sleep(60 * time.Millisecond)
				now := run("capture-pane", "-p")
				if now == last && strings.Contains(now, "Connections") {
					lines := strings.Split(strings.TrimRight(now, "\n"), "\n")
					return strings.Join(lines[:len(lines)-1], "\n") // without what was just said
				}
				last = now
			}
			t.Fatalf("the screen does not settle:\n%s", last)
			return ""
		}
		screen()
		random := rand.New(rand.NewSource(7))
		keys := []string{"j", "j", "j", "j", "k", "k", "Down", "Enter", "Tab", "g", "G", "PPage", "NPage", "C-d", "C-u", "e", "1", "2", "3", "z", "]", "c", "f", "t", "?", "Escape", "s"}
		for round := range 4 {
			var pressed []string
			for range 12 {
				k := keys[random.Intn(len(keys))]
				pressed = append(pressed, k)
				run("send-keys", k)
				if random.Intn(3) == 0 {
					time.Sleep(40 * time.Millisecond)
				}
			}
			run("send-keys", "Escape") // no menu
			time.Sleep(700 * time.Millisecond)
			changes := screen()
			run("send-keys", "C-l")
			if whole := screen(); whole != changes {
				t.Fatalf("round %d: after %q the terminal shows\n%s\nand after a repaint\n%s", round, pressed, changes, whole)
			}
		}
		run("kill-server")
		time.Sleep(200 * time.Millisecond)
	}
}
