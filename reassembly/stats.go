package reassembly

import "wsight/capture"

// Stats counts what an [Assembler] was given and what became of it.
type Stats struct {
	Packets     int64
	Segments    int64 // packets (or fragmented datagrams) that were TCP
	Other       int64 // packets that are not TCP
	Undecoded   int64 // packets that should have led to TCP but could not be read, or of an unknown link type
	Truncated   int64 // packets that the snaplen cut
	Connections int64
	QUIC        int64 // QUIC connections, which carry HTTP/3: not decoded
	Evicted     int64 // connections let go because of a limit on their number
	Strays      int64 // segments without data that belong to no known connection

	Duplicates    int64                      // segments of which every byte had been seen before
	OutOfOrder    int64                      // segments that came before bytes they follow
	Lost          int64                      // bytes of streams that are not in the capture, Cut included
	Cut           int64                      // bytes of streams that the snaplen cut off
	Conflicts     int64                      // bytes that were sent again with other content
	Misplaced     int64                      // segments outside of their stream: after its FIN, after the end
	RefusedResets int64                      // RST segments that no end would accept
	Fragments     int64                      // IP fragments
	Datagrams     int64                      // IP datagrams rebuilt from them
	DatagramsLost int64                      // IP datagrams let go incomplete
	UnknownLinks  map[capture.LinkType]int64 // packets by link type that is not understood; nil when there are none
	Limits        []LimitHit                 // those that were reached
}
