package capture

import (
	"context"
	"iter"
	"time"
)

// A LinkType says how the bytes of a packet begin: a LINKTYPE_ value of
// https://www.tcpdump.org/linktypes.html, always as the 16 bits of the file.
type LinkType uint16

// An Interface is where packets were captured, as the capture describes it.
type Interface struct {
	Name    string // "" when the capture does not say
	Link    LinkType
	Snaplen int // 0: no limit is known
}

// A Packet is one captured packet.
//
// A Source reuses the Packet and the memory behind Data: both are valid only
// until the next one is asked for.
type Packet struct {
	Number    int       // from 1 in its file
	File      int       // index of the input, from 0
	Time      time.Time // zero when the capture has none (Simple Packet Blocks)
	Link      LinkType
	Data      []byte
	Length    int        // on the wire; greater than len(Data) when the snaplen cut it
	Interface *Interface // never nil
	Offset    int64      // of Data in the (decompressed) input; -1 when live
}

// A Source gives packets in the order in which they were captured.
type Source interface {
	// Packets yields every packet, then at most one error, with a nil packet,
	// that says why the input was not read to its end. The error is an
	// [*Error] where a place in a file is known.
	Packets(ctx context.Context) iter.Seq2[*Packet, error]

	// Stats returns what is known so far. It may be called while Packets runs.
	Stats() Stats
}

// Stats counts what a source gave.
type Stats struct {
	Packets int64
	Bytes   int64 // captured, without file headers
	Dropped int64 // by the kernel, as the kernel or the file says; -1 when unknown
}
