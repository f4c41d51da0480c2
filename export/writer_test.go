package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/finding"
	"wsight/flow"
	"wsight/session"
)

// peers returns a conversation with the given number.
func peers(number int) *dissect.Conversation {
	return &dissect.Conversation{
		Number: number, TCP: int64(number), Start: time.Unix(1e9, 0),
		Client: netip.MustParseAddrPort("192.0.2.1:40000"), Server: netip.MustParseAddrPort("[2001:db8::1]:80"),
	}
}

func place1(c *dissect.Conversation, packet int) dissect.Place {
	return dissect.Place{Conv: c, Packet: flow.PacketID(packet), Time: time.Unix(1e9+int64(packet), 0)}
}

func text(c *dissect.Conversation, n int, payload string) *dissect.Message {
	return &dissect.Message{Place: place1(c, n), N: n, Dir: flow.ClientToServer, Type: dissect.Text, Frames: 1, Complete: true, Valid: true,
		Wire: int64(len(payload)), Length: int64(len(payload)), Payload: []byte(payload), Code: -1, RTT: -1}
}

// Messages of connections that go on at the same time come out apart and in
// order, however much was put aside.
func TestHARInterleaved(t *testing.T) {
	var out bytes.Buffer
	h := NewHAR(&out, HAROptions{})
	convs := []*dissect.Conversation{peers(1), peers(2)}
	for _, c := range convs {
		h.Event(&dissect.Opened{Place: place1(c, 1)})
	}
	const messages, length = 300, 1000
	for n := 1; n <= messages; n++ {
		for _, c := range convs {
			h.Event(text(c, n, fmt.Sprintf("%d-%d-%s", c.Number, n, strings.Repeat("x", length))))
		}
	}
	if most := 2 * (harPiecesOf + 2*length); h.pending > most {
		t.Errorf("%d bytes wait in memory; want at most %d", h.pending, most)
	}
	h.Event(&dissect.Finding{Place: place1(convs[1], 3), Report: finding.Report{Code: finding.CloseMissing}})
	for _, c := range convs {
		h.Event(&dissect.Ended{Place: place1(c, 400), State: dissect.StateOpen, Duration: -1})
	}
	h.Event(&dissect.Finding{Place: place1(convs[0], 401), Report: finding.Report{Code: finding.EndIdleTimeout}})
	if err := h.Close(session.Summary{}); err != nil {
		t.Fatal(err)
	}
	var archive struct {
		Log struct {
			Entries []struct {
				Findings []struct{ Code string } `json:"_findings"`
				Messages []struct{ Data string } `json:"_webSocketMessages"`
			}
			Findings []struct{ Code string } `json:"_findings"`
		}
	}
	if err := json.Unmarshal(out.Bytes(), &archive); err != nil {
		t.Fatal(err)
	}
	if n := len(archive.Log.Entries); n != 2 {
		t.Fatalf("%d entries; want 2", n)
	}
	for i, e := range archive.Log.Entries {
		if len(e.Messages) != messages {
			t.Errorf("entry %d has %d messages; want %d", i, len(e.Messages), messages)
		}
		for k, m := range e.Messages {
			if want := fmt.Sprintf("%d-%d-", i+1, k+1); !strings.HasPrefix(m.Data, want) {
				t.Fatalf("entry %d, message %d is %.10q; want %q", i, k, m.Data, want)
			}
		}
	}
	if f := archive.Log.Entries[1].Findings; len(f) != 1 || f[0].Code != "close-missing" {
		t.Errorf("findings of the second entry: %v", f)
	}
	if f := archive.Log.Findings; len(f) != 1 || f[0].Code != "end-idle-timeout" {
		t.Errorf("late findings: %v", f)
	}
}

