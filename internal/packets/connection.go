package packets

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"time"
)

// A Direction says who sends; it is also the index of the sender.
type Direction int

const (
	ClientToServer Direction = iota
	ServerToClient
)

// A Connection scripts one TCP connection on the clock of its capture.
type Connection struct {
	// Interface is the number of the interface of the capture.
	Interface int
	// Muted: what is sent is not captured.
	Muted bool
	// Mirrors are other places where it is captured, muted or not.
	Mirrors []*Mirror
	// Delay is how long a packet takes from the place of the capture to an
	// end, and what that answers takes back.
	Delay [2]time.Duration
	// Offload: it is captured on a host that leaves the cutting of segments
	// to its network card, and so sees up to 64 KiB in one.
	Offload bool

	capture *Capture
	random  *rand.Rand
	ends    [2]End
	next    [2]uint32 // sequence number
	stamp   [2]uint32 // timestamp clock at the start of the capture
	seen    [2]uint32 // last timestamp that the end received
	window  [2]uint16
	id      [2]uint16
	start   time.Time
	last    Direction // who sent last
}

// offloaded is how many segments a card makes of one.
const offloaded = 44

// Connect returns a connection between two ends that has not sent anything.
// What is random about it depends on the two addresses alone.
func (c *Capture) Connect(client, server string) *Connection {
	from, to := netip.MustParseAddrPort(client), netip.MustParseAddrPort(server)
	a, b := from.Addr().As16(), to.Addr().As16()
	seed := binary.BigEndian.Uint64(a[8:]) ^ binary.BigEndian.Uint64(b[8:])<<16
	random := rand.New(rand.NewPCG(seed, uint64(from.Port())<<16|uint64(to.Port())))
	conn := &Connection{capture: c, random: random, start: c.Now, last: ServerToClient,
		Delay: [2]time.Duration{18 * time.Millisecond, 400 * time.Microsecond}, window: [2]uint16{502, 509}}
	for i, addr := range []netip.AddrPort{from, to} {
		bytes := addr.Addr().As16()
		conn.ends[i] = End{Addr: addr, MAC: [6]byte{2, 0, 0x5e, bytes[13], bytes[14], bytes[15]}}
		conn.next[i], conn.stamp[i], conn.id[i] = random.Uint32(), random.Uint32(), uint16(random.Uint32())
	}
	conn.ends[ClientToServer].TTL = 52
	return conn
}

// Nonce returns a Sec-WebSocket-Key.
func (c *Connection) Nonce() string {
	b := binary.BigEndian.AppendUint64(nil, c.random.Uint64())
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint64(b, c.random.Uint64()))
}

// emit adds one packet at the time of the capture plus after.
func (c *Connection) emit(d Direction, flags Flags, seq uint32, payload []byte, after time.Duration) {
	at := c.capture.Now.Add(after)
	stamp := c.stamp[d] + uint32(at.Sub(c.start).Milliseconds())
	c.id[d]++
	s := Segment{From: &c.ends[d], To: &c.ends[1-d], ID: c.id[d], Seq: seq, Flags: flags, Window: c.window[d],
		Time: stamp, Echo: c.seen[d], Payload: payload}
	if flags&ACK != 0 {
		s.Ack = c.next[1-d]
	}
	c.seen[1-d] = stamp
	if !c.Muted {
		c.capture.add(at, c.Interface, s.Append(nil))
	}
	for _, m := range c.Mirrors {
		m.take(d, at, s)
	}
}

// turn lets pass the time that d needs to answer or to go on.
func (c *Connection) turn(d Direction) {
	if c.last == d {
		c.capture.Wait(60 * time.Microsecond)
	} else {
		c.capture.Wait(c.Delay[d])
	}
	c.last = d
}

// Open is the three-way handshake of TCP.
func (c *Connection) Open() {
	c.capture.Wait(time.Millisecond)
	c.flag(ClientToServer, SYN)
	c.flag(ServerToClient, SYN|ACK)
	c.turn(ClientToServer)
	c.emit(ClientToServer, ACK, c.next[ClientToServer], nil, 0)
}

