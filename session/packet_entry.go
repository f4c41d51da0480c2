package session

import (
	"encoding/binary"
	"errors"

	"wsight/capture"
)

// The flags of an entry of a packet: its direction, and whether it has a time.
const (
	packetDirection = 3
	packetTimed     = 4
)

// appendPacket appends all of p but its data, which is of the interface with
// a number.
func appendPacket(b []byte, p *capture.Packet, number int) []byte {
	flags := uint64(p.Direction) & packetDirection
	if !p.Time.IsZero() {
		flags |= packetTimed
	}
	for _, v := range [...]uint64{flags, uint64(p.File), uint64(p.Vantage), uint64(p.Number), uint64(number), uint64(p.Link), uint64(p.Length)} {
		b = binary.AppendUvarint(b, v)
	}
	if flags&packetTimed != 0 {
		b = binary.AppendVarint(b, p.Time.UnixNano())
	}
	b = binary.AppendUvarint(b, uint64(len(p.Comments)))
	for _, c := range p.Comments {
		b = append(binary.AppendUvarint(b, uint64(len(c))), c...)
	}
	return b
}

var errEntry = errors.New("the temporary file of packets was changed by something else")

// A fields reads what was appended. After a fault all that it gives is zero.
type fields struct {
	b     []byte
	fault bool
}

func (f *fields) number() uint64 {
	v, n := binary.Uvarint(f.b)
	f.pass(n)
	return v
}

func (f *fields) signed() int64 {
	v, n := binary.Varint(f.b)
	f.pass(n)
	return v
}

// pass passes the n bytes of a number; not above 0, it was none.
func (f *fields) pass(n int) {
	if n <= 0 {
		f.b, f.fault = nil, true
		return
	}
	f.b = f.b[n:]
}

func (f *fields) text() string {
	n := f.number()
	if n > uint64(len(f.b)) {
		f.b, f.fault = nil, true
		return ""
	}
	s := string(f.b[:n])
	f.b = f.b[n:]
	return s
}

// packet reads what appendPacket wrote into p, and the data behind it.
func (f *fields) packet(p *capture.Packet, interfaces []*capture.Interface) error {
	flags := f.number()
	*p = capture.Packet{Offset: -1, Direction: capture.Direction(flags & packetDirection)}
	p.File, p.Vantage, p.Number = int(f.number()), int(f.number()), int(f.number())
	number := f.number()
	p.Link, p.Length = capture.LinkType(f.number()), int(f.number())
	if flags&packetTimed != 0 {
		p.Time = unstamp(f.signed())
	}
	for n := f.number(); n > 0 && !f.fault; n-- {
		p.Comments = append(p.Comments, f.text())
	}
	if f.fault || number >= uint64(len(interfaces)) {
		return errEntry
	}
	p.Interface, p.Data = interfaces[number], f.b
	return nil
}
