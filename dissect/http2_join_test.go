package dissect_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// spoken is a frame of WebSocket that side says.
func spoken(random *rand.Rand, side flow.Side, opcode byte, payload []byte) []byte {
	b := []byte{0x80 | opcode}
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	default:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	}
	if side == flow.B {
		return append(b, payload...)
	}
	b[1] |= 0x80
	key := binary.LittleEndian.AppendUint32(nil, random.Uint32())
	b = append(b, key...)
	for i, c := range payload {
		b = append(b, c^key[i&3])
	}
	return b
}

// crowded is an HTTP/2 connection with three WebSockets, a page and an upload:
// one socket ends with END_STREAM, one is reset after its Closes, and one is
// still open at the end.
func crowded(seed uint64) []step {
	random := rand.New(rand.NewPCG(seed, 8441))
	peers := [2]*peer{{side: flow.A}, {side: flow.B}}
	c, s := peers[flow.A], peers[flow.B]
	head := func(p *peer, flags uint8, stream uint32, pairs ...string) step {
		st := p.headers(flags, stream, pairs...)
		st.data = bytes.Clone(st.data)
		return st
	}
	steps := []step{s.frame(http2.SETTINGS, 0, 0, enable), preface, c.frame(http2.SETTINGS, 0, 0, []byte{0, 2, 0, 0, 0, 0}),
		s.frame(http2.SETTINGS, http2.FlagAck, 0, nil), c.frame(http2.SETTINGS, http2.FlagAck, 0, nil),
		head(c, http2.FlagEndStream, 1, ":method", "GET", ":path", "/", ":scheme", "https", ":authority", "a"),
		head(s, 0, 1, ":status", "200", "content-type", "text/html"),
		s.frame(http2.DATA, http2.FlagEndStream, 1, bytes.Repeat([]byte("<p>text of a page</p>\n"), 90)),
		c.connect(3), head(s, 0, 3, ":status", "200"), c.connect(5), c.connect(7), head(s, 0, 5, ":status", "200"), head(s, 0, 7, ":status", "200"),
		head(c, 0, 9, ":method", "POST", ":path", "/form", ":scheme", "https", ":authority", "a"),
		c.frame(http2.DATA, http2.FlagEndStream, 9, bytes.Repeat([]byte("name=value&"), 80)),
		head(s, http2.FlagEndStream, 9, ":status", "204"),
	}
	for i := range 40 {
		side, stream := flow.Side(random.IntN(2)), uint32(3+2*random.IntN(3))
		text := fmt.Appendf(nil, `{"n":%d,"stream":%d,"text":"%s"}`, i, stream, strings.Repeat("word ", random.IntN(5)*random.IntN(120)))
		frame := spoken(random, side, 1, text)
		if random.IntN(4) == 0 { // two in one DATA
			frame = append(frame, spoken(random, side, 2, binary.BigEndian.AppendUint64(nil, uint64(i)))...)
		}
		steps = append(steps, peers[side].frame(http2.DATA, 0, stream, frame))
		if random.IntN(6) == 0 {
			steps = append(steps, peers[side.Other()].frame(http2.WINDOW_UPDATE, 0, 0, []byte{0, 0, 9, 0}))
		}
	}
	bye := append([]byte{3, 0xe8}, "done"...)
	return append(steps,
		c.frame(http2.DATA, http2.FlagEndStream, 3, spoken(random, flow.A, 8, bye)), s.frame(http2.DATA, http2.FlagEndStream, 3, spoken(random, flow.B, 8, bye)),
		s.frame(http2.DATA, 0, 5, spoken(random, flow.B, 8, bye)), c.frame(http2.DATA, 0, 5, spoken(random, flow.A, 8, bye)),
		c.frame(http2.RST_STREAM, 0, 5, make([]byte, 4)), c.frame(http2.PING, 0, 0, make([]byte, 8)), s.frame(http2.PING, http2.FlagAck, 0, make([]byte, 8)))
}

