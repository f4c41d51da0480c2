package session

import (
	"slices"

	"wsight/flow"
)

// Sources are the inputs that the packets of rows are in, as runs of rows: a
// capture that was cut into files goes on in the next one, and what was joined
// goes to and fro.
type sources []source

// A source is where a run begins.
type source struct{ row, input uint32 }

// add notes the input of the packet of a row, which comes behind all others.
func (s *sources) add(row int, p flow.PacketID) {
	if input := uint32(p.Input()); p != 0 && input != s.last() {
		*s = append(*s, source{uint32(row), input})
	}
}

func (s sources) last() uint32 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].input
}

// packet returns the ID of a packet of a row by its number, 0 for none.
func (s sources) packet(row int, number uint32) flow.PacketID {
	if number == 0 {
		return 0
	}
	return flow.IdentifyPacket(int(s[:s.runs(row)].last()), int(number))
}

// runs returns how many runs begin at the row or before it.
func (s sources) runs(row int) int {
	n, found := slices.BinarySearchFunc(s, uint32(row), func(a source, row uint32) int { return int(a.row) - int(row) })
	if found {
		n++
	}
	return n
}

// release lets go what is only about rows before the one.
func (s *sources) release(row int) {
	if n := s.runs(row) - 1; n > len(*s)/2 {
		*s = slices.Clone((*s)[n:])
	}
}
