package dissect_test

import (
	"bytes"
	"compress/flate"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"wsight/dissect"
	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// shake is an opening handshake that agrees on permessage-deflate.
var shake = []step{
	{side: flow.A, data: []byte("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")},
	{side: flow.B, data: []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
		"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")},
}

// limited plays steps under opts and returns the findings and messages.
func limited(opts dissect.Options, steps []step) (findings []dissect.Finding, messages []dissect.Message) {
	c := dissect.New(opts).Connection(flow.Conn{
		ID: 1, Opened: true, Packet: 1,
		Ends: [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:80")},
	})
	emit := func(e dissect.Event) {
		switch e := e.(type) {
		case *dissect.Finding:
			findings = append(findings, *e)
		case *dissect.Message:
			m := *e
			m.Payload = bytes.Clone(m.Payload)
			messages = append(messages, m)
		}
	}
	for i, st := range steps {
		if st.signal != 0 {
			c.Signal(flow.Signal{Kind: st.signal, From: st.side, Bytes: 7, Packet: flow.PacketID(i + 1)}, emit)
			continue
		}
		c.Feed(&flow.Chunk{From: st.side, Data: st.data, Packet: flow.PacketID(i + 1)}, emit)
	}
	c.Close(flow.Closed{Ending: flow.EndCapture, Packet: flow.PacketID(len(steps)), Packets: [2]int64{1, 1}}, emit)
	return findings, messages
}

func count(findings []dissect.Finding, code finding.Code) (n int, last string) {
	for _, f := range findings {
		if f.Code == code {
			n, last = n+1, f.Detail
		}
	}
	return n, last
}

func TestReportsLimit(t *testing.T) {
	steps := append([]step(nil), shake...)
	for range 50 {
		steps = append(steps, step{side: flow.B, data: []byte{0xa1, 1, 'x'}}) // RSV2
	}
	findings, messages := limited(dissect.Options{MaxReports: 5}, steps)
	n, last := count(findings, finding.FrameReservedBit)
	if n != 6 || !strings.Contains(last, "45 more") {
		t.Errorf("%d findings, the last says %q; want 5 and one that counts 45 more", n, last)
	}
	if len(messages) != 50 {
		t.Errorf("%d messages; want 50: only findings are limited", len(messages))
	}
}

func TestPayloadLimit(t *testing.T) {
	text := "héllo"
	steps := append(append([]step(nil), shake...), step{side: flow.B, data: append([]byte{0x81, byte(len(text))}, text...)})
	for limit, want := range map[int64]string{0: "", 1: "h", 2: "h", 3: "hé", 6: text, 100: text} {
		_, messages := limited(dissect.Options{MaxPayload: limit, Hash: true}, steps)
		m := messages[0]
		if string(m.Payload) != want || m.Truncated != (want != text) || m.Length != 6 || m.SHA256 == nil {
			t.Errorf("limit %d: %q, truncated=%v, length %d; want %q, never half a character, and every byte hashed", limit, m.Payload, m.Truncated, m.Length, want)
		}
	}
}

func TestHeldLimit(t *testing.T) {
	early := step{side: flow.A, data: append([]byte{0x82, 0xfe, 0x10, 0, 1, 2, 3, 4}, make([]byte, 4096)...)}
	steps := []step{shake[0], early, early, early}
	for held, want := range map[int]int{4096: 1, 1 << 20: 0} {
		findings, _ := limited(dissect.Options{MaxHeld: held}, steps)
		if n, _ := count(findings, finding.CaptureLimit); n != want {
			t.Errorf("with room for %d bytes the limit is told %d times; want %d", held, n, want)
		}
	}
}

func TestInflatedLimit(t *testing.T) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, 9)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, 1<<20))
	w.Flush()
	deflated := bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xff, 0xff})
	wire := append([]byte{0xc2, 126, byte(len(deflated) >> 8), byte(len(deflated))}, deflated...)
	steps := append(append([]step(nil), shake...), step{side: flow.B, data: wire}, step{side: flow.B, data: []byte{0x81, 1, 'x'}})
	for limit, want := range map[int64]string{1 << 10: "limit", 2 << 20: ""} {
		findings, messages := limited(dissect.Options{MaxInflated: limit}, steps)
		n, _ := count(findings, finding.DeflateBomb)
		if len(messages) != 2 || messages[0].Undecoded != want || (n == 1) != (want != "") {
			t.Errorf("limit %d: %d messages, undecoded %q, told %d times; want %q and both messages", limit, len(messages), messages[0].Undecoded, n, want)
		}
	}
}

// What reassembly had to do shows where the user looks.
func TestTCPLimits(t *testing.T) {
	for kind, code := range map[flow.SignalKind]finding.Code{flow.QueueFull: finding.CaptureLimit, flow.Conflict: finding.CaptureConflict} {
		findings, _ := limited(dissect.Options{}, append(append([]step(nil), shake...), step{side: flow.B, signal: kind}))
		if n, detail := count(findings, code); n != 1 || !strings.Contains(detail, fmt.Sprint(7)) {
			t.Errorf("%v: %s is told %d times: %q", kind, code, n, detail)
		}
	}
	if findings, _ := limited(dissect.Options{}, append(append([]step(nil), shake...), step{side: flow.B, signal: flow.Retransmitted})); len(findings) != 0 {
		t.Errorf("a retransmission is no finding: %v", findings)
	}
}

func TestStreamsLimit(t *testing.T) {
	for limit, want := range map[int]int{1: 1, 2: 0} {
		c := &peer{side: flow.A}
		findings, _ := limited(dissect.Options{MaxStreams: limit}, []step{
			{side: flow.A, data: []byte(http2.Preface)}, c.frame(http2.SETTINGS, 0, 0, nil), c.connect(1), c.connect(3),
		})
		if n, detail := count(findings, finding.CaptureLimit); n != want || n > 0 && !strings.Contains(detail, "--max-streams") {
			t.Errorf("with %d streams the limit is told %d times: %q; want %d", limit, n, detail, want)
		}
	}
}

func TestLinesLimit(t *testing.T) {
	for limit, want := range map[int]string{5: "2 more header lines", 7: ""} { // the request has 7
		c := &peer{side: flow.A}
		findings, _ := limited(dissect.Options{MaxLines: limit}, []step{
			{side: flow.A, data: []byte(http2.Preface)}, c.frame(http2.SETTINGS, 0, 0, nil),
			c.headers(0, 1, ":method", "CONNECT", ":protocol", "websocket", ":path", "/", "sec-websocket-version", "13", "a", "1", "b", "2", "c", "3"),
		})
		n, detail := count(findings, finding.CaptureLimit)
		if (n == 1) != (want != "") || !strings.Contains(detail, want) {
			t.Errorf("with %d lines the limit is told %d times: %q; want %q", limit, n, detail, want)
		}
	}
}

// Digests are made until somebody says that they are not wanted any longer.
func TestCompared(t *testing.T) {
	steps := slices.Clone(shake)
	for range 4 {
		steps = append(steps, step{side: flow.B, data: []byte("\x81\x02hi")})
	}
	asked := 0
	_, messages := limited(dissect.Options{Compared: func(*dissect.Conversation) bool { asked++; return asked < 3 }}, steps)
	if asked != 3 || len(messages) != 4 {
		t.Fatalf("asked %d times about %d messages; want 3 times about 4", asked, len(messages))
	}
	for i, m := range messages {
		if got, want := m.Digest != 0, i < 2; got != want {
			t.Errorf("message %d has a digest: %v; want %v", m.N, got, want)
		}
	}
}
