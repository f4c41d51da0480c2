package payload

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"wsight/flow"
)

// fuzzFormat feeds a decoder with messages of both directions, and looks into
// everything that comes back. Seeds are the messages of all transcripts; data
// is cut into messages at a marker, whose first byte says what they are.
func fuzzFormat(f *testing.F, name string) {
	format, ok := Named(name)
	if !ok {
		f.Fatalf("no format %q", name)
	}
	fuzzDecoder(f, format)
}

func fuzzDecoder(f *testing.F, format Format) {
	for _, file := range transcripts(f) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var all []byte
		for line := range strings.Lines(string(archive.Files[0].Data)) {
			word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			if m, ok := parseWire(word, rest); ok {
				all = append(all, fuzzMark...)
				all = append(all, kindByte(m))
				all = append(all, m.Data...)
			}
		}
		f.Add(all)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first := fuzzRun(t, format, data)
		if again := fuzzRun(t, format, data); again != first {
			t.Errorf("decoded twice, with different results:\n%s\n%s", first, again)
		}
	})
}

const fuzzMark = "\xff\xfe\xfd"

func kindByte(m Message) byte {
	var b byte
	if m.Text {
		b |= 1
	}
	if m.Dir == flow.ServerToClient {
		b |= 2
	}
	if !m.Whole {
		b |= 4
	}
	return b
}

func fuzzRun(t *testing.T, format Format, data []byte) string {
	d := OpenAs(format, Hint{})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var all strings.Builder
	pieces := strings.Split(string(data), fuzzMark)
	for i, piece := range pieces[:min(len(pieces), 100)] {
		if piece == "" {
			continue
		}
		m := Message{N: i + 1, Dir: flow.ClientToServer, Text: piece[0]&1 != 0, Whole: piece[0]&4 == 0, Data: []byte(piece[1:]), Time: now}
		if piece[0]&2 != 0 {
			m.Dir = flow.ServerToClient
		}
		now = now.Add(time.Second)
		r := d.Decode(m)
		if len(r.Summary) > 4096 {
			t.Fatalf("a summary of %d bytes", len(r.Summary))
		}
		if len(r.Parts) > maxParts {
			t.Fatalf("%d parts", len(r.Parts))
		}
		budget := 4096
		walk(t, r.Tree, len(m.Data), 0, &budget)
		for _, p := range r.Parts {
			walk(t, p.Body, len(m.Data), 0, &budget)
		}
		all.Write(AppendJSON(nil, r))
	}
	for _, late := range d.End(End{Time: now.Add(time.Minute)}) {
		all.WriteString(late.Detail)
	}
	return all.String()
}

// walk looks at every node of a tree, up to a budget of nodes.
func walk(t *testing.T, n Node, size, depth int, budget *int) {
	if n.Start < 0 || n.End < n.Start || n.End > size {
		t.Fatalf("node %q spans [%d:%d] of %d bytes", n.Name, n.Start, n.End, size)
	}
	if depth > 4*maxDepth {
		t.Fatalf("the tree is deeper than %d", depth)
	}
	if text := n.Text(64); len(text) > 64+3 {
		t.Fatalf("a text of %d bytes, limit 64", len(text))
	}
	for c := range n.Children() {
		if *budget--; *budget < 0 {
			return
		}
		walk(t, c, size, depth+1, budget)
	}
}

func FuzzJSON(f *testing.F)        { fuzzFormat(f, "json") }
func FuzzJSONRPC(f *testing.F)     { fuzzFormat(f, "jsonrpc") }
func FuzzGraphQL(f *testing.F)     { fuzzFormat(f, "graphql") }
func FuzzActionCable(f *testing.F) { fuzzFormat(f, "actioncable") }
func FuzzPhoenix(f *testing.F)     { fuzzFormat(f, "phoenix") }
func FuzzEngineIO(f *testing.F)    { fuzzFormat(f, "engine.io") }
func FuzzSocketIO(f *testing.F)    { fuzzFormat(f, "socket.io") }
func FuzzSocketIOGuess(f *testing.F) {
	fuzzDecoder(f, Format{Name: "socket.io", New: guessSocketio})
}
func FuzzSignalR(f *testing.F)  { fuzzFormat(f, "signalr") }
func FuzzMsgpack(f *testing.F)  { fuzzFormat(f, "msgpack") }
func FuzzSTOMP(f *testing.F)    { fuzzFormat(f, "stomp") }
func FuzzMQTT(f *testing.F)     { fuzzFormat(f, "mqtt") }
func FuzzSockJS(f *testing.F)   { fuzzFormat(f, "sockjs") }
func FuzzWAMP(f *testing.F)     { fuzzFormat(f, "wamp") }
func FuzzCBOR(f *testing.F)     { fuzzFormat(f, "cbor") }
func FuzzTunnel(f *testing.F)   { fuzzFormat(f, "tunnel") }
func FuzzProtobuf(f *testing.F) { fuzzFormat(f, "protobuf") }
func FuzzGuess(f *testing.F)    { fuzzFormat(f, "guess") }
func FuzzText(f *testing.F)     { fuzzFormat(f, "text") }
func FuzzHex(f *testing.F)      { fuzzFormat(f, "hex") }
func FuzzXMPP(f *testing.F)     { fuzzFormat(f, "xmpp") }
func FuzzSIP(f *testing.F)      { fuzzFormat(f, "sip") }
