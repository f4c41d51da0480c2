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
