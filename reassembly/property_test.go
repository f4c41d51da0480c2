package reassembly

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wsight/capture"
	"wsight/flow"
)

// A sent is a segment of the simulated connection.
type sent struct {
	side       flow.Side
	begin, end int // in the stream of its side
}

// plan draws two streams and the segments that carry them, in order of
// sending, with repetitions that have other borders.
func plan(t *rapid.T) (streams [2][]byte, segments []sent) {
	for side := range streams {
		streams[side] = rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, fmt.Sprintf("stream %d", side))
	}
	var at [2]int
	for at[0] < len(streams[0]) || at[1] < len(streams[1]) {
		side := rapid.IntRange(0, 1).Draw(t, "side")
		if at[side] == len(streams[side]) {
			side = 1 - side
		}
		begin := at[side]
		if rapid.IntRange(0, 4).Draw(t, "overlap") == 0 {
			begin = max(0, begin-rapid.IntRange(0, 80).Draw(t, "back"))
		}
		end := min(len(streams[side]), at[side]+rapid.IntRange(1, 60).Draw(t, "size"))
		segments = append(segments, sent{flow.Side(side), begin, end})
		at[side] = end
	}
	return streams, segments
}

// shuffled moves and repeats segments, each by a few places.
func shuffled(t *rapid.T, segments []sent) []sent {
	moved := append([]sent(nil), segments...)
	for i := range moved {
		switch rapid.IntRange(0, 5).Draw(t, "damage") {
		case 0:
			j := min(len(moved)-1, i+rapid.IntRange(1, 6).Draw(t, "by"))
			moved[i], moved[j] = moved[j], moved[i]
		case 1:
			moved = append(moved, moved[i])
		}
	}
	return moved
}

// placed is a Sink that puts each chunk where it says it belongs.
type placed struct {
	recorder
	bytes [2]map[int64]byte
}

func (p *placed) Chunk(c *flow.Chunk) bool {
	for i, b := range c.Data {
		p.bytes[c.From][c.Offset+int64(i)] = b
	}
	return p.recorder.Chunk(c)
}

// replay captures a handshake, the segments and the FINs; acknowledgements are
// those of an end that receives everything at once.
func replay(t *rapid.T, streams [2][]byte, segments []sent, limits Limits) (*placed, Stats) {
	isn := [2]uint32{rapid.Uint32().Draw(t, "isn A"), -rapid.Uint32Range(0, 500).Draw(t, "isn B")}
	var r *placed
	a := New(func(flow.Conn) Sink {
		if r != nil {
			t.Fatal("a second connection")
		}
		r = &placed{bytes: [2]map[int64]byte{{}, {}}}
		return r
	}, limits)
	number := 0
	highest := [2]uint32{isn[0] + 1, isn[1] + 1}
	packet := func(side flow.Side, flags uint8, seq uint32, data []byte) {
		p := tcpPacket{from: client, to: server, seq: seq, ack: highest[side.Other()], flags: flags, window: 100, data: data}
		if side == flow.B {
			p.from, p.to = p.to, p.from
		}
		b := p.ip()
		number++
		at := start.Add(time.Duration(number) * time.Millisecond)
		a.Packet(&capture.Packet{Number: number, Time: at, Link: linkRaw, Data: b, Length: len(b)})
	}
	packet(flow.A, flagSYN, isn[0], nil)
	packet(flow.B, flagSYN|flagACK, isn[1], nil)
	packet(flow.A, flagACK, isn[0]+1, nil)
	for _, s := range segments {
		packet(s.side, flagACK|flagPSH, isn[s.side]+1+uint32(s.begin), streams[s.side][s.begin:s.end])
		if end := isn[s.side] + 1 + uint32(s.end); after(end, highest[s.side]) > 0 {
			highest[s.side] = end
		}
	}
	for side := range flow.Side(2) {
		packet(side, flagACK|flagFIN, isn[side]+1+uint32(len(streams[side])), nil)
	}
	a.Close()
	return r, a.Stats()
}

// However the bytes were cut up, overlapped, repeated and moved by a few
// places: the streams come out as they were sent.
func TestStreamsSurviveReordering(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		streams, segments := plan(t)
		r, stats := replay(t, streams, shuffled(t, segments), Limits{})
		for side, want := range streams {
			if !bytes.Equal(r.stream[side], want) {
				t.Errorf("side %d: %d bytes are not the %d that were sent", side, len(r.stream[side]), len(want))
			}
		}
		if stats.Lost != 0 || stats.Conflicts != 0 || r.closed.Ending != flow.EndClosed {
			t.Errorf("%d bytes lost, %d in conflict, ending %d", stats.Lost, stats.Conflicts, r.closed.Ending)
		}
	})
}

// With segments missing, every byte that is delivered stands where it stood,
// just those are delivered that were captured, and the lengths add up.
func TestStreamsSurviveLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		streams, segments := plan(t)
		kept := segments[:0:0]
		var present [2]map[int]bool
		present[0], present[1] = map[int]bool{}, map[int]bool{}
		for _, s := range segments {
			if rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				continue
			}
			kept = append(kept, s)
			for i := s.begin; i < s.end; i++ {
				present[s.side][i] = true
			}
		}
		limits := Limits{}
		if rapid.Bool().Draw(t, "small limits") {
			limits = Limits{QueuedSide: 400, Queued: 600}
		}
		r, stats := replay(t, streams, kept, limits)
		for side, want := range streams {
			total := int64(len(r.stream[side])) + r.lost[side] + r.closed.Lost[side]
			if total != int64(len(want)) {
				t.Errorf("side %d: %d bytes in all; want %d", side, total, len(want))
			}
			if limits == (Limits{}) && len(r.bytes[side]) != len(present[side]) {
				t.Errorf("side %d: %d bytes delivered; %d were captured", side, len(r.bytes[side]), len(present[side]))
			}
			for at, b := range r.bytes[side] {
				if !present[side][int(at)] || b != want[at] {
					t.Fatalf("side %d: byte %d was not captured, or is another", side, at)
				}
			}
		}
		if stats.Conflicts != 0 {
			t.Errorf("%d bytes in conflict", stats.Conflicts)
		}
	})
}
