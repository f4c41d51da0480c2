package reassembly

// Connection returns the flow.Conn.ID of the connection that the packet taken
// in last belongs to, 0 when it belongs to none: it is no TCP, a stray, or a
// fragment that does not complete its datagram.
func (a *Assembler) Connection() int64 {
	if !a.found {
		return 0
	}
	if c := a.table.find(&a.decoder.segment); c != nil {
		return c.id
	}
	return 0
}

// A Part is a packet that carries a fragment of an IP datagram.
type Part struct{ File, Packet int }

// Parts returns the packets of the datagram that the packet taken in last
// completes, nil when it is no fragment. It is valid until the next packet.
func (a *Assembler) Parts() []Part { return a.decoder.fragments.parts }
