package flow

import (
	"cmp"
	"strconv"
	"time"
)

// A PacketID names a packet of a run: which input has it, and the number that
// it has there. Zero names none. With one input it is that number.
type PacketID int64

// numberBits is what the number of a packet has room in: a million packets a
// second for twelve days.
const numberBits = 40

// IdentifyPacket returns the ID of a packet by its number, from 1 in its
// input, and by the index of that input.
func IdentifyPacket(input, number int) PacketID {
	return PacketID(input)<<numberBits | PacketID(min(int64(number), 1<<numberBits-1))
}

// Input returns the index of the input that has the packet.
func (p PacketID) Input() int { return int(p >> numberBits) }

// Number returns the number of the packet in its input, from 1.
func (p PacketID) Number() int { return int(p & (1<<numberBits - 1)) }

// String returns the number, and behind the first input which one it is in,
// counted from 1: "3 of input 2".
func (p PacketID) String() string {
	text := strconv.Itoa(p.Number())
	if p.Input() == 0 {
		return text
	}
	return text + " of input " + strconv.Itoa(p.Input()+1)
}

// ComparePackets says, as cmp.Compare does, which of two packets of one
// vantage point was captured first. In one input that is the order in which
// they stand there, whatever the clock says; what two inputs hold is ordered
// by time, for they may be named in any order, and joined where they overlap.
func ComparePackets(p PacketID, at time.Time, q PacketID, then time.Time) int {
	if p.Input() != q.Input() && !at.Equal(then) && !at.IsZero() && !then.IsZero() {
		return at.Compare(then)
	}
	return cmp.Compare(p, q)
}
