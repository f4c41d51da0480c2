package tui

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wsight/internal/packets"
)

// A terminal is a pseudo-terminal with a program on it.
type terminal struct {
	t      *testing.T
	master *os.File
	cmd    *exec.Cmd
	mu     sync.Mutex
	out    bytes.Buffer
	ended  chan error
}

func startTerminal(t *testing.T, name string, w, h uint16) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: h, Col: w})
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	term := &terminal{t: t, master: master, ended: make(chan error, 1)}
	term.cmd = exec.Command(os.Args[0], "-test.run", "^TestChild$")
	term.cmd.Env = append(os.Environ(), childEnv+"="+name, "TERM=xterm-256color", "LC_ALL=C.UTF-8")
	term.cmd.Stdin, term.cmd.Stdout, term.cmd.Stderr = slave, slave, slave
	term.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := term.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		var buf [8 << 10]byte
		for {
			n, err := master.Read(buf[:])
			term.mu.Lock()
			term.out.Write(buf[:n])
			term.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() { term.ended <- term.cmd.Wait() }()
	t.Cleanup(func() { term.cmd.Process.Kill(); master.Close() })
	return term
}

// settle waits until nothing more is written, and returns what was since the
// last call.
func (m *terminal) settle() string {
	m.t.Helper()
	last, still := -1, 0
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		m.mu.Lock()
		n := m.out.Len()
		m.mu.Unlock()
		if n == last {
			if still++; still >= 5 {
				break
			}
		} else {
			still = 0
		}
		last = n
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	text := m.out.String()
	m.out.Reset()
	return text
}

func (m *terminal) press(keys string) string {
	m.t.Helper()
	if _, err := m.master.WriteString(keys); err != nil {
		m.t.Fatal(err)
	}
	return m.settle()
}

// started waits for the first screen.
func (m *terminal) started() string {
	m.t.Helper()
	text := ""
	for range 40 {
		if text += m.settle(); strings.Contains(text, "Connections") {
			return text
		}
	}
	m.t.Fatalf("no screen came: %q", text)
	return ""
}

// What tcell itself sends to a terminal: to place the cursor, to set colours
// and attributes, modes, and to ask and name nothing.
var ours = regexp.MustCompile(`\x1b\[[0-9;:]*[HmJKABCDdGrST]|\x1b\[[?>=]?[0-9;]*[hlutcqnp$]+|\x1b\[[0-9;]* q|\x1b[()][AB0]|\x1b[=>78]|\x1b\[!p|\x1b\[[?>][0-9;]*[mu]|\x1b\[<u|\x1bP\+q[0-9a-fA-F;]*\x1b\\|\x1b\][0-9;]*\x1b\\|\x1b\]8;;\x1b\\|\x1b\]1[0-2];\?(\x07|\x1b\\)|[\r\n\x0e\x0f\x08]`)

// TestNoPayloadSteersTheTerminal looks at every byte that the real program
// sends while everything hostile is on its screens.
func TestNoPayloadSteersTheTerminal(t *testing.T) {
	name := filepath.Join(t.TempDir(), "hostile.pcap")
	if err := os.WriteFile(name, hostilePcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	term := startTerminal(t, name, 160, 50)
	out := term.started()
	out += term.press("\r")
	for range len(hostile) {
		out += term.press("j]]jj")
	}
	if !strings.Contains(out, "owned") {
		t.Fatal("the hostile text was not on the screen: the test looks at nothing")
	}
	rest := ours.ReplaceAllString(out, "")
	for i, r := range rest {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2066 || r == 0x200b || r == 0xfeff || r >= 0xe0000 && r < 0xe0080 {
			t.Fatalf("the terminal was sent %q", rest[max(i-20, 0):min(i+40, len(rest))])
		}
	}
}

func hostilePcap() []byte {
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:80")
	conn.Open()
	key := conn.Nonce()
	conn.Send(0, []byte("GET /a\u202eb HTTP/1.1\r\nHost: a.example\r\nUser-Agent: \x1b]0;owned\x07\x1b[2J\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n"))
	conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\nServer: \x9b31m\r\n\r\n"))
	for i, text := range hostile {
		conn.Say(packets.Direction(i%2), packets.Text, text)
		conn.Say(packets.Direction(i%2), packets.Binary, text)
		conn.Say(packets.Direction(i%2), packets.Text, `{"k`+text+`":"`+text+`"}`)
	}
	conn.Goodbye(0, 1000, hostile[0])
	return c.Pcap()
}

// TestBytes: little goes to the terminal: nothing while nothing happens, and
// one line's worth for one line.
func TestBytes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "long.pcap")
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:80")
	conn.Open()
	key := conn.Nonce()
	conn.Send(0, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n"))
	conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
	for i := range 500 {
		c.Wait(time.Millisecond)
		conn.Say(packets.Direction(i%2), packets.Text, fmt.Sprintf(`{"n":%d,"text":"nothing much happens here"}`, 100+i))
	}
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	term := startTerminal(t, name, 160, 50)
	term.started()
	term.press("2")
	term.press("z")
	for range 60 {
		term.master.WriteString("j")
	}
	for range 20 { // a busy machine may pause in the middle of a screen
		if term.settle() == "" {
			break
		}
	}
	sent := term.press("j")
	for i := 0; i < 20 && sent == ""; i++ {
		sent = term.settle()
	}
	if got := len(sent); got > 1500 || got == 0 {
		t.Errorf("one line down sends %d bytes; want 1,500 at most", got)
	} else {
		t.Logf("one line down sends %d bytes", got)
	}
	time.Sleep(300 * time.Millisecond)
	if got := len(term.settle()); got > 0 {
		t.Errorf("%d bytes were sent while nothing happened", got)
	}
	term.press("\x0c")
	term.master.WriteString("q")
	term.settle()
}

// TestTheTerminalIsGivenBack: whichever way the program ends, the last thing
// sent leaves the alternate screen and shows the cursor.
func TestTheTerminalIsGivenBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(*terminal)
	}{
		{"q", func(m *terminal) { m.master.WriteString("q") }},
		{"SIGTERM", func(m *terminal) { m.cmd.Process.Signal(syscall.SIGTERM) }},
		{"SIGHUP", func(m *terminal) { m.cmd.Process.Signal(syscall.SIGHUP) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			term := startTerminal(t, sample("chat-json.pcap"), 80, 24)
			term.started()
			tt.end(term)
			select {
			case err := <-term.ended:
				var exit *exec.ExitError
				if err != nil && !errors.As(err, &exit) {
					t.Fatal(err)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it does not end")
			}
			out := term.settle()
			if !strings.Contains(out, "\x1b[?1049l") || !strings.Contains(out, "\x1b[?25h") && !strings.Contains(out, "\x1b[?12l\x1b[?25h") {
				t.Errorf("the terminal was left with %q", out)
			}
		})
	}
}