// Refuse is a SYN that is answered by RST.
func (c *Connection) Refuse() {
	c.flag(ClientToServer, SYN)
	c.turn(ServerToClient)
	c.emit(ServerToClient, RST|ACK, 0, nil, 0)
}

// flag sends a segment whose flag takes a sequence number.
func (c *Connection) flag(d Direction, flags Flags) {
	c.turn(d)
	c.emit(d, flags, c.next[d], nil, 0)
	c.next[d]++
}

// Send sends b in segments; the other end acknowledges every second one and
// the last.
func (c *Connection) Send(d Direction, b []byte) {
	mss := MSS
	if c.ends[d].Addr.Addr().Is6() {
		mss -= 20
	}
	if c.Offload {
		mss *= offloaded
	}
	c.turn(d)
	for n := 1; len(b) > 0; n++ {
		size := min(len(b), mss)
		flags := ACK
		if size == len(b) {
			flags |= PSH
		}
		c.emit(d, flags, c.next[d], b[:size], 0)
		c.next[d] += uint32(size)
		if b = b[size:]; len(b) == 0 || n%2 == 0 {
			c.emit(1-d, ACK, c.next[1-d], nil, c.Delay[1-d])
		}
		if len(b) > 0 {
			c.capture.Wait(12 * time.Microsecond)
		}
	}
}

// Fin shuts the direction d down, which the other end acknowledges.
func (c *Connection) Fin(d Direction) {
	c.flag(d, FIN|ACK)
	c.emit(1-d, ACK, c.next[1-d], nil, c.Delay[1-d])
}

// Close shuts both directions down, d first.
func (c *Connection) Close(d Direction) {
	c.flag(d, FIN|ACK)
	c.flag(1-d, FIN|ACK)
	c.turn(d)
	c.emit(d, ACK, c.next[d], nil, 0)
}

// Reset ends the connection with an RST from d.
func (c *Connection) Reset(d Direction) {
	c.turn(d)
	c.emit(d, RST|ACK, c.next[d], nil, 0)
}

// Window lets d announce its receive window, which is scaled by 128.
func (c *Connection) Window(d Direction, size uint16) {
	c.window[d] = size
	c.turn(d)
	c.emit(d, ACK, c.next[d], nil, 0)
}

// Probe asks whether a closed window is open again, or whether the other end
// is alive: an old sequence number that must be answered.
func (c *Connection) Probe(d Direction) {
	c.turn(d)
	c.emit(d, ACK, c.next[d]-1, nil, 0)
	c.emit(1-d, ACK, c.next[1-d], nil, c.Delay[1-d])
}

// Frame returns a frame, masked when it comes from the client.
func (c *Connection) Frame(d Direction, first byte, payload []byte) []byte {
	f := Frame{First: first, Payload: payload}
	if d == ClientToServer {
		f.Mask = c.Mask()
	}
	return f.Append(nil)
}

// Mask returns a masking key.
func (c *Connection) Mask() *[4]byte {
	var mask [4]byte
	binary.BigEndian.PutUint32(mask[:], c.random.Uint32())
	return &mask
}

// Say sends one unfragmented frame: FIN and opcode.
func (c *Connection) Say(d Direction, opcode byte, payload string) {
	c.Send(d, c.Frame(d, 0x80|opcode, []byte(payload)))
}

// Goodbye is the closing handshake, begun by d, and the end of TCP, which the
// server begins (RFC 6455 §7.1.1).
func (c *Connection) Goodbye(d Direction, code uint16, reason string) {
	c.Send(d, c.Frame(d, 0x80|Close, CloseBody(code, reason)))
	c.Send(1-d, c.Frame(1-d, 0x80|Close, CloseBody(code, "")))
	c.Close(ServerToClient)
}
