// Package flow names the two ends of a TCP connection and what passes
// between them: bytes in order, holes, and what TCP itself told.
//
// It is the vocabulary shared by package reassembly, which produces these
// values, and package dissect, which consumes them. It holds no behaviour of
// its own. Which end is the client is not known here: package dissect decides
// that from what both said.
package flow

import (
	"fmt"
	"net/netip"
	"time"
)

// A Side is one of the two ends of a connection. A is the end that opened it
// when that was seen, else the one whose packet was seen first.
type Side uint8

const (
	A Side = iota
	B
)

// Other returns the opposite end.
func (s Side) Other() Side { return s ^ 1 }

// A Direction says which way something went once the roles are known.
type Direction uint8

const (
	ClientToServer Direction = iota + 1
	ServerToClient
)

// String returns "c2s" or "s2c", the words of the JSON output.
func (d Direction) String() string {
	switch d {
	case ClientToServer:
		return "c2s"
	case ServerToClient:
		return "s2c"
	}
	return fmt.Sprintf("direction(%d)", uint8(d))
}

// Reverse returns the opposite direction.
func (d Direction) Reverse() Direction { return ClientToServer + ServerToClient - d }

// A Conn identifies one TCP connection as seen from one vantage point.
type Conn struct {
	ID     int64             // unique within one assembler, from 1 in order of appearance
	Ends   [2]netip.AddrPort // indexed by Side
	Opened bool              // a SYN was seen, sent by A
	// Sequence is the initial sequence number of A, with Opened: the same for
	// one connection wherever it is captured, unless something rewrites it.
	Sequence uint32
	Start    time.Time // of the SYN, or of the first packet; zero when the capture has no clock
	Packet   PacketID  // number of that packet
	File     int       // index of the input it came from
	Vantage  int       // index of the vantage point, by which ID is unique

	// Origin is the same for connections whose first packets were captured in
	// the same place on their way, as far as packets show that.
	Origin uint32

	// Interface is the name of the interface of the first packet, "" when the
	// capture does not say.
	Interface string
}

// A Chunk is a piece of the byte stream of one side, delivered in order.
type Chunk struct {
	From     Side
	Sequence uint32 // TCP sequence number of Data[0]

	Data   []byte    // valid only until the call that received it returns; not to be changed
	Offset int64     // of Data[0] in the stream of From; 0 is the first byte after the SYN, or the first byte seen
	Lost   int64     // bytes missing directly before Data
	Cut    int64     // how many of the Lost ones were cut off by the snaplen
	Vague  bool      // Lost is the most that can be missing, not an exact count
	Packet PacketID  // number of the packet that carried Data
	Time   time.Time // when that packet was captured
}

// A SignalKind says what TCP itself told about a connection.
// The numbers are ours.
type SignalKind uint8

const (
	// Fin says that From will send no more; every byte before it has been delivered. See Signal.Unseen.
	Fin SignalKind = iota + 1
	// Reset says that From sent an acceptable RST.
	Reset
	// Refused says that From answered a SYN with RST.
	Refused
	// Established says that From acknowledged the other end's SYN (SYN ACK seen).
	Established
	// Retransmitted says that From sent Bytes bytes again that were delivered before.
	Retransmitted
	// Conflict says that From sent Bytes bytes again with other content; the first copy was kept.
	Conflict
	// ZeroWindow says that From closed its receive window.
	ZeroWindow
	// WindowOpen says that From opened it again.
	WindowOpen
	// KeepAlive says that From sent a keep-alive probe.
	KeepAlive
	// SynRepeated says that From repeated its SYN without an answer.
	SynRepeated
	// QueueFull says that Bytes out-of-order bytes were let go because a limit was reached.
	QueueFull
	// Elsewhere says that a packet of From was captured once more, on Interface.
	Elsewhere
)

var signalNames = [...]string{
	Fin: "fin", Reset: "reset", Refused: "refused", Established: "established",
	Retransmitted: "retransmitted", Conflict: "conflict", ZeroWindow: "zero window",
	WindowOpen: "window open", KeepAlive: "keep-alive", SynRepeated: "syn repeated", QueueFull: "queue full", Elsewhere: "elsewhere",
}

// String returns the kind in lower-case words.
func (k SignalKind) String() string {
	if int(k) < len(signalNames) && signalNames[k] != "" {
		return signalNames[k]
	}
	return fmt.Sprintf("signal(%d)", uint8(k))
}

// A Signal is something that TCP told beside the bytes.
type Signal struct {
	Kind   SignalKind
	From   Side
	Bytes  int64 // see SignalKind; 0 where it has no meaning
	Offset int64 // place in the stream of From
	Packet PacketID
	Time   time.Time

	// Unseen says, with Fin, that it is not in the capture: Packet is the one
	// by which the other end acknowledged it. It is told at the end of the
	// connection, however early that was.
	Unseen bool

	Sequence  uint32 // of the first byte that From sends, with Established
	Interface string // with Elsewhere
}

// An Ending says why nothing more will come of a connection. The numbers are ours.
type Ending uint8

const (
	// EndClosed: both sides sent FIN, or one sent RST.
	EndClosed Ending = iota + 1
	// EndCapture: the capture ended first.
	EndCapture
	// EndReplaced: the same four-tuple was opened anew.
	EndReplaced
	// EndEvicted: let go because of a limit on connections.
	EndEvicted
	// EndIdle: let go after the idle limit.
	EndIdle
)

// A Closed is the last word on a connection.
type Closed struct {
	Ending Ending
	Packet PacketID  // the packet that ended it; the last one of the capture for EndCapture
	Time   time.Time // of that packet
	// Lost counts, per side, bytes known to be missing at the end of the stream
	// (the other end acknowledged them, or a later segment or FIN was seen).
	Lost [2]int64
	// Packets counts, per side, the packets that it sent in the capture.
	Packets [2]int64
}
