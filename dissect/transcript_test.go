package dissect_test

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"wsight/dissect"
	"wsight/flow"
)

// update rewrites the want sections: UPDATE=1 go test ./dissect
var update = os.Getenv("UPDATE") != ""

// TestTranscripts feeds each conversation as written, byte by byte and with
// neighbours joined: how TCP cut the streams must not show in the events.
func TestTranscripts(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil || len(ar.Files) != 2 {
				t.Fatalf("not a wire and a want section: %v", err)
			}
			steps := parseWire(t, string(ar.Files[0].Data))
			got := describe(steps)
			if update {
				ar.Files[1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want := string(ar.Files[1].Data)
			for cut, steps := range map[string][]step{"as written": steps, "byte by byte": bytewise(steps), "joined": joined(steps)} {
				if got := describe(steps); got != want {
					t.Errorf("%s:\n--- got\n%s--- want\n%s", cut, got, want)
				}
			}
		})
	}
}

// TestPrefixes ends every conversation at every byte: nothing may panic, and
// no message may be complete that is not in the whole conversation.
func TestPrefixes(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		steps := bytewise(parseWire(t, string(ar.Files[0].Data)))
		whole := map[string]bool{}
		for line := range strings.Lines(describe(steps)) {
			whole[line] = true
		}
		for n := range steps {
			for line := range strings.Lines(describe(steps[:n])) {
				_, rest, _ := strings.Cut(line, " ")
				if strings.HasPrefix(rest, "message ") && !strings.Contains(line, "incomplete") && !whole[line] {
					t.Fatalf("%s cut after step %d: %s", name, n, line)
				}
			}
		}
	}
}

// A step is one thing that happens on the connection.
type step struct {
	side   flow.Side
	data   []byte
	lost   int64
	signal flow.SignalKind
	unseen bool
}

// parseWire reads lines such as
//
//	c: 81 85 37fa213d 7f9f4d5158   # bytes in hex
//	s" HTTP/1.1 101 OK\r\n         a line of text, with Go's escapes
//	c~ 100                         bytes lost
//	s! fin                         what TCP told
//	s! fin unseen                  and what only an acknowledgement shows
func parseWire(t *testing.T, s string) (steps []step) {
	t.Helper()
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		st := step{side: flow.A}
		if line[0] == 's' {
			st.side = flow.B
		}
		rest := strings.TrimPrefix(line[2:], " ")
		var err error
		switch line[1] {
		case ':':
			rest, _, _ = strings.Cut(rest, "#")
			st.data, err = hex.DecodeString(strings.Join(strings.Fields(rest), ""))
		case '"':
			var text string
			text, err = strconv.Unquote(`"` + strings.ReplaceAll(rest, `"`, `\"`) + `"`)
			st.data = []byte(text)
		case '~':
			st.lost, err = strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
		case '!':
			word, how, _ := strings.Cut(strings.TrimSpace(rest), " ")
			st.signal = map[string]flow.SignalKind{"fin": flow.Fin, "rst": flow.Reset}[word]
			st.unseen = how == "unseen"
		default:
			err = fmt.Errorf("unknown mark %q", line[1])
		}
		if err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		steps = append(steps, st)
	}
	return steps
}

func bytewise(steps []step) (out []step) {
	for _, st := range steps {
		if len(st.data) == 0 {
			out = append(out, st)
		}
		for i := range st.data {
			out = append(out, step{side: st.side, data: st.data[i : i+1]})
		}
	}
	return out
}

func joined(steps []step) (out []step) {
	for _, st := range steps {
		if n := len(out); n > 0 && len(st.data) > 0 && len(out[n-1].data) > 0 && out[n-1].side == st.side {
			out[n-1].data = append(append([]byte(nil), out[n-1].data...), st.data...)
			continue
		}
		out = append(out, st)
	}
	return out
}

// describe plays steps and writes a line for every event.
func describe(steps []step) string {
	var b strings.Builder
	play(steps, func(e dissect.Event) { describeEvent(&b, e) })
	return b.String()
}

func play(steps []step, emit func(dissect.Event)) {
	playWith(dissect.Options{MaxPayload: 1 << 20}, steps, emit)
}

