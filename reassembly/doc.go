// Package reassembly turns captured packets into the two byte streams of each
// TCP connection, as the two ends saw them: in order, each byte once, holes
// named.
//
// It is an observer, not an end: it sees packets twice, late, cut or never,
// and joins connections that began before the capture did. An [Assembler]
// serves one vantage point. It runs on the caller's goroutine and knows only
// the time that packets carry.
//
// What holds for every connection:
//
//   - The bytes of a side are delivered in order and never twice. The lengths
//     of all chunks, what they name as lost, and Closed.Lost add up to the
//     length of the stream as far as it is known.
//   - When copies of the same bytes differ, the first copy captured counts, and
//     a Conflict is signalled.
//   - A side whose next bytes are missing (a hole) is held back until they
//     arrive or the hole is given up: 200 ms or 32 packets after the receiver
//     acknowledged them, later where that cannot be seen, at the latest with the
//     connection. The other side never waits.
//   - Nothing that a packet declares is trusted with memory. What is kept is
//     bounded by [Limits], and each limit that was reached is counted.
//
// Checksums are not verified: captures of the sending host rarely have valid
// ones. Tunnels and VLANs are looked through, and do not tell connections
// apart: the same segment seen inside and outside of a tunnel is one segment.
package reassembly
