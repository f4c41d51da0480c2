package packets

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"
)

// A Capture collects the packets of scripted connections, which share its
// clock, and writes them in the order of their times.
type Capture struct {
	Now     time.Time // moved by connections and by Wait
	Comment string    // of the file, only in pcapng
	packets []packet
}

type packet struct {
	at          time.Time
	data        []byte
	nic         int
	description string
}

// Wait lets time pass.
func (c *Capture) Wait(d time.Duration) { c.Now = c.Now.Add(d) }

// Describe gives the last packet that was added a comment, which only pcapng keeps.
func (c *Capture) Describe(comment string) {
	c.packets[len(c.packets)-1].description = comment
}

// add takes a packet, which is not copied.
func (c *Capture) add(at time.Time, nic int, data []byte) {
	c.packets = append(c.packets, packet{at: at, data: data, nic: nic})
}

func (c *Capture) sorted() []packet {
	p := slices.Clone(c.packets)
	slices.SortStableFunc(p, func(a, b packet) int { return a.at.Compare(b.at) })
	return p
}

// Pcap returns the capture in the classic format.
func (c *Capture) Pcap() []byte {
	var b bytes.Buffer
	file := NewPcap(&b)
	for _, p := range c.sorted() {
		file.Write(p.at, p.data)
	}
	return b.Bytes()
}

// Block types and option codes of pcapng.
const (
	sectionHeader        = 0x0A0D0D0A
	interfaceDescription = 1
	enhancedPacket       = 6

	optionComment    = 1
	optionName       = 2
	optionResolution = 9
)

// Pcapng returns the capture as pcapng: little endian, nanoseconds, with one
// Ethernet interface for each name.
func (c *Capture) Pcapng(interfaces ...string) []byte {
	le := binary.LittleEndian
	header := le.AppendUint32(nil, 0x1A2B3C4D)
	header = append(header, 1, 0, 0, 0)
	header = le.AppendUint64(header, ^uint64(0)) // length of the section: not given
	b := appendBlock(nil, sectionHeader, header, option{optionComment, c.Comment})
	for _, name := range interfaces {
		body := []byte{1, 0, 0, 0, 0, 0, 0x04, 0} // LINKTYPE_ETHERNET, snaplen 262144
		b = appendBlock(b, interfaceDescription, body, option{optionName, name}, option{optionResolution, "\x09"})
	}
	for _, p := range c.sorted() {
		nanos := uint64(p.at.UnixNano())
		body := le.AppendUint32(nil, uint32(p.nic))
		body = le.AppendUint32(body, uint32(nanos>>32))
		body = le.AppendUint32(body, uint32(nanos))
		body = le.AppendUint32(body, uint32(len(p.data)))
		body = le.AppendUint32(body, uint32(len(p.data)))
		body = padded(append(body, p.data...))
		b = appendBlock(b, enhancedPacket, body, option{optionComment, p.description})
	}
	return b
}

type option struct {
	code  uint16
	value string // "": left out
}

func appendBlock(dst []byte, kind uint32, body []byte, options ...option) []byte {
	le := binary.LittleEndian
	body = slices.Clone(body)
	plain := len(body)
	for _, o := range options {
		if o.value != "" {
			body = le.AppendUint16(body, o.code)
			body = le.AppendUint16(body, uint16(len(o.value)))
			body = padded(append(body, o.value...))
		}
	}
	if len(body) > plain {
		body = append(body, 0, 0, 0, 0) // end of options
	}
	length := uint32(len(body) + 12)
	dst = le.AppendUint32(dst, kind)
	dst = le.AppendUint32(dst, length)
	dst = append(dst, body...)
	return le.AppendUint32(dst, length)
}

// padded fills b to a multiple of four bytes.
func padded(b []byte) []byte { return append(b, make([]byte, -len(b)&3)...) }
