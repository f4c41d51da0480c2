package reassembly

import (
	"encoding/binary"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// The UDP ports of the tunnels that are looked into.
const (
	portVXLAN      = 4789
	portVXLANLinux = 8472 // the default of Linux before IANA's number, and of flannel
	portGeneve     = 6081
)

// oddLayers are the headers that gopacket reads. They are made when the first
// tunnel is met. Geneve is not among them: gopacket v1.1.19 keeps the length
// of its options in eight bits, and appends them to those of the packet before.
type oddLayers struct {
	gre    layers.GRE
	erspan layers.ERSPANII
	vxlan  layers.VXLAN
}

// a headerDecoder is a gopacket layer that reads its header from bytes.
type headerDecoder interface {
	DecodeFromBytes([]byte, gopacket.DecodeFeedback) error
	LayerPayload() []byte
}

// strip has layer read the header at the start of b and returns what follows
// it. gopacket's decoders index beyond the end of short packets: a panic is
// theirs, and says that the header is malformed.
func strip(layer headerDecoder, b []byte) (rest []byte, ok bool) {
	defer func() {
		if recover() != nil {
			rest, ok = nil, false
		}
	}()
	if layer.DecodeFromBytes(b, gopacket.NilDecodeFeedback) != nil {
		return nil, false
	}
	return layer.LayerPayload(), true
}

// tunnel looks for an inner packet in b, which follows the IP header.
func (d *decoder) tunnel(protocol uint8, b []byte, missing int) verdict {
	d.depth++
	if d.depth > maxDepth {
		return malformed
	}
	switch protocol {
	case protoIPv4, protoIPv6:
		return d.ip(b, missing)
	case protoGRE:
		return d.gre(b, missing)
	}
	if len(b) < 8 {
		return other // UDP claims no TCP
	}
	switch binary.BigEndian.Uint16(b[2:]) {
	case portVXLAN, portVXLANLinux:
		return d.vxlan(b[8:], missing)
	case portGeneve:
		return d.geneve(b[8:], missing)
	}
	if id := initial(b); id != nil {
		d.quic.see(id)
	}
	return other
}

// layers returns the headers for gopacket, emptied: its GRE keeps the routing
// entries of the packet before.
func (d *decoder) layers() *oddLayers {
	if d.odd == nil {
		d.odd = new(oddLayers)
	}
	*d.odd = oddLayers{}
	return d.odd
}

// gre reads a GRE header, RFC 2784, 2890, 1701 and, for PPTP, 2637.
func (d *decoder) gre(b []byte, missing int) verdict {
	gre := &d.layers().gre
	rest, ok := strip(gre, b)
	if !ok {
		return malformed
	}
	switch gre.Protocol {
	case etherBridging:
		return d.ethernet(rest, missing)
	case etherPPP:
		return d.ppp(rest, missing)
	case etherERSPAN2:
		if !gre.SeqPresent {
			return d.ethernet(rest, missing) // type I has no header of its own
		}
		rest, ok = strip(&d.odd.erspan, rest)
		if !ok {
			return malformed
		}
		return d.ethernet(rest, missing)
	case etherERSPAN3:
		return d.erspan3(rest, missing)
	}
	return d.etherType(uint16(gre.Protocol), rest, missing)
}

// erspan3 reads the header of ERSPAN type III: 12 bytes, and 8 more with the
// O bit (draft-foschiano-erspan-03 §4.3). The P field says whether the frame
// within is Ethernet or IP.
func (d *decoder) erspan3(b []byte, missing int) verdict {
	if len(b) < 12 {
		return malformed
	}
	const ethernetFrame, ipPacket = 0, 2
	frame, size := b[10]>>2&0x1f, 12
	if b[11]&1 != 0 {
		size += 8
	}
	if len(b) < size {
		return malformed
	}
	switch frame {
	case ethernetFrame:
		return d.ethernet(b[size:], missing)
	case ipPacket:
		return d.ip(b[size:], missing)
	}
	return other
}

// vxlan reads a VXLAN header, RFC 7348 §5. Without the I bit it is something
// else on that port.
func (d *decoder) vxlan(b []byte, missing int) verdict {
	vxlan := &d.layers().vxlan
	rest, ok := strip(vxlan, b)
	if !ok || !vxlan.ValidIDFlag {
		return other
	}
	return d.ethernet(rest, missing)
}

// geneve reads a Geneve header, RFC 8926 §3.4.
func (d *decoder) geneve(b []byte, missing int) verdict {
	if len(b) < 8 || b[0]>>6 != 0 {
		return other
	}
	size := 8 + int(b[0]&0x3f)*4
	if len(b) < size {
		return malformed
	}
	kind := binary.BigEndian.Uint16(b[2:])
	if kind == etherBridging {
		return d.ethernet(b[size:], missing)
	}
	return d.etherType(kind, b[size:], missing)
}
