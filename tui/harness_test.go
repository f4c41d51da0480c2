package tui

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"

	"wsight/capture"
	"wsight/internal/packets"
	"wsight/session"
)

// A bench drives a UI without a terminal or an event loop: keys go in, cells
// come out, and work in the background is done at once.
type bench struct {
	t      testing.TB
	ui     *UI
	screen *diffScreen
	clip   []byte
	quit   bool
}

// record reads a capture to its end.
func record(t testing.TB, name string) *session.Record {
	t.Helper()
	return recordWith(t, name, session.RecordOptions{})
}

// recordOf reads several captures.
func recordOf(t testing.TB, names ...string) *session.Record {
	t.Helper()
	return recordAll(t, names, session.RecordOptions{})
}

func recordWith(t testing.TB, name string, opts session.RecordOptions) *session.Record {
	t.Helper()
	return recordAll(t, []string{name}, opts)
}

func recordAll(t testing.TB, names []string, opts session.RecordOptions) *session.Record {
	t.Helper()
	src, err := capture.Open(context.Background(), names, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doctor := NewDoctor()
	opts.Reread, opts.Watch = src.Reread, doctor.Observe
	rec := session.NewRecord(opts)
	doctors.Store(rec, doctor)
	if err := rec.Run(context.Background(), src); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Close(); doctors.Delete(rec) })
	return rec
}

// doctors are those of the records that were made here.
var doctors sync.Map

func sample(name string) string { return filepath.Join("..", "pcaps", name) }

// scripted reads what script sends on one connection.
func scripted(t testing.TB, script func(*packets.Capture, *packets.Connection)) *session.Record {
	t.Helper()
	return record(t, written(t, script))
}

// written is a capture of what script sends on one connection.
func written(t testing.TB, script func(*packets.Capture, *packets.Connection)) string {
	t.Helper()
	return asking(t, "/chat", script)
}

// asking is the same for a path.
func asking(t testing.TB, path string, script func(*packets.Capture, *packets.Connection)) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:80")
	conn.Open()
	key := conn.Nonce()
	conn.Send(0, []byte("GET "+path+" HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n"))
	conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
	script(c, conn)
	name := filepath.Join(t.TempDir(), "scripted.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func newBench(t testing.TB, rec *session.Record, w, h int, opts Options) *bench {
	t.Helper()
	sim := tcell.NewSimulationScreen("UTF-8")
	if err := sim.Init(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Fini)
	if opts.Title == "" {
		opts.Title = "sample.pcap"
	}
	if doctor, ok := doctors.Load(rec); ok && opts.Doctor == nil {
		opts.Doctor = doctor.(*Doctor)
	}
	b := &bench{t: t, ui: New(rec, opts), screen: newDiffScreen(sim)}
	b.ui.clip = func(p []byte) bool { b.clip = p; return true }
	b.ui.quit = func() { b.quit = true }
	b.ui.dir = t.TempDir()
	b.resize(w, h)
	return b
}

func (b *bench) resize(w, h int) {
	b.screen.Screen.SetSize(w, h)
	b.ui.SetRect(0, 0, w, h)
	b.draw()
}

func (b *bench) draw() {
	b.ui.refresh()
	b.screen.Clear()
	b.ui.Draw(b.screen)
	b.screen.Show()
}

var named = map[string]tcell.Key{
	"Enter": tcell.KeyEnter, "Esc": tcell.KeyEsc, "Tab": tcell.KeyTab, "Up": tcell.KeyUp, "Down": tcell.KeyDown, "Left": tcell.KeyLeft, "Right": tcell.KeyRight,
	"PgDn": tcell.KeyPgDn, "PgUp": tcell.KeyPgUp, "Home": tcell.KeyHome, "End": tcell.KeyEnd, "Shift-Tab": tcell.KeyBacktab, "Backspace": tcell.KeyBackspace2,
	"Ctrl-F": tcell.KeyCtrlF, "Ctrl-D": tcell.KeyCtrlD, "Ctrl-U": tcell.KeyCtrlU, "Ctrl-C": tcell.KeyCtrlC, "Ctrl-L": tcell.KeyCtrlL, "F1": tcell.KeyF1, "F8": tcell.KeyF8,
}

// press presses keys: names, or text in quotes.
func (b *bench) press(keys ...string) *bench {
	b.t.Helper()
	for _, k := range keys {
		if text, ok := strings.CutPrefix(k, `"`); ok {
			for _, r := range strings.TrimSuffix(text, `"`) {
				b.ui.key(tcell.NewEventKey(tcell.KeyRune, r, 0))
			}
		} else if key, ok := named[k]; ok {
			b.ui.key(tcell.NewEventKey(key, 0, 0))
		} else if k == "Space" {
			b.ui.key(tcell.NewEventKey(tcell.KeyRune, ' ', 0))
		} else {
			b.ui.key(tcell.NewEventKey(tcell.KeyRune, []rune(k)[0], 0))
		}
		b.draw()
	}
	return b
}

// text returns the screen, what is selected in guillemets.
func (b *bench) text() string {
	var out strings.Builder
	for y := range b.screen.h {
		out.WriteString(b.line(y))
		out.WriteByte('\n')
	}
	return out.String()
}

func (b *bench) line(y int) string {
	var out strings.Builder
	selected := false
	for _, c := range b.screen.next[y*b.screen.w : (y+1)*b.screen.w] {
		_, _, attr := c.style.Decompose()
		if on := attr&tcell.AttrReverse != 0; on != selected && c.r != wideTail {
			out.WriteString(map[bool]string{true: "«", false: "»"}[on])
			selected = on
		}
		if c.r != wideTail {
			out.WriteRune(c.r)
			for _, m := range c.marks {
				if m != 0 {
					out.WriteRune(m)
				}
			}
		}
	}
	if selected {
		out.WriteString("»")
	}
	return strings.TrimRight(out.String(), " ")
}

// styles lists the runs of styles that are not plain, line by line.
func (b *bench) styles() string {
	var out strings.Builder
	for y := range b.screen.h {
		row := b.screen.next[y*b.screen.w : (y+1)*b.screen.w]
		var runs []string
		for x := 0; x < len(row); {
			end := x + 1
			for end < len(row) && row[end].style == row[x].style {
				end++
			}
			if fg, bg, attr := row[x].style.Decompose(); row[x].style != tcell.StyleDefault {
				color := "-"
				if fg != tcell.ColorDefault {
					color = fmt.Sprint(uint64(fg &^ tcell.ColorValid))
				}
				if bg != tcell.ColorDefault {
					b.t.Errorf("line %d has a background colour", y)
				}
				runs = append(runs, fmt.Sprintf("%d-%d:%s/%x", x, end-1, color, attr))
			}
			x = end
		}
		if runs != nil {
			fmt.Fprintf(&out, "%d %s\n", y, strings.Join(runs, " "))
		}
	}
	return out.String()
}

// golden compares got with a file of testdata; UPDATE=1 writes that anew.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if os.Getenv("UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		wants, gots := strings.Split(string(want), "\n"), strings.Split(got, "\n")
		for i := range min(len(wants), len(gots)) {
			if wants[i] != gots[i] {
				t.Fatalf("%s differs at line %d:\n got %s\nwant %s\n(UPDATE=1 writes it anew)", name, i+1, gots[i], wants[i])
			}
		}
		t.Fatalf("%s has %d lines, want %d", name, len(gots), len(wants))
	}
}
