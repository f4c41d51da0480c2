//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"

	"wsight/bench/truth"
)

type verdict struct {
	right bool
	text  string
}

// line is what is read of a line of wsight's output.
type line struct {
	Event     string
	Conn      int
	Client    string
	Dir       truth.Direction
	Type      string
	Opcode    byte
	Offset    int64
	Length    *int64
	Complete  bool
	SHA256    *string
	WireBytes truth.PerDirection `json:"wire_bytes"`

	Packets       json.RawMessage // a count in capture, a list elsewhere
	TCPConns      int64           `json:"tcp_connections"`
	WebSocketConn int64           `json:"websocket_connections"`
}

// findings are what wsight found in a capture.
type findings struct {
	truth.Counts
	clients map[int]string
	keys    map[uint64]int // frames that were sent and not found yet; nil: not asked
	foreign int64          // frames that were found and not sent
}

// check runs wsight once more, with every frame and hash, and compares.
func check(program string, c capture) (verdict, error) {
	cmd := exec.Command(program, "print", "--json", "--payload", "none", "--frames", "--hash", c.path)
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		return verdict{}, err
	}
	if err := cmd.Start(); err != nil {
		return verdict{}, err
	}
	found := &findings{clients: map[int]string{}}
	if c.truth.Missing > 0 {
		found.keys = map[uint64]int{}
		for _, key := range c.truth.Keys {
			found.keys[key]++
		}
	}
	readErr := found.read(output)
	if readErr != nil {
		io.Copy(io.Discard, output) // so that wsight can end; the read error is what counts
	}
	if err := cmd.Wait(); err != nil && readErr == nil {
		readErr = fmt.Errorf("wsight print %s: %w", c.path, err)
	}
	if readErr != nil {
		return verdict{}, readErr
	}
	if c.truth.Missing > 0 {
		return found.judgeLossy(c.truth), nil
	}
	return found.judge(c.truth), nil
}

func (f *findings) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<16), 1<<24)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("line %s: %w", bytes.TrimSpace(lines.Bytes()), err)
		}
		if err := f.add(&l); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (f *findings) add(l *line) error {
	switch l.Event {
	case "connection":
		if f.keys != nil {
			f.clients[l.Conn] = l.Client
		}
	case "frame":
		f.Frame(l.Dir, l.Opcode)
		if f.keys != nil && l.Length != nil {
			key := truth.FrameKey(f.clients[l.Conn], l.Dir, l.Offset, l.Opcode, *l.Length)
			if f.keys[key]--; f.keys[key] < 0 {
				f.foreign++
			}
		}
	case "message":
		if l.Type != "text" && l.Type != "binary" || !l.Complete || l.SHA256 == nil || l.Length == nil {
			return nil
		}
		var sum [32]byte
		if n, err := hex.Decode(sum[:], []byte(*l.SHA256)); err != nil || n != len(sum) {
			return fmt.Errorf("sha256 %q is not a SHA-256", *l.SHA256)
		}
		f.Message(l.Dir, *l.Length, sum)
	case "end":
		f.Wire.Add(truth.C2S, l.WireBytes.C2S)
		f.Wire.Add(truth.S2C, l.WireBytes.S2C)
	case "capture":
		f.TCPConnections, f.WebSocketConnections = l.TCPConns, l.WebSocketConn
		return json.Unmarshal(l.Packets, &f.Packets)
	}
	return nil
}

// judge compares count by count.
func (f *findings) judge(t *truth.Truth) verdict {
	var differences []string
	got, want := reflect.ValueOf(f.Counts), reflect.ValueOf(t.Counts)
	for i := range got.NumField() {
		field := got.Type().Field(i)
		if g, w := got.Field(i), want.Field(i); field.IsExported() && !reflect.DeepEqual(g.Interface(), w.Interface()) {
			differences = append(differences, fmt.Sprintf("%s %v, truth %v", field.Name, g, w))
		}
	}
	if len(differences) > 0 {
		return verdict{text: "WRONG: " + strings.Join(differences, "; ")}
	}
	return verdict{true, fmt.Sprintf("counts and digest %s equal the truth: %d frames, %d messages, %d bytes",
		t.Digest, t.Frames.Sum(), t.Messages.Sum(), t.Payload.Sum())}
}

// leastFound is the share of the frames that must be found although 0.05 % of
// the segments are missing.
const leastFound = 0.995

// judgeLossy asks for nearly all frames, and for none that was not sent.
func (f *findings) judgeLossy(t *truth.Truth) verdict {
	share := float64(f.Frames.Sum()-f.foreign) / float64(t.Frames.Sum())
	v := verdict{right: share >= leastFound && f.foreign == 0 && f.Messages.Sum() <= t.Messages.Sum()}
	v.text = fmt.Sprintf("%d segments missing: %.3f %% of the frames found, %d invented, %d of %d messages complete",
		t.Missing, 100*share, f.foreign, f.Messages.Sum(), t.Messages.Sum())
	if !v.right {
		v.text = "WRONG: " + v.text
	}
	return v
}
