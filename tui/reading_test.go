package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"wsight/dissect/payload"
	"wsight/internal/packets"
	"wsight/session"
)

// actionCable is a record with pings of Rails among its messages.
func actionCable(t *testing.T) *session.Record {
	return scripted(t, func(c *packets.Capture, conn *packets.Connection) {
		conn.Say(1, packets.Text, `{"type":"welcome"}`)
		for i := range 6 {
			c.Wait(3 * time.Second)
			conn.Say(1, packets.Text, `{"type":"ping","message":1772440200}`)
			if i == 3 {
				conn.Say(0, packets.Text, `{"command":"subscribe","identifier":"{\"channel\":\"RoomChannel\"}"}`)
				conn.Say(1, packets.Text, `{"identifier":"{\"channel\":\"RoomChannel\"}","type":"confirm_subscription"}`)
			}
		}
	})
}

// Heartbeats of the format go with the pings, and come back with them.
func TestHeartbeatsHidden(t *testing.T) {
	b := newBench(t, actionCable(t), 100, 40, Options{}).press("Enter")
	rule := func() { b.press("d", `"actioncable"`, "Enter") }
	rule()
	if n := strings.Count(b.text(), "text ping"); n != 6 {
		t.Fatalf("%d pings are on the screen:\n%s", n, b.text())
	}
	b.press("c")
	if text := b.text(); strings.Contains(text, "text ping") || !strings.Contains(text, "subscribe RoomChannel") || !strings.Contains(text, "no pings or heartbeats") {
		t.Fatalf("hidden:\n%s", text)
	}
	b.press("c")
	if n := strings.Count(b.text(), "text ping"); n != 6 {
		t.Fatalf("%d pings are shown again", n)
	}
}

// What the command line says holds where nothing is chosen by hand.
func TestDecodeOption(t *testing.T) {
	hex, _ := payload.Named("hex")
	opts := Options{Decode: session.Decoding{Rules: []session.DecodeRule{{Path: "/mqtt", Format: hex}}}}
	rec := record(t, sample("mqtt.pcap.gz"))
	if text := newBench(t, rec, 100, 30, opts).press("Enter").text(); strings.Contains(text, "PUBLISH") || !strings.Contains(text, "22 bytes: 1014") {
		t.Errorf("hex was asked for:\n%s", text)
	}
	opts.Decode.Rules[0].Path = "/other"
	if text := newBench(t, rec, 100, 30, opts).press("Enter").text(); !strings.Contains(text, "PUBLISH") {
		t.Errorf("hex was asked for something else:\n%s", text)
	}
}

// While nothing is decoded yet the payloads stand there, and an answer of
// another connection, or of a format chosen since, changes nothing.
func TestDecodingLate(t *testing.T) {
	b := newBench(t, record(t, sample("mqtt.pcap.gz")), 100, 30, Options{})
	var jobs []func()
	b.ui.work = func(job func(context.Context) func()) func() {
		jobs = append(jobs, func() { job(context.Background())() })
		return func() {}
	}
	b.press("Enter")
	if text := b.text(); strings.Contains(text, "CONNECT") || !strings.Contains(text, "plant/boiler") {
		t.Fatalf("before anything is decoded:\n%s", text)
	}
	b.press("d", `"plain:"`, "Enter")
	for _, job := range jobs {
		job()
	}
	b.draw()
	if text := b.text(); strings.Contains(text, "CONNECT") {
		t.Errorf("plain was chosen:\n%s", text)
	}
	jobs = nil
	b.press("d", `"automatic"`, "Enter")
	for len(jobs) > 0 {
		now := jobs
		jobs = nil
		for _, job := range now {
			job()
		}
		b.draw()
	}
	if text := b.text(); !strings.Contains(text, "CONNECT 3.1.1 sensor-7") {
		t.Errorf("afterwards:\n%s", text)
	}
}

// What is said of a message is captured text, and cannot steer the terminal.
func TestGlossHostile(t *testing.T) {
	rec := scripted(t, func(_ *packets.Capture, conn *packets.Connection) {
		conn.Say(0, packets.Text, `{"jsonrpc":"2.0","id":1,"method":"\u001b[31m\u0007\u202eevil"}`)
	})
	b := newBench(t, rec, 100, 30, Options{}).press("Enter", "G", "k", "Tab")
	for i, c := range b.screen.next {
		if c.r < ' ' && c.r != wideTail || c.r == 0x7F || c.r == 0x202E {
			t.Fatalf("%U is on the screen at %d", c.r, i)
		}
	}
	if !strings.Contains(b.text(), "[jsonrpc]") || !strings.Contains(b.text(), "evil") {
		t.Errorf("the message is not decoded:\n%s", b.text())
	}
}

// What is wrong inside the messages stands with the rest that is wrong, once
// they are decoded, and only once when they were decoded for --decode, too.
func TestGlossFindings(t *testing.T) {
	name := written(t, func(_ *packets.Capture, conn *packets.Connection) {
		conn.Say(0, packets.Text, `{"jsonrpc":"2.0","id":1,"method":"divide"}`)
		conn.Say(1, packets.Text, `{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"by zero"}}`)
		conn.Say(0, packets.Text, `{"jsonrpc":"2.0","id":2,"method":"sleep"}`)
		conn.Goodbye(1, 1000, "")
		conn.Close(1)
	})
	asked := session.Options{Decode: session.Decoding{Rules: []session.DecodeRule{{}}}}
	for _, opts := range []session.RecordOptions{{}, {Options: asked}} {
		b := newBench(t, recordWith(t, name, opts), 120, 60, Options{}).press("Enter", ":", `"1"`, "Enter", "D", "z")
		text := b.text()
		for _, want := range []string{"an answer inside the messages reports an error", "by zero", `request "sleep" of message 3 had no answer`} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not on the screen:\n%s", want, text)
			}
		}
		inside := 0
		for _, f := range b.ui.findings(1) {
			if strings.HasPrefix(string(f.Code), "payload-") {
				inside++
			}
		}
		if inside != 2 {
			t.Errorf("%d findings inside the messages; want 2", inside)
		}
	}
}

// An answer that comes long after its request is found although nobody has
// looked so far yet, and so is the one that took longest.
func TestFarAnswer(t *testing.T) {
	const between = 2*ahead + 100
	rec := scripted(t, func(c *packets.Capture, conn *packets.Connection) {
		conn.Say(0, packets.Text, `{"jsonrpc":"2.0","id":1,"method":"slow"}`)
		for range between {
			c.Wait(time.Millisecond)
			conn.Say(1, packets.Text, `{"jsonrpc":"2.0","method":"tick"}`)
		}
		conn.Say(1, packets.Text, `{"jsonrpc":"2.0","id":1,"result":7}`)
	})
	last := between + 2
	for _, keys := range [][]string{{"Enter", ":", `"1"`, "Enter", "o"}, {"Enter", "R"}} {
		b := newBench(t, rec, 120, 40, Options{}).press(keys...)
		if r, ok := b.ui.timeline.current(); !ok || r.N != last {
			t.Errorf("%q leads to message %d; want %d:\n%s", keys, r.N, last, b.text())
		}
		if b = b.press("o"); !strings.Contains(b.text(), "slow()") {
			t.Errorf("and back:\n%s", b.text())
		}
	}
}
