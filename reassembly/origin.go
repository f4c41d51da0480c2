package reassembly

// origin returns a number for where the packet at hand was captured: it is
// the same where neither the interface, nor the link addresses, nor the hops
// that the packet may still take tell two places apart. Whatever passes a packet
// on, and captures it on both sides, changes one of them.
func (a *Assembler) origin() uint32 {
	const prime = 16777619 // of FNV-1a
	h := uint32(2166136261)
	for _, b := range []byte(a.at.name()) {
		h = (h ^ uint32(b)) * prime
	}
	h = (h ^ uint32(a.decoder.segment.hops)) * prime
	if p := a.taken; p != nil {
		switch {
		case p.Link == linkEthernet && len(p.Data) >= 12:
			for i, b := range p.Data[:6] { // either direction gives the same
				h = (h ^ uint32(b^p.Data[6+i])) * prime
			}
		case p.Link == linkSLL && len(p.Data) >= 14: // the direction, and who sent it
			for _, b := range p.Data[:14] {
				h = (h ^ uint32(b)) * prime
			}
		}
	}
	return h
}