// packed cuts what each side says at a time into segments of at most size bytes.
func packed(steps []step, size int) (out []step) {
	for _, st := range joined(steps) {
		for p := st.data; len(p) > 0; p = p[min(size, len(p)):] {
			out = append(out, step{side: st.side, data: p[:min(size, len(p))]})
		}
	}
	return out
}

// An account is what was told of a connection.
type account struct {
	messages map[string][]string // complete ones, by stream and who said them
	wrong    map[finding.Code]string
	notes    map[finding.Code]bool
	streams  map[uint32]string // how they were opened
	unlike   []string          // what cannot be
}

// listen plays steps, each in a packet of its own.
func listen(opened bool, steps []step) account {
	a := account{map[string][]string{}, map[finding.Code]string{}, map[finding.Code]bool{}, map[uint32]string{}, nil}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ends := [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:80")}
	first, _ := firstSide(steps)
	if !opened && first == flow.B { // who speaks first is side A then
		ends[0], ends[1] = ends[1], ends[0]
	} else {
		first = flow.A
	}
	c := dissect.New(dissect.Options{MaxPayload: 1 << 20}).Connection(flow.Conn{ID: 1, Opened: opened, Start: now, Packet: 1, Ends: ends})
	emit := func(e dissect.Event) {
		conv := e.At().Conv
		switch e := e.(type) {
		case *dissect.Opened:
			a.streams[conv.Stream] = "by its request"
			if conv.Midstream {
				a.streams[conv.Stream] = "midstream"
			}
			if conv.Client.Port() != 40000 || conv.Stream == 0 {
				a.unlike = append(a.unlike, fmt.Sprintf("a WebSocket of client %v on stream %d", conv.Client, conv.Stream))
			}
		case *dissect.Handshake:
			if e.Verdict.Kind.String() != "accepted" {
				a.unlike = append(a.unlike, fmt.Sprintf("a handshake that is %v", e.Verdict.Kind))
			}
		case *dissect.Message:
			if e.Complete {
				who := fmt.Sprintf("%v of stream %d", e.Dir, conv.Stream)
				a.messages[who] = append(a.messages[who], fmt.Sprintf("%v %q", e.Type, e.Payload))
			}
		case *dissect.Finding:
			if e.Rule().Severity == finding.Note {
				a.notes[e.Code] = true
			} else {
				a.wrong[e.Code] = e.Detail
			}
		}
	}
	var lost [2]int64
	for i, st := range steps {
		now = now.Add(time.Millisecond)
		side := st.side
		if first == flow.B {
			side = side.Other()
		}
		if st.lost > 0 {
			lost[side] += st.lost
			continue
		}
		c.Feed(&flow.Chunk{From: side, Data: st.data, Lost: lost[side], Packet: flow.PacketID(i + 1), Time: now}, emit)
		lost[side] = 0
	}
	c.Close(flow.Closed{Ending: flow.EndCapture, Packet: flow.PacketID(len(steps) + 1), Time: now, Lost: lost, Packets: [2]int64{1, 1}}, emit)
	return a
}

func firstSide(steps []step) (flow.Side, bool) {
	for _, st := range steps {
		if len(st.data) > 0 {
			return st.side, true
		}
	}
	return flow.A, false
}

// check compares part, of which name is the name, with the whole account.
func (part account) check(t *testing.T, name string, whole account) {
	t.Helper()
	for _, text := range part.unlike {
		t.Errorf("%s: %s", name, text)
	}
	for code, detail := range part.wrong {
		if _, known := whole.wrong[code]; !known {
			t.Errorf("%s: %s is told: %s", name, code, detail)
		}
	}
	for who, said := range part.messages {
		rest := whole.messages[who]
		for _, m := range said {
			at := 0
			for at < len(rest) && rest[at] != m {
				at++
			}
			if at == len(rest) {
				t.Errorf("%s: %s was not said by %s, or not there: %.80s", name, "a message", who, m)
				break
			}
			rest = rest[at+1:]
		}
	}
	for stream, how := range part.streams {
		if how == "midstream" && !part.notes[finding.CaptureMidstream] {
			t.Errorf("%s: stream %d has no note that the capture began after its handshake", name, stream)
		}
	}
}

// TestHTTP2Joined begins to read an HTTP/2 connection at each of its segments,
// with frames that fill segments and with such that do not.
func TestHTTP2Joined(t *testing.T) {
	for seed := range uint64(6) {
		for _, size := range []int{1 << 14, 1448, 200, 61} {
			steps := packed(crowded(seed), size)
			if size == 1<<14 {
				steps = crowded(seed)
			}
			whole := listen(true, steps)
			if len(whole.unlike)+len(whole.wrong) > 0 || len(whole.streams) != 3 {
				t.Fatalf("seed %d, %d bytes: %v %v, streams %v", seed, size, whole.unlike, whole.wrong, whole.streams)
			}
			found := 0
			for n := 1; n < len(steps); n++ {
				name := fmt.Sprintf("seed %d, segments of %d bytes from %d of %d on", seed, size, n, len(steps))
				part := listen(false, steps[n:])
				part.check(t, name, whole)
				if size == 1<<14 {
					part.found(t, name, steps[n:], whole)
				}
				found += len(part.streams)
			}
			if found < len(steps) {
				t.Errorf("seed %d, %d bytes: %d streams were found over %d beginnings", seed, size, found, len(steps))
			}
			if t.Failed() {
				return
			}
		}
	}
}

// found holds that each socket of which both sides say a text after the
// beginning is found, with all that is said after it: segments are frames here.
func (part account) found(t *testing.T, name string, rest []step, whole account) {
	t.Helper()
	var texts [2][8]bool
	after := map[string]int{}
	for _, st := range rest {
		h, _ := http2.ParseHeader(st.data)
		if h.Type != http2.DATA || string(st.data[:3]) == http2.Preface[:3] || h.Stream < 3 || h.Stream > 7 {
			continue
		}
		texts[st.side][h.Stream] = texts[st.side][h.Stream] || st.data[http2.HeaderSize] == 0x81
		messages := 1
		if payload := st.data[http2.HeaderSize:]; bytes.Contains(payload, []byte{0x82, 8}) || bytes.Contains(payload, []byte{0x82, 0x88}) {
			messages++
		}
		after[fmt.Sprintf("%v of stream %d", flow.ClientToServer+flow.Direction(st.side), h.Stream)] += messages
	}
	for stream := uint32(3); stream <= 7; stream += 2 {
		if !texts[flow.A][stream] || !texts[flow.B][stream] {
			continue
		}
		if part.streams[stream] == "" {
			t.Errorf("%s: the WebSocket on stream %d is not found", name, stream)
			continue
		}
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			who := fmt.Sprintf("%v of stream %d", d, stream)
			if want := min(after[who], len(whole.messages[who])); len(part.messages[who]) < want {
				t.Errorf("%s: %d messages %s; want %d", name, len(part.messages[who]), who, want)
			}
		}
	}
}

// TestHTTP2SegmentLost takes away each segment in turn, of a connection that
// was captured from its start.
func TestHTTP2SegmentLost(t *testing.T) {
	for _, size := range []int{1448, 200} {
		steps := packed(crowded(1), size)
		whole := listen(true, steps)
		for n := range steps {
			part := append([]step{}, steps[:n]...)
			part = append(part, step{side: steps[n].side, lost: int64(len(steps[n].data))})
			got := listen(true, append(part, steps[n+1:]...))
			name := fmt.Sprintf("segment %d of %d is lost", n, len(steps))
			got.check(t, name, whole)
			if len(got.streams) < 3 {
				t.Errorf("%s: only streams %v", name, got.streams)
			}
		}
	}
}