func playWith(opts dissect.Options, steps []step, emit func(dissect.Event)) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := dissect.New(opts).Connection(flow.Conn{
		ID: 1, Opened: true, Start: start, Packet: 1,
		Ends: [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:80")},
	})
	convs := 0
	number := func(e dissect.Event) {
		if o, ok := e.(*dissect.Opened); ok {
			convs++
			o.Conv.Number = convs
		}
		emit(e)
	}
	var lost [2]int64
	var offset [2]int64
	for _, st := range steps {
		switch {
		case st.signal != 0:
			c.Signal(flow.Signal{Kind: st.signal, From: st.side, Unseen: st.unseen, Packet: 7, Time: start}, number)
		case st.lost > 0:
			lost[st.side] += st.lost
		default:
			c.Feed(&flow.Chunk{From: st.side, Data: st.data, Lost: lost[st.side], Offset: offset[st.side], Packet: 5, Time: start}, number)
			offset[st.side] += lost[st.side] + int64(len(st.data))
			lost[st.side] = 0
		}
	}
	c.Close(flow.Closed{Ending: flow.EndCapture, Packet: 9, Time: start, Lost: lost, Packets: [2]int64{1, 1}}, number)
}

func describeEvent(b *strings.Builder, e dissect.Event) {
	conv := e.At().Conv
	fmt.Fprintf(b, "%d ", conv.Number)
	switch e := e.(type) {
	case *dissect.Opened:
		fmt.Fprintf(b, "opened http=%q stream=%d via=%q midstream=%v client=%v\n", conv.HTTP, conv.Stream, conv.Via, conv.Midstream, conv.Client)
	case *dissect.Handshake:
		fmt.Fprintf(b, "handshake %v", e.Verdict.Kind)
		if e.Request != nil {
			fmt.Fprintf(b, " %s %s", e.Request.Method, e.Request.Target)
		}
		if e.Response != nil {
			fmt.Fprintf(b, " -> %d", e.Response.Status)
		}
		b.WriteByte('\n')
	case *dissect.Frame:
		h := e.Header
		fmt.Fprintf(b, "frame %v %v fin=%v rsv1=%v masked=%v length=%d captured=%d offset=%d message=%d\n",
			e.Dir, h.Opcode, h.Fin, h.Rsv1, h.Masked, h.Length, e.Captured, e.Offset, e.Message)
	case *dissect.Message:
		fmt.Fprintf(b, "message %d %v %v frames=%d", e.N, e.Dir, e.Type, e.Frames)
		if e.Type == dissect.Close {
			fmt.Fprintf(b, " code=%d reason=%q", e.Code, e.Reason)
		} else {
			fmt.Fprintf(b, " %q", e.Payload)
		}
		if e.Compressed {
			fmt.Fprintf(b, " wire=%d", e.Wire)
		}
		if !e.Complete {
			fmt.Fprintf(b, " incomplete lost=%d", e.Lost)
		}
		if e.Undecoded != "" {
			fmt.Fprintf(b, " undecoded=%s", e.Undecoded)
		}
		b.WriteByte('\n')
	case *dissect.Hole:
		fmt.Fprintf(b, "hole %v offset=%d lost=%d passed=%d resumed=%v\n", e.Dir, e.Offset, e.Lost, e.Passed, e.Resumed)
	case *dissect.Signalled:
		fmt.Fprintf(b, "tcp %v %v\n", e.Dir, e.Signal.Kind)
	case *dissect.Finding:
		dir := "-"
		if e.Dir != 0 {
			dir = e.Dir.String()
		}
		fmt.Fprintf(b, "finding %s %s\n", dir, e.Code)
	case *dissect.Ended:
		fmt.Fprintf(b, "ended %v", e.State)
		if e.Initiator != 0 {
			fmt.Fprintf(b, " initiator=%v", e.Initiator)
		}
		if e.CleanKnown {
			fmt.Fprintf(b, " clean=%v", e.Clean)
		}
		if e.TCP.Unseen {
			fmt.Fprintf(b, " unseen %v", e.TCP.By)
		}
		fmt.Fprintf(b, " lost=%d\n", e.Lost)
	}
}
