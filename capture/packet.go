package capture

import (
	"context"
	"iter"
	"time"
)

// A LinkType says how the bytes of a packet begin: a LINKTYPE_ value of
// https://www.tcpdump.org/linktypes.html, always as the 16 bits of the file.
type LinkType uint16

// UnknownLink is the link type of a packet whose interface its capture does
// not describe. LINKTYPE_ values leave it free.
const UnknownLink LinkType = 0xFFFF

// An Interface is where packets were captured, as the capture describes it.
type Interface struct {
	Name        string // "" when the capture does not say
	Description string
	Link        LinkType
	Snaplen     int      // 0: no limit is known
	Filter      string   // the capture filter, as far as it is text
	Comments    []string // about the interface
	Section     *Section // nil where the format has none
}

// A Section says who made a part of a pcapng file.
type Section struct {
	Hardware, OS, Application string // "" when the capture does not say
	Comments                  []string
}

// A Packet is one captured packet.
//
// A Source reuses the Packet and the memory behind Data: both are valid only
// until the next one is asked for.
type Packet struct {
	Number    int       // from 1 in its file
	File      int       // index of the input, from 0
	Vantage   int       // index of the vantage point, from 0
	Time      time.Time // UTC; zero when the capture has none (Simple Packet Blocks)
	Link      LinkType
	Data      []byte
	Length    int        // on the wire; greater than len(Data) when the snaplen cut it
	Interface *Interface // never nil
	Offset    int64      // of Data in the (decompressed) input; -1 when live
	Comments  []string   // those of the file; not reused
	Direction Direction
}

// A Direction says whether the host that captured received or sent a packet.
// It is 0 where the capture does not tell. The numbers are those of pcapng
// flags, draft-ietf-opsawg-pcapng §4.3.1.
type Direction uint8

const (
	In  Direction = iota + 1 // received, also for another host
	Out                      // sent
)

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
