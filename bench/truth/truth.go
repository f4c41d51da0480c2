// Package truth is what a correct analyser finds in a capture of the
// benchmark: written by the generator that made it, read by the program that
// measures and compares.
package truth

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
)

// A Direction is "c2s" or "s2c", as in wsight's output.
type Direction string

const (
	C2S Direction = "c2s"
	S2C Direction = "s2c"
)

// PerDirection counts what went from client to server and back.
type PerDirection struct {
	C2S int64 `json:"c2s"`
	S2C int64 `json:"s2c"`
}

// Add adds n to the count of d.
func (p *PerDirection) Add(d Direction, n int64) {
	if d == C2S {
		p.C2S += n
	} else {
		p.S2C += n
	}
}

// Sum returns both counts together.
func (p PerDirection) Sum() int64 { return p.C2S + p.S2C }

// Counts are what is compared.
type Counts struct {
	Packets              int64                   `json:"packets"`
	TCPConnections       int64                   `json:"tcp_connections"`
	WebSocketConnections int64                   `json:"websocket_connections"`
	Frames               PerDirection            `json:"frames"`
	Opcodes              map[string]PerDirection `json:"opcodes"`  // frames by opcode
	Messages             PerDirection            `json:"messages"` // complete data messages
	Payload              PerDirection            `json:"payload"`  // their bytes, after inflating
	Wire                 PerDirection            `json:"wire"`     // headers and payloads of frames

	// Digest is the sum modulo 2^64 of the first 8 bytes, most significant
	// first, of the SHA-256 of every complete data message, in 16 hexadecimal
	// digits. It does not depend on their order.
	Digest string `json:"digest"`

	digest uint64
}

// Message counts a complete data message by its SHA-256.
func (c *Counts) Message(d Direction, length int64, sum [sha256.Size]byte) {
	c.Messages.Add(d, 1)
	c.Payload.Add(d, length)
	c.digest += binary.BigEndian.Uint64(sum[:])
	c.Digest = fmt.Sprintf("%016x", c.digest)
}

// Frame counts a frame.
func (c *Counts) Frame(d Direction, opcode byte) {
	c.Frames.Add(d, 1)
	if c.Opcodes == nil {
		c.Opcodes = map[string]PerDirection{}
	}
	name := fmt.Sprint(opcode)
	n := c.Opcodes[name]
	n.Add(d, 1)
	c.Opcodes[name] = n
}

// A Truth is what the generator knows of a capture.
type Truth struct {
	Profile string `json:"profile"`
	Seed    uint64 `json:"seed"`
	Bytes   int64  `json:"bytes"` // of the file
	Counts

	Reordered     int64 `json:"reordered"`
	Retransmitted int64 `json:"retransmitted"`
	Overlapping   int64 `json:"overlapping"`
	Missing       int64 `json:"missing"` // segments that the capture lacks

	// Keys are the [FrameKey] of every frame, sorted; only kept when segments
	// are missing, so that frames which nobody sent can be told.
	Keys []uint64 `json:"-"`
}

// FrameKey names a frame by where it stands and what its header says: the
// client as host:port, and the place of its first byte in what its direction
// sent after the handshake.
func FrameKey(client string, d Direction, offset int64, opcode byte, length int64) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %s %d %d %d", client, d, offset, opcode, length)
	return h.Sum64()
}

// Save writes t beside the capture, as CAPTURE.truth.json and, when there are
// keys, CAPTURE.frames.
func (t *Truth) Save(capture string) error {
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(capture+".truth.json", append(text, '\n'), 0o644); err != nil {
		return err
	}
	if len(t.Keys) == 0 {
		return nil
	}
	slices.Sort(t.Keys)
	packed := make([]byte, 0, 8*len(t.Keys))
	for _, key := range t.Keys {
		packed = binary.BigEndian.AppendUint64(packed, key)
	}
	return os.WriteFile(capture+".frames", packed, 0o644)
}

// Load reads what Save wrote.
func Load(capture string) (*Truth, error) {
	text, err := os.ReadFile(capture + ".truth.json")
	if err != nil {
		return nil, err
	}
	t := &Truth{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("truth: %s: %w", capture, err)
	}
	if t.Missing == 0 {
		return t, nil
	}
	packed, err := os.ReadFile(capture + ".frames")
	if err != nil {
		return nil, err
	}
	for ; len(packed) >= 8; packed = packed[8:] {
		t.Keys = append(t.Keys, binary.BigEndian.Uint64(packed))
	}
	return t, nil
}
