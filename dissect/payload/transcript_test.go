package payload

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"wsight/flow"
)

// update rewrites the want sections. It is an environment variable because a
// flag would have to exist in every package of ./....
var update = os.Getenv("UPDATE") != ""

// TestTranscripts decodes the conversations in testdata/*.txtar. Their wire
// section has one thing a line:
//
//	# comment
//	subprotocol mqtt          what was agreed; target /ws?x=1 likewise
//	as protobuf               the format, chosen by hand
//	c: text                   a text message of the client; s: of the server
//	c= 30 0a "abc" 00         a binary message: hexadecimal and strings
//	c~ text                   a text message that was not captured whole
//	lose c                    bytes of the client are missing here; s of the server
//	+5s                       time passes; 10 ms do so with every message
//	tree                      show the tree of the next message
//	end c                     the client closed first; s the server, - the capture ended
//
// In text ␤ ␍ ␀ ␞ ␑ stand for LF, CR, NUL, RS and DC1.
func TestTranscripts(t *testing.T) {
	for _, name := range transcripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(archive.Files[0].Data), func(d *Dialogue) *Dialogue { return d })
			if update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("%s: want -, got +:\n%s", name, diff)
			}
		})
	}
}

func transcripts(t testing.TB) []string {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	return names
}

// TestFork decodes every message of the conversations with a dialogue that was
// forked from the one before, which goes on with something else.
func TestFork(t *testing.T) {
	if update {
		t.Skip("the transcripts are being written")
	}
	for _, name := range transcripts(t) {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := play(t, string(archive.Files[0].Data), func(d *Dialogue) *Dialogue {
			f := d.Fork()
			for _, dir := range []flow.Direction{flow.ClientToServer, flow.ServerToClient} {
				d.Decode(Message{N: 77, Dir: dir, Text: true, Whole: true, Data: []byte(`51-["strange"]`)})
				d.Decode(Message{N: 78, Dir: dir, Whole: true, Data: []byte("2strange bytes of nothing")})
			}
			return f
		})
		if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
			t.Errorf("%s: want -, got +:\n%s", name, diff)
		}
	}
}

// play decodes a wire section and writes down what came of it. Each message
// goes to what step makes of the dialogue.
func play(t testing.TB, wire string, step func(*Dialogue) *Dialogue) string {
	var out strings.Builder
	var d *Dialogue
	var h Hint
	var tree bool
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	n := 0
	for line := range strings.Lines(wire) {
		line = strings.TrimSuffix(line, "\n")
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || word == "#":
			continue
		case word == "subprotocol":
			h.Subprotocol = rest
			continue
		case word == "target":
			h.Target = rest
			continue
		case word == "as":
			f, ok := Named(rest)
			if !ok {
				t.Fatalf("no format %q", rest)
			}
			d = OpenAs(f, h)
			continue
		case word == "tree":
			tree = true
			continue
		case strings.HasPrefix(line, "+"):
			pause, err := time.ParseDuration(line[1:])
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(pause)
			continue
		}
		if d == nil {
			d = Open(h)
		}
		if word == "end" {
			closed := map[string]flow.Direction{"c": flow.ClientToServer, "s": flow.ServerToClient}[rest]
			for _, late := range d.End(End{Time: now, Closed: closed}) {
				fmt.Fprintf(&out, "end %s: %s (message %d)\n", late.Code, late.Detail, late.Message)
			}
			continue
		}
		if word == "lose" {
			d.Lose(map[string]flow.Direction{"c": flow.ClientToServer, "s": flow.ServerToClient}[rest])
			continue
		}
		n++
		now = now.Add(10 * time.Millisecond)
		m, ok := parseWire(word, rest)
		if !ok {
			t.Fatalf("unknown line %q", line)
		}
		m.N, m.Time = n, now
		d = step(d)
		r := d.Decode(m)
		write(&out, m, r, tree)
		tree = false
		for i := range m.Data {
			m.Data[i] = 0xAA // what the next message is read into
		}
	}
	return out.String()
}

// parseWire reads one message of a transcript.
func parseWire(word, rest string) (m Message, ok bool) {
	if len(word) != 2 {
		return m, false
	}
	m.Dir = flow.ClientToServer
	if word[0] == 's' {
		m.Dir = flow.ServerToClient
	}
	m.Whole = word[1] != '~'
	switch word[1] {
	case ':', '~':
		m.Text = true
		m.Data = []byte(strings.NewReplacer("␤", "\n", "␍", "\r", "␀", "\x00", "␞", "\x1e", "␑", "\x11").Replace(rest))
	case '=':
		for i, piece := range strings.Split(rest, `"`) {
			if i%2 == 1 {
				m.Data = append(m.Data, piece...)
				continue
			}
			b, err := hex.DecodeString(strings.ReplaceAll(piece, " ", ""))
			if err != nil {
				return m, false
			}
			m.Data = append(m.Data, b...)
		}
	default:
		return m, false
	}
	return m, true
}

func write(out *strings.Builder, m Message, r Result, tree bool) {
	fmt.Fprintf(out, "%d %s %s | %s\n", m.N, m.Dir, r.Format, strings.ToValidUTF8(r.Summary, "�"))
	json := string(AppendJSON(nil, r))
	fmt.Fprintf(out, "    %s\n", json[strings.Index(json, `"parts":`):])
	if r.Heartbeat {
		fmt.Fprintf(out, "    heartbeat\n")
	}
	if r.Answered > 0 {
		fmt.Fprintf(out, "    answers %d after %s\n", r.Answered, r.RTT)
	}
	for _, p := range r.Parts {
		if p.Asks != "" {
			fmt.Fprintf(out, "    asks %q\n", p.Asks)
		}
	}
	for _, p := range r.Problems {
		fmt.Fprintf(out, "    %s: %s\n", p.Code, strings.TrimPrefix(p.Title+"; "+p.Detail, "; "))
	}
	if tree {
		draw(out, r.Tree, 2)
	}
}

// draw writes a tree, with the bytes that each node stands for.
func draw(out *strings.Builder, n Node, depth int) {
	fmt.Fprintf(out, "%s%s", strings.Repeat("  ", depth), n.Kind)
	if n.Name != "" {
		fmt.Fprintf(out, " %s", n.Name)
	}
	if text := n.Text(200); text != "" {
		fmt.Fprintf(out, " = %q", text)
	}
	if n.Note != "" {
		fmt.Fprintf(out, " (%s)", n.Note)
	}
	fmt.Fprintf(out, " [%d:%d]\n", n.Start, n.End)
	for c := range n.Children() {
		draw(out, c, depth+1)
	}
}
