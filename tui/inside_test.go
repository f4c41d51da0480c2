package tui

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"wsight/internal/packets"
	"wsight/session"
)

// failing is a capture of n connections whose servers each answer a request
// with an error, and close as they should.
func failing(t *testing.T, n int) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	for i := range n {
		conn := c.Connect("192.0.2.1:"+strconv.Itoa(40000+i), "198.51.100.1:80")
		conn.Open()
		key := conn.Nonce()
		conn.Send(0, []byte("GET /rpc HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n"))
		conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
		conn.Say(0, packets.Text, `{"jsonrpc":"2.0","id":1,"method":"divide"}`)
		conn.Say(1, packets.Text, `{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"by zero"}}`)
		conn.Goodbye(0, 1000, "")
		conn.Close(1)
	}
	name := filepath.Join(t.TempDir(), "failing.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const insideTitle = "an answer inside the messages reports an error"

// The Problems screen looks inside the messages of connections that nobody
// looked at, and leads to the message.
func TestProblemsInside(t *testing.T) {
	b := newBench(t, record(t, failing(t, 5)), 120, 30, Options{})
	if b.ui.inside.decoded > 0 {
		t.Fatal("messages were decoded before anybody looked")
	}
	b.press("3")
	text := b.text()
	if n := strings.Count(text, insideTitle); n != 5+1 { // the selected one again below
		t.Fatalf("%d findings inside the messages are on the screen:\n%s", n, text)
	}
	if want := "Messages decoded: those of 5 connections"; !strings.Contains(text, want) {
		t.Errorf("%q is not on the screen:\n%s", want, text)
	}
	if b.press("j", "j"); !strings.Contains(b.text(), "Problems (5)") {
		t.Errorf("they are not counted:\n%s", b.text())
	}
	b.press("Enter")
	if r, ok := b.ui.timeline.current(); !ok || r.N != 2 || b.ui.timeline.conv != 3 {
		t.Errorf("Enter leads to message %d of #%d; want 2 of #3", r.N, b.ui.timeline.conv)
	}
	b.press("d", `"plain:"`, "Enter", "3")
	if n := strings.Count(b.text(), insideTitle); n != 4+1 {
		t.Errorf("%d findings once one connection is shown plain:\n%s", n, b.text())
	}
	b.press("/", `"code:payload-invalid"`, "Enter")
	if text := b.text(); !strings.Contains(text, "0 of 4 findings shown") {
		t.Errorf("filtered:\n%s", text)
	}
}

// With --decode for all there is nothing left to do.
func TestProblemsInsideAsked(t *testing.T) {
	decode := session.Decoding{Rules: []session.DecodeRule{{}}}
	rec := recordWith(t, failing(t, 2), session.RecordOptions{Options: session.Options{Decode: decode}})
	b := newBench(t, rec, 120, 30, Options{Decode: decode}).press("3")
	if text := b.text(); strings.Contains(text, "Messages decoded") || strings.Count(text, insideTitle) != 2 || !strings.Contains(text, " cause ") || b.ui.inside.decoded > 0 {
		t.Errorf("%d connections decoded:\n%s", b.ui.inside.decoded, text)
	}
}

// What is too much is left out, and said to be.
func TestProblemsInsideBounded(t *testing.T) {
	b := newBench(t, record(t, failing(t, 3)), 120, 30, Options{})
	b.ui.inside.messages = insideMessages - 4
	if text := b.press("3").text(); !strings.Contains(text, "those of 2 connections; 1 left out, too much: start with --decode auto for all") {
		t.Errorf("there was room for two connections:\n%s", text)
	}
}

// Decoding goes on in spells while the screen is looked at, and a format that
// is chosen meanwhile holds.
func TestProblemsInsideSpells(t *testing.T) {
	b := newBench(t, record(t, failing(t, insideAtOnce+1)), 120, 30, Options{})
	var jobs []func()
	b.ui.work = func(job func(context.Context) func()) func() {
		jobs = append(jobs, func() { job(context.Background())() })
		return func() {}
	}
	b.press("3")
	if text := b.text(); !strings.Contains(text, "Nothing wrong was found so far") || !strings.Contains(text, "those of 0 connections so far") {
		t.Fatalf("before the first spell:\n%s", text)
	}
	b.press("1")
	for range 2 {
		b.draw()
	}
	if len(jobs) != 1 {
		t.Fatalf("%d spells are under way; want 1", len(jobs))
	}
	plain := session.Decoding{}
	b.ui.chosenFormats[1] = plain
	b.ui.inside.forget(1)
	jobs[0]()
	if got := b.ui.inside.decoded; got != insideAtOnce-1 {
		t.Errorf("%d connections after one spell; want %d", got, insideAtOnce-1)
	}
	jobs = nil
	b.draw()
	if len(jobs) > 0 {
		t.Error("decoding goes on although the screen was left")
	}
	b.press("3")
	for len(jobs) > 0 {
		job := jobs[0]
		jobs = jobs[1:]
		job()
		b.draw()
	}
	if len(b.ui.inside.found) != insideAtOnce || b.ui.inside.found[1] != nil {
		t.Errorf("findings in %d connections; want %d, none in #1", len(b.ui.inside.found), insideAtOnce)
	}
}
