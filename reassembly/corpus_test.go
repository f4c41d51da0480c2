package reassembly

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wsight/capture"
	"wsight/flow"
)

// corpus returns the folder of captures with known truth, which is not part of
// the repository: WSIGHT_CORPUS, or where the project keeps it.
func corpus(t testing.TB) string {
	folder := cmp.Or(os.Getenv("WSIGHT_CORPUS"), "../../shared/corpus")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no corpus: set WSIGHT_CORPUS")
	}
	return folder
}

// A span is a run of bytes of a stream, from its first to behind its last.
type span [2]int64

// spans is a Sink that notes which bytes came.
type spans struct {
	conn   flow.Conn
	runs   [2][]span
	closed *flow.Closed
}

func (s *spans) Chunk(c *flow.Chunk) bool {
	runs := &s.runs[c.From]
	end := c.Offset + int64(len(c.Data))
	if n := len(*runs); n > 0 && c.Lost == 0 && (*runs)[n-1][1] == c.Offset {
		(*runs)[n-1][1] = end
	} else {
		*runs = append(*runs, span{c.Offset, end})
	}
	return true
}
func (s *spans) Signal(flow.Signal)   {}
func (s *spans) Closed(c flow.Closed) { s.closed = &c }

// assemble reads a capture file and returns its connections.
func assemble(t testing.TB, name string) ([]*spans, Stats) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var conns []*spans
	a := New(func(c flow.Conn) Sink {
		s := &spans{conn: c}
		conns = append(conns, s)
		return s
	}, Limits{})
	reader := capture.NewReader(f, name, capture.Options{})
	for p, err := range reader.Packets(context.Background()) {
		if err != nil {
			t.Log(err) // some are cut on purpose
			break
		}
		a.Packet(p)
	}
	a.Close()
	return conns, a.Stats()
}

// A truth says which bytes of each stream a damaged capture still holds.
type truth struct {
	Capture struct {
		File string `json:"file"`
	} `json:"capture"`
	Degradation *struct {
		Kind     string            `json:"kind"`
		Coverage json.RawMessage   `json:"coverage"`
		Whole    map[string][]span `json:"stream_bytes"`
	} `json:"degradation"`
}

// TestCorpus compares the bytes that are delivered of every damaged capture
// of the lab with those that its maker left in.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(corpus(t), "lab", "d-*.truth.json"))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".truth.json")
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var truth truth
			if err := json.Unmarshal(b, &truth); err != nil {
				t.Fatal(err)
			}
			if truth.Degradation == nil {
				t.Skip("no byte ranges")
			}
			want := truth.Degradation.Whole
			if string(truth.Degradation.Coverage) != `"complete"` {
				want = map[string][]span{}
				if err := json.Unmarshal(truth.Degradation.Coverage, &want); err != nil {
					t.Fatal(err)
				}
			}
			capture := filepath.Join(filepath.Dir(file), truth.Capture.File)
			conns, stats := assemble(t, capture)
			if stats.Undecoded > 0 {
				t.Errorf("%d packets could not be read", stats.Undecoded)
			}
			if truth.Degradation.Kind == "port-reuse" { // names no ranges
				if len(conns) != 2 || stats.Lost > 0 || conns[0].closed.Ending != flow.EndClosed {
					t.Errorf("%d connections, %d bytes lost; want 2, whole", len(conns), stats.Lost)
				}
				return
			}
			compare(t, conns, want)
		})
	}
}

// compare checks that each stream came with just the runs that want names. A
// stream that was joined later counts from its first byte.
func compare(t *testing.T, conns []*spans, want map[string][]span) {
	got := map[string][]span{}
	for _, c := range conns {
		if c.closed == nil {
			t.Errorf("connection %d was not closed", c.conn.ID)
		}
		for side, runs := range c.runs {
			from, to := c.conn.Ends[side], c.conn.Ends[1-side]
			name := endName(from) + ">" + endName(to)
			if len(runs) > 0 && got[name] != nil {
				t.Errorf("%s: a second connection with data", name)
			}
			if len(runs) > 0 && !c.conn.Opened && len(want[name]) > 0 {
				shift := want[name][0][0] - runs[0][0]
				for i := range runs {
					runs[i][0] += shift
					runs[i][1] += shift
				}
			}
			if len(runs) > 0 {
				got[name] = runs
			}
		}
	}
	for name, runs := range want {
		if !slices.Equal(got[name], runs) {
			t.Errorf("%s: got %v, want %v", name, got[name], runs)
		}
	}
	for name, runs := range got {
		if want[name] == nil {
			t.Errorf("%s: %v where nothing was", name, runs)
		}
	}
}

// endName writes an address as the truth files do: IPv6 as 32 hex digits.
func endName(end netip.AddrPort) string {
	if end.Addr().Is4() {
		return end.String()
	}
	return fmt.Sprintf("%x:%d", end.Addr().As16(), end.Port())
}
