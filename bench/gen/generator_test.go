package main

import (
	"bytes"
	"testing"
)

// The same options give the same bytes and the same truth, and the counts of
// the truth agree with each other.
func TestGenerate(t *testing.T) {
	for _, o := range []options{
		{profile: "A", size: 1_000_000, conns: 16, seed: 1},
		{profile: "B", size: 3_000_000, conns: 16, seed: 1},
		{profile: "C", conns: 200, active: 20, seed: 1},
		{profile: "D", size: 1_000_000, conns: 16, seed: 1},
		{profile: "E", size: 1_000_000, conns: 16, seed: 1},
		{profile: "A", size: 2_000_000, conns: 16, seed: 2, damage: damage{gap: 0.01}},
	} {
		t.Run(o.profile, func(t *testing.T) {
			var first, second bytes.Buffer
			truth, err := generate(o, &first)
			if err != nil {
				t.Fatal(err)
			}
			again, err := generate(o, &second)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) || truth.Digest != again.Digest {
				t.Error("two runs differ")
			}
			if truth.Bytes != int64(first.Len()) || truth.Bytes < o.size {
				t.Errorf("%d bytes written, the truth says %d; want at least %d", first.Len(), truth.Bytes, o.size)
			}
			var opcodes int64
			for _, n := range truth.Opcodes {
				opcodes += n.Sum()
			}
			frames := truth.Frames.Sum()
			if opcodes != frames || frames < truth.Messages.Sum()+2*truth.WebSocketConnections {
				t.Errorf("%d frames by opcode, %d by direction, %d messages", opcodes, frames, truth.Messages.Sum())
			}
			if truth.WebSocketConnections != int64(o.conns) {
				t.Errorf("%d connections; want %d", truth.WebSocketConnections, o.conns)
			}
			if damaged := o.profile == "B"; (truth.Reordered > 0) != damaged || (truth.Retransmitted > 0) != damaged || (truth.Overlapping > 0) != damaged {
				t.Errorf("%d reordered, %d retransmitted, %d overlapping", truth.Reordered, truth.Retransmitted, truth.Overlapping)
			}
			if (truth.Missing > 0) != (o.damage.gap > 0) || (len(truth.Keys) > 0) != (o.damage.gap > 0) {
				t.Errorf("%d segments missing, %d keys", truth.Missing, len(truth.Keys))
			}
		})
	}
}
