package reassembly

import (
	"time"

	"wsight/flow"
)

// An unseen is a FIN that is not in the capture but that the other end
// acknowledged: its acknowledgement covers one number more than there were
// bytes. One missing byte looks the same until more bytes come, so nothing is
// told before the connection is over: because the other direction ended too
// and patience has passed, or because nothing follows.
type unseen struct {
	stream
	told   moment // of the acknowledgement
	last   moment // when both directions were over, with listed
	seq    uint32 // of the FIN
	listed bool   // its connection is over unless bytes come
	since  time.Duration
	links[unseen]
}

// A moment is a packet of the capture and its time.
type moment struct {
	packet flow.PacketID
	time   time.Time
}

// unseenPatience is for how long a connection whose directions both ended, one
// of them by an unseen FIN, is still held open: nothing waits behind it, so it
// may be longer than the patience with holes.
const unseenPatience = 2 * time.Second

// beyond notes that the other end acknowledged one number more than what a
// side has sent as far as the capture shows.
func (a *Assembler) beyond(c *conn, side flow.Side) {
	h := &c.sides[side]
	if !h.finSeen && h.backlog == nil {
		if h.unseen == nil {
			h.unseen = &unseen{stream: stream{c, side}}
		}
		h.unseen.told, h.unseen.seq = moment{a.at.packet, a.at.time}, h.next
	}
	a.expectEnd(c)
}

// holds reports whether nothing came that contradicts u.
func (u *unseen) holds() bool {
	h := &u.conn.sides[u.side]
	return !h.finSeen && h.backlog == nil && h.next == u.seq && h.acked == u.seq+1
}

// over reports whether the sender of h has ended its direction, and the other
// end knows that.
func (h *half) over() bool {
	if h.finDone {
		return h.acked == h.fin+1
	}
	return h.unseen != nil && h.unseen.holds()
}

// expectEnd begins the last wait of c when both directions are over, one of
// them at least by a FIN that is not in the capture.
func (a *Assembler) expectEnd(c *conn) {
	if !c.sides[flow.A].over() || !c.sides[flow.B].over() {
		return
	}
	for side := range c.sides {
		if u := c.sides[side].unseen; u != nil && !u.listed {
			u.listed, u.since, u.last = true, a.now, moment{a.at.packet, a.at.time}
			a.unseen.push(u)
			return
		}
	}
}

// endUnseen ends the connection of u, which has waited long enough, unless bytes
// came that contradict it.
func (a *Assembler) endUnseen(u *unseen) {
	c := u.conn
	a.unseen.remove(u)
	u.listed = false
	if c.sides[flow.A].over() && c.sides[flow.B].over() {
		a.finishAt(c, flow.EndClosed, u.last)
	}
}

// tellUnseen signals the FINs that are not in the capture, once, at the end of c.
func (a *Assembler) tellUnseen(c *conn) {
	for side := range c.sides {
		h := &c.sides[side]
		if u := h.unseen; u != nil && u.holds() {
			a.signal(c, flow.Signal{
				Kind: flow.Fin, From: u.side, Offset: h.offset, Unseen: true, Packet: u.told.packet, Time: u.told.time,
			})
		}
		a.dropUnseen(h)
	}
}

// dropUnseen lets go of what is known of the unseen FIN of h.
func (a *Assembler) dropUnseen(h *half) {
	if u := h.unseen; u != nil {
		if u.listed {
			a.unseen.remove(u)
		}
		h.unseen = nil
	}
}
