package gauntlet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/export"
	"wsight/session"
)

// A telling is what wsight says about one capture.
type telling struct {
	text  []byte // the JSON lines
	lines []line
	marks []int // marks[i]: how many lines had been told when packet i+1 was read
	err   error // why reading stopped before the end
}

// A line has the fields of the JSON lines that the judges look at.
type line struct {
	Event      string
	Conn       int
	Packet     int
	Time       string
	Client     string
	Server     string
	Start      string
	HTTP       string
	Stream     int
	Via        string
	Outcome    string
	Accept     struct{ Valid *bool }
	N          int
	Dir        string
	Type       string
	Frames     json.RawMessage // a number, and in end by direction
	Length     *int64
	Compressed bool
	Complete   bool
	Lost       int64
	Undecoded  string
	SHA256     string
	Text       *string
	Base64     string
	Code       any // a word, and in close a number
	Severity   string
	Message    int
	Title      string
	Detail     string
	Packets    json.RawMessage // evidence, and in capture a number
	State      string
	Initiator  string
	TCP        struct {
		End, By string
		Seen    *bool
	}
	Clean  *bool
	Limits []string
	Unread float64 `json:"undecoded_packets"`

	raw []byte
}

// A marked source notes how much was told when each packet was asked for.
type marked struct {
	capture.Source
	told  func() int
	marks []int
}

func (m *marked) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	return func(yield func(*capture.Packet, error) bool) {
		for p, err := range m.Source.Packets(ctx) {
			if err == nil {
				m.marks = append(m.marks, m.told())
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// dissecting is how the judges ask for messages: whole, with their hashes.
func dissecting() dissect.Options {
	return dissect.Options{MaxPayload: 1 << 20, Hash: true, Keys: new(tls.KeyLog)}
}

// tell runs the pipeline over the bytes of a capture file and reads the lines.
func tell(t testing.TB, file []byte, opts ...func(*session.Options)) *telling {
	t.Helper()
	text, marks, err := printed(bytes.NewReader(file), opts...)
	said := parsed(t, text)
	said.marks, said.err = marks, err
	return said
}

// parsed reads JSON lines.
func parsed(t testing.TB, text []byte) *telling {
	t.Helper()
	said := &telling{text: text}
	for raw := range bytes.Lines(said.text) {
		l := line{raw: raw}
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatalf("a line is not JSON: %v: %.200q", err, raw)
		}
		said.lines = append(said.lines, l)
	}
	return said
}

// printed is `wsight print --json --hash` on one file.
func printed(file io.Reader, opts ...func(*session.Options)) (text []byte, marks []int, err error) {
	o := session.Options{Dissect: dissecting()}
	for _, set := range opts {
		set(&o)
	}
	count := 0
	reader := capture.NewReader(file, "capture", capture.Options{Secrets: o.Dissect.Keys.AddBlock})
	defer reader.Close()
	src := &marked{Source: reader, told: func() int { return count }}
	var out bytes.Buffer
	err = print(src, &out, o, func(line []byte) {
		if len(line) > 0 {
			count++
		}
	})
	return out.Bytes(), append(src.marks, count), err
}

// shared is what several workers print of a capture.
func shared(file []byte, workers int) []byte {
	o := session.Options{Dissect: dissecting()}
	reader := capture.NewReader(bytes.NewReader(file), "capture", capture.Options{Secrets: o.Dissect.Keys.AddBlock})
	defer reader.Close()
	var out bytes.Buffer
	lines := export.NewJSONL(&out, export.JSONOptions{Hash: true, Payload: export.PayloadText, Inputs: 1})
	sum, _ := session.RunShared(context.Background(), reader, o, session.Workers{ // why a spoiled file ends is not asked
		N: workers, Line: lines.Line, Writer: func() session.LineWriter { return lines.Writer() },
	}, lines.Event)
	lines.Capture(sum)
	_ = lines.Flush() // a Buffer takes everything
	return out.Bytes()
}

// print writes the JSON lines of src to out, and shows each to see.
func print(src capture.Source, out io.Writer, o session.Options, see func([]byte)) error {
	lines := export.NewJSONL(out, export.JSONOptions{Hash: true, Payload: export.PayloadText, Inputs: 1})
	var line []byte
	sum, err := session.Run(context.Background(), src, o, func(e dissect.Event) {
		if see != nil {
			line = lines.AppendEvent(line[:0], e)
			see(line)
		}
		lines.Event(e)
	})
	lines.Capture(sum)
	return errors.Join(err, lines.Flush())
}

// evidence returns the packets of a finding.
func (l *line) evidence() (packets []int) {
	_ = json.Unmarshal(l.Packets, &packets) // of other lines it is a number
	return packets
}

// frames returns the number of frames of a message.
func (l *line) frames() (n int) {
	_ = json.Unmarshal(l.Frames, &n)
	return n
}

// read returns a file of testdata or of another folder of the repository.
func read(t testing.TB, elements ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// words writes a line as the probes' table does; "" for lines it leaves out.
func (l *line) words() string {
	switch l.Event {
	case "connection":
		s := fmt.Sprintf("%d: %s > %s, %s", l.Conn, l.Client, l.Server, l.Start)
		if l.HTTP == "2" {
			s += fmt.Sprintf(", stream %d", l.Stream)
		}
		if l.Via != "" {
			s += ", via " + l.Via
		}
		return s
	case "handshake":
		accept := "unknown"
		if l.Accept.Valid != nil {
			accept = map[bool]string{true: "right", false: "wrong"}[*l.Accept.Valid]
		}
		return fmt.Sprintf("%d: %s, accept %s", l.Conn, l.Outcome, accept)
	case "message":
		return fmt.Sprintf("%d: %s", l.Conn, l.message())
	case "finding":
		s := fmt.Sprintf("%d: %s %v", l.Conn, l.Severity, l.Code)
		if l.Dir != "" {
			s += " " + l.Dir
		}
		if l.Message != 0 {
			s += fmt.Sprintf(" of %d", l.Message)
		}
		return fmt.Sprintf("%s in %v", s, l.evidence())
	case "end":
		clean := "unknown"
		if l.Clean != nil {
			clean = map[bool]string{true: "clean", false: "not clean"}[*l.Clean]
		}
		s := fmt.Sprintf("%d: %s, %s %s, %s", l.Conn, l.State, l.TCP.End, l.TCP.By, clean)
		if l.Lost > 0 {
			s += fmt.Sprintf(", %d lost", l.Lost)
		}
		return s
	}
	return ""
}

// message says what a message is, and of a long one the beginning of its hash.
func (l *line) message() string {
	s := l.Dir + " " + l.Type
	const short = 40
	switch {
	case l.Undecoded != "":
		s += " " + l.Undecoded
	case l.Text != nil && len(*l.Text) <= short:
		s += fmt.Sprintf(" %+q", *l.Text)
	case l.SHA256 != "":
		s += fmt.Sprintf(" of %d bytes %.8s", *l.Length, l.SHA256)
	case l.Length != nil:
		s += fmt.Sprintf(" of %d bytes", *l.Length)
	}
	if l.Type == "close" {
		s += fmt.Sprintf(" %v", l.Code)
	}
	if l.Compressed {
		s += ", compressed"
	}
	if n := l.frames(); n != 1 {
		s += fmt.Sprintf(", %d frames", n)
	}
	if !l.Complete {
		s += ", incomplete"
	}
	if l.Lost > 0 {
		s += fmt.Sprintf(", %d lost", l.Lost)
	}
	return fmt.Sprintf("%s in %d", s, l.Packet)
}
