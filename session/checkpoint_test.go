package session

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/flow"
	"wsight/reassembly"
)

// A hopping sink throws its connection away after each chunk, and goes on with
// one that was made from a checkpoint.
type hopping struct {
	*sink
	hops *int
}

func (s *hopping) Chunk(ch *flow.Chunk) bool {
	if !s.sink.Chunk(ch) {
		return false
	}
	if p := s.conn.Checkpoint(1 << 20); p != nil {
		s.engine.dissector.Resume(&s.conn, p)
		*s.hops++
	}
	return true
}

// events reads a capture and words what is found, and counts how often a
// connection was resumed.
func events(t *testing.T, name string, keys *tls.KeyLog, hop bool) (list []string, hops int) {
	t.Helper()
	src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := newEngine(Options{Dissect: dissect.Options{Keys: keys}}, nil)
	e.emit = func(ev dissect.Event) { // without diagnoses, which know conversations by where they lie in memory
		if o, ok := ev.(*dissect.Opened); ok {
			e.convs++
			o.Conv.Number = e.convs
		}
		list = append(list, worded(ev))
	}
	open := func(conn flow.Conn) reassembly.Sink {
		s := e.open(conn)
		if hop {
			return &hopping{s.(*sink), &hops}
		}
		return s
	}
	for p, err := range src.Packets(context.Background()) {
		if err != nil {
			break
		}
		for p.Vantage >= len(e.vantages) {
			e.vantages = append(e.vantages, reassembly.New(open, reassembly.Limits{}))
		}
		e.packet(p)
	}
	for _, a := range e.vantages {
		a.Close()
	}
	return list, hops
}

// worded is all that an event says, without where it lies in memory.
func worded(ev dissect.Event) string {
	at := ev.At()
	text := fmt.Sprintf("%T packet %d %v", ev, at.Packet, at.Time)
	if at.Conv != nil {
		text += fmt.Sprintf(" of %d, TLS %v,", at.Conv.Number, at.Conv.TLS)
	}
	switch e := ev.(type) {
	case *dissect.Frame:
		text += fmt.Sprintf("%v %+v %d %d %d", e.Dir, e.Header, e.Offset, e.Captured, e.Message)
	case *dissect.Message:
		m := *e
		m.Place = dissect.Place{}
		text += fmt.Sprintf("%+v", m)
	case *dissect.Hole:
		text += fmt.Sprintf("%v %d %d %d %v", e.Dir, e.Offset, e.Lost, e.Passed, e.Resumed)
	case *dissect.Finding:
		text += fmt.Sprintf("%v %d %+v %v", e.Dir, e.Message, e.Report, e.Packets)
	case *dissect.Signalled:
		text += fmt.Sprintf("%v %+v", e.Dir, e.Signal)
	case *dissect.Handshake:
		text += fmt.Sprintf("%+v", e.Verdict.Kind)
	case *dissect.Ended:
		last := *e
		last.Place, last.Closes = dissect.Place{}, [3]*dissect.CloseFrame{}
		text += fmt.Sprintf("%+v %+v %+v", last, e.Closes[1], e.Closes[2])
	}
	return text
}

// TestCheckpoints: going on from a checkpoint, wherever it lies, gives the
// very events that going on without gives. Payloads are not kept here, as a
// checkpoint does not keep them.
func TestCheckpoints(t *testing.T) {
	files, err := filepath.Glob("../pcaps/*.pcap*")
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	if corpus := os.Getenv("WSIGHT_CORPUS"); corpus != "" {
		more, err := filepath.Glob(filepath.Join(corpus, "lab", "*.pcap*"))
		if err != nil || len(more) < 100 {
			t.Fatal(err, len(more))
		}
		files = append(files, more...)
	}
	total := 0
	for _, name := range files {
		keys := new(tls.KeyLog)
		if b, err := os.ReadFile(strings.TrimSuffix(name, filepath.Ext(name)) + ".keys"); err == nil {
			keys.Add(b)
		}
		want, _ := events(t, name, keys, false)
		got, hops := events(t, name, keys, true)
		total += hops
		if len(got) != len(want) {
			t.Errorf("%s: %d events; want %d", name, len(got), len(want))
		}
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Errorf("%s: event %d is\n%s; want\n%s", name, i, got[i], want[i])
				break
			}
		}
	}
	if total < 200 {
		t.Errorf("connections were resumed %d times; want more", total)
	}
}