func TestRaw(t *testing.T) {
	one, two := peers(1), peers(2)
	back := text(one, 3, "back")
	back.Dir = flow.ServerToClient
	ping := text(one, 4, "ping")
	ping.Type = dissect.Ping
	cut := text(one, 5, "cut")
	cut.Truncated = true
	torn := text(one, 6, "to")
	torn.Complete = false
	lost := text(one, 7, "")
	lost.Undecoded = "corrupt"
	for _, tt := range []struct {
		name    string
		control bool
		events  []dissect.Event
		want    string
		err     error
	}{
		{"one direction", false, []dissect.Event{text(one, 1, "a"), text(one, 2, "b")}, "ab", nil},
		{"control frames are left out", false, []dissect.Event{text(one, 1, "a"), ping}, "a", nil},
		{"unless asked for", true, []dissect.Event{ping}, "ping", nil},
		{"both directions", false, []dissect.Event{text(one, 1, "a"), back}, "", errSeveral},
		{"two connections", false, []dissect.Event{text(one, 1, "a"), text(two, 1, "b")}, "", errSeveral},
		{"nothing", false, []dissect.Event{ping}, "", errNothing},
		{"cut", false, []dissect.Event{cut}, "", errTruncated},
		{"incomplete ones are counted", false, []dissect.Event{text(one, 1, "a"), torn, lost}, "ato", nil},
	} {
		var out bytes.Buffer
		w := NewRaw(&out, tt.control)
		for _, e := range tt.events {
			w.Event(e)
		}
		if err := w.Close(session.Summary{}); !errors.Is(err, tt.err) || err == nil && out.String() != tt.want {
			t.Errorf("%s: %q, %v; want %q, %v", tt.name, out.String(), err, tt.want, tt.err)
		}
		if strings.HasPrefix(tt.name, "incomplete") && (w.Incomplete != 1 || w.Undecoded != 1) {
			t.Errorf("%s: %d incomplete, %d undecoded", tt.name, w.Incomplete, w.Undecoded)
		}
	}
}

// Long connections do not make long tickets and diagrams.
func TestBounded(t *testing.T) {
	for name, begin := range map[string]func(*bytes.Buffer) Writer{
		"ladder":  func(b *bytes.Buffer) Writer { return NewLadder(b) },
		"mermaid": func(b *bytes.Buffer) Writer { return NewMermaid(b) },
	} {
		var out bytes.Buffer
		w := begin(&out)
		c := peers(1)
		w.Event(&dissect.Opened{Place: place1(c, 1)})
		for n := 1; n <= 10_000; n++ {
			w.Event(text(c, n, strings.Repeat("long ", 100)))
			w.Event(&dissect.Finding{Place: place1(c, n), Report: finding.Report{Code: finding.CloseMissing}})
		}
		w.Event(&dissect.Ended{Place: place1(c, 20_000), State: dissect.StateOpen, Duration: -1})
		if err := w.Close(session.Summary{}); err != nil {
			t.Fatal(err)
		}
		if out.Len() > 50_000 || out.Len() < 5000 {
			t.Errorf("%s: %d bytes; want some, but fewer than 50,000", name, out.Len())
		}
		if name == "ladder" && !strings.Contains(out.String(), "... 9940 more ...") {
			t.Errorf("ladder does not say how many messages are left out")
		}
	}
}

