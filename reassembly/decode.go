package reassembly

import (
	"time"

	"wsight/capture"
)

// A verdict says what the layers below TCP held. The numbers are ours.
type verdict uint8

const (
	found       verdict = iota + 1 // a TCP segment: decoder.segment
	other                          // something else: UDP, ARP, an IP protocol that carries no TCP
	fragment                       // part of an IP datagram that is not complete
	malformed                      // claims to lead to TCP but cannot be read
	unknownLink                    // a link type that is not understood
)

// maxDepth bounds how many layers of tunnels are looked through.
const maxDepth = 16

// A decoder finds the TCP segment in a packet. The zero value is ready to use,
// and reports fragments without keeping them.
//
// Every layer gets the bytes from its header on, and how many more there were
// on the wire but not in the capture: the lengths in IP headers say what
// belongs to a segment, and neither Ethernet padding nor the snaplen does.
type decoder struct {
	segment   segment
	fragments *fragments
	now       time.Duration // of the assembler; for fragments
	depth     int
	odd       *oddLayers
	quic      quic
}

// decode looks for TCP in p. The segment refers to p.Data.
func (d *decoder) decode(p *capture.Packet) verdict {
	d.depth = 0
	b, missing := p.Data, max(0, p.Length-len(p.Data))
	if p.Link == linkEthernet {
		return d.ethernet(b, missing)
	}
	return d.link(p.Link, b, missing)
}

// FlowHash returns a number that is the same for all packets of a TCP
// connection, of both directions, inside or outside of tunnels: packets of
// different connections may be given to different assemblers by it. ok is
// false, and the number 0, for whatever is no whole TCP segment.
//
// IP fragments are such a case: most of them name no ports. Give a packet that
// is not ok to every assembler, after [Assembler.Share] has told each which
// connections are its own.
func FlowHash(p *capture.Packet) (hash uint64, ok bool) {
	var d decoder
	if !d.segment.plain(p) && d.decode(p) != found {
		return 0, false
	}
	return d.segment.key.hash(), true
}
