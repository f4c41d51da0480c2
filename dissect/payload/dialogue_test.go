package payload

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"wsight/finding"
	"wsight/flow"
)

func say(d *Dialogue, n int, dir flow.Direction, text string) Result {
	return d.Decode(Message{N: n, Dir: dir, Text: true, Whole: true, Data: []byte(text), Time: time.Unix(int64(n), 0)})
}

// A format that shows only after a greeting is still found; one that never
// shows is given up, and the messages that were looked at are let go.
func TestDialogueChoosesLate(t *testing.T) {
	d := Open(Hint{})
	say(d, 1, flow.ServerToClient, "hello")
	if r := say(d, 2, flow.ClientToServer, `{"jsonrpc":"2.0","id":1,"method":"a"}`); r.Format != "jsonrpc" {
		t.Errorf("format %s; want jsonrpc", r.Format)
	}
	d = Open(Hint{})
	for n := range undecided {
		say(d, n+1, flow.ServerToClient, "hello")
	}
	if r := say(d, 99, flow.ClientToServer, `{"jsonrpc":"2.0","id":1,"method":"a"}`); r.Format != "json" {
		t.Errorf("format %s; want json: the choice was final", r.Format)
	}
	if d.hint.First != nil {
		t.Error("messages are kept after the choice")
	}
}

// Requests that nobody answers must not grow without bound.
func TestPendingLimit(t *testing.T) {
	d := Open(Hint{Subprotocol: "jsonrpc"})
	for n := range 3 * pendingLimit {
		say(d, n+1, flow.ClientToServer, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"a"}`, n))
	}
	if n := len(d.pending.asks); n > pendingLimit {
		t.Errorf("%d requests wait; the limit is %d", n, pendingLimit)
	}
	last := 3*pendingLimit - 1
	if r := say(d, last+2, flow.ServerToClient, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":1}`, last)); r.Answered != last+1 {
		t.Errorf("the latest request was let go, not the oldest")
	}
}

// A connection whose every message breaks is told of, but not message by message.
func TestInvalidLimit(t *testing.T) {
	f, _ := Named("json")
	d := OpenAs(f, Hint{})
	var all []finding.Report
	for n := range 10 * invalidLimit {
		all = append(all, say(d, n+1, flow.ClientToServer, "{").Problems...)
	}
	if len(all) != invalidLimit || !strings.Contains(all[len(all)-1].Detail, "not listed") {
		t.Errorf("%d findings, the last %q", len(all), all[len(all)-1].Detail)
	}
}

func TestWatchLimit(t *testing.T) {
	d := Open(Hint{Subprotocol: "actioncable-v1-json"})
	say(d, 1, flow.ServerToClient, `{"type":"welcome"}`)
	var all []finding.Report
	for n := range 10 * watchLimit {
		all = append(all, say(d, 10*n+20, flow.ServerToClient, `{"type":"ping"}`).Problems...)
	}
	if len(all) != watchLimit || !strings.Contains(all[len(all)-1].Detail, "not listed") {
		t.Errorf("%d findings, the last %q", len(all), all[len(all)-1].Detail)
	}
}

// A packet that is larger than the limit is passed over, its size kept in step.
func TestStreamLimit(t *testing.T) {
	f, _ := Named("mqtt")
	d := OpenAs(f, Hint{})
	send := func(n int, data string) Result {
		return d.Decode(Message{N: n, Dir: flow.ClientToServer, Whole: true, Data: []byte(data)})
	}
	const size = 3 << 20
	r := send(1, "\x30\x80\x80\xc0\x01\x00\x01t"+strings.Repeat("x", 1000))
	if len(r.Parts) != 1 || r.Parts[0].Name != "t" {
		t.Errorf("the head of a large packet gave %+v", r.Parts)
	}
	for left := size - 3 - 1000; left > 0; left -= 64 << 10 {
		send(2, strings.Repeat("x", min(left, 64<<10)))
	}
	if len(d.decoder.(*mqttDecoder).streams[flow.ClientToServer].kept) > 0 {
		t.Error("bytes of a large packet are kept")
	}
	if r = send(3, "\xc0\x00"); len(r.Problems) > 0 || len(r.Parts) != 1 || r.Parts[0].Type != "PINGREQ" {
		t.Errorf("out of step after a large packet: %+v", r)
	}
}

// A peer that sends single bytes costs memory traffic in proportion to them:
// copying the piece for each byte would come to 45 GB.
func TestStreamSingleBytes(t *testing.T) {
	for _, name := range []string{"mqtt", "stomp"} {
		f, _ := Named(name)
		d := OpenAs(f, Hint{})
		head := "\x30\x80\x80\x20\x00\x01t"
		if name == "stomp" {
			head = "SEND\ndestination:/a\ncontent-length:9999999\n\n"
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for n := range 300_000 {
			b := []byte{'x'}
			if n < len(head) {
				b[0] = head[n]
			}
			d.Decode(Message{N: n + 1, Dir: flow.ClientToServer, Whole: true, Data: b})
		}
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 1000 {
			t.Errorf("%s: 300,000 single bytes allocated %d MiB", name, used)
		}
	}
}

// Every strict prefix of a conversation's stream must be a piece, not a finding.
func TestStreamPrefix(t *testing.T) {
	tests := []struct{ name, unit string }{
		{"mqtt", "\x32\x0e\x00\x03a/b\x00\x07{\"n\":1}"},
		{"stomp", "SEND\r\ndestination:/a\ncontent-length:3\n\na\x00b\x00"},
	}
	for _, tt := range tests {
		f, _ := Named(tt.name)
		for cut := 1; cut < len(tt.unit); cut++ {
			d := OpenAs(f, Hint{})
			first := d.Decode(Message{N: 1, Dir: flow.ClientToServer, Whole: true, Data: []byte(tt.unit[:cut])})
			second := d.Decode(Message{N: 2, Dir: flow.ClientToServer, Whole: true, Data: []byte(tt.unit[cut:])})
			if len(first.Parts)+len(first.Problems) > 0 || len(second.Parts) != 1 || len(second.Problems) > 0 {
				t.Errorf("%s cut at %d: %+v, then %+v", tt.name, cut, first, second)
			}
		}
	}
}