// A capture of selected connections holds their packets, their secrets and
// nobody else's.
func TestPCAPNG(t *testing.T) {
	one, two := peers(1), peers(2)
	one.TLS, two.TLS = &dissect.TLS{Random: [32]byte{1}}, &dissect.TLS{Random: [32]byte{2}}
	var keys tls.KeyLog
	secret := strings.Repeat("ab", 48)
	line := func(random [32]byte) string { return fmt.Sprintf("CLIENT_RANDOM %x %s\n", random, secret) }
	keys.AddBlock([]byte(line(one.TLS.Random) + line(two.TLS.Random)))

	p := NewPCAPNG([][]int{{0}})
	p.Event(&dissect.Opened{Place: place1(one, 1)})
	p.Event(&dissect.Finding{Place: place1(one, 5), Report: finding.Report{Code: finding.CloseMissing, Detail: "nobody sent one"}, Packets: []flow.PacketID{3}})
	p.Part(0, 2, 1)
	p.Part(0, 4, 2)
	var out bytes.Buffer
	w, err := p.Begin(&out, "test", &keys)
	if err != nil {
		t.Fatal(err)
	}
	device := &capture.Interface{Link: 1}
	for number, tcp := range []int64{1, 0, 1, 0, 2, 0} {
		packet := &capture.Packet{Number: number + 1, Link: 1, Data: []byte{byte(number + 1)}, Length: 1, Interface: device, Time: time.Unix(1e9, 0), Comments: []string{"mine"}}
		if err := p.Packet(w, packet, tcp); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var secrets string
	var got []string
	for packet, err := range capture.NewReader(&out, "out", capture.Options{Secrets: func(b []byte) { secrets += string(b) }}).Packets(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d %s", packet.Data[0], strings.Join(packet.Comments, "; ")))
	}
	rule, _ := finding.CloseMissing.Rule()
	want := []string{"1 mine", "2 mine", "3 mine; wsight error close-missing: " + rule.Title + ": nobody sent one. " + rule.Advice}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("packets\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if secrets != line(one.TLS.Random) {
		t.Errorf("secrets %q; want those of the first connection", secrets)
	}
}

// The sizes of headers that follow from a message are those of RFC 6455 §5.2.
func TestHeaders(t *testing.T) {
	c := peers(1)
	for _, tt := range []struct {
		dir          flow.Direction
		frames, wire int
		want         int64
	}{
		{flow.ServerToClient, 1, 0, 2}, {flow.ServerToClient, 1, 125, 2}, {flow.ServerToClient, 1, 126, 4},
		{flow.ServerToClient, 1, 65535, 4}, {flow.ServerToClient, 1, 65536, 10},
		{flow.ClientToServer, 1, 5, 6}, {flow.ClientToServer, 3, 300, 18}, {flow.ClientToServer, 0, 5, 0},
	} {
		m := text(c, 1, "")
		m.Dir, m.Frames, m.Wire = tt.dir, tt.frames, int64(tt.wire)
		if got := headers(m); got != tt.want {
			t.Errorf("headers of %d bytes %v in %d frames = %d; want %d", tt.wire, tt.dir, tt.frames, got, tt.want)
		}
	}
}

// However many connections and hosts there are, few are kept.
func TestStatsBounded(t *testing.T) {
	var out bytes.Buffer
	s := NewStats(&out, StatsOptions{JSON: true})
	for i := range 3000 {
		c := peers(i + 1)
		s.Event(&dissect.Opened{Place: place1(c, 1)})
		h := &dissect.Handshake{Place: place1(c, 2), Latency: -1}
		host := fmt.Sprintf("host%d.example", i)
		h.Verdict.Host = &host
		s.Event(h)
		s.Event(text(c, 3, "hello"))
		e := &dissect.Ended{Place: place1(c, 4), Duration: time.Second}
		e.Totals[flow.ClientToServer].Wire = int64(i)
		s.Event(e)
	}
	if err := s.Close(session.Summary{}); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for want, n := range map[string]int{
		`"by":"connection"`: statsConnections, `"by":"host"`: statsGroups + 1, `"by":"omitted","connections":2000`: 1,
		`"name":null,"rest":true`: 2, `"by":"all","connections":3000`: 1,
	} {
		if got := strings.Count(text, want); got != n {
			t.Errorf("%s stands there %d times; want %d", want, got, n)
		}
	}
	// Those with most bytes are listed.
	if !strings.Contains(text, `"conn":3000,`) || strings.Contains(text, `"conn":1999,`) {
		t.Error("the connections listed are not those with most bytes")
	}
}
