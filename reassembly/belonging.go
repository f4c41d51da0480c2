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

// A Belonging says what a packet belongs to.
type Belonging struct {
	Connection int64 // as Assembler.Connection
	Nth        int64 // which packet of it this is, from 1
	Refused    bool  // nobody wants more of that connection
	Fragment   bool  // it is a fragment that does not complete its datagram
}

// Belonging says what the packet taken in last belongs to.
func (a *Assembler) Belonging() Belonging {
	if !a.found {
		return Belonging{Fragment: a.fragment}
	}
	if c := a.table.find(&a.decoder.segment); c != nil {
		return Belonging{Connection: c.id, Nth: c.packets, Refused: c.refused}
	}
	return Belonging{}
}

// A Part is a packet that carries a fragment of an IP datagram.
type Part struct{ File, Packet int }

// Parts returns the packets of the datagram that the packet taken in last
// completes, nil when it is no fragment. It is valid until the next packet.
func (a *Assembler) Parts() []Part { return a.decoder.fragments.parts }
