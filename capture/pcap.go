package capture

import (
	"fmt"
	"io"
	"math"
	"time"
)

// Magic numbers of pcap, draft-ietf-opsawg-pcap §4, in the order of the
// machine that wrote them.
const (
	magicMicroseconds = 0xA1B2C3D4
	magicNanoseconds  = 0xA1B23C4D
	// magicModified is of files by a patched libpcap that some old
	// distributions shipped: its packet headers are 8 bytes longer.
	magicModified = 0xA1B2CD34
)

const pcapFileHeader = 24

// A pcapFile reads the packets of a pcap file.
type pcapFile struct {
	order   byteOrder
	head    int   // bytes before each packet
	tick    int64 // nanoseconds of one unit of the fraction
	swapped bool  // the two lengths of a packet may stand in either order
	source  Interface
}

// pcapMagic reports whether b starts as a pcap file does.
func pcapMagic(b []byte) (*pcapFile, bool) {
	for _, order := range []byteOrder{{}, {big: true}} {
		f := &pcapFile{order: order, head: 16, tick: int64(time.Microsecond)}
		switch order.uint32(b) {
		case magicMicroseconds:
		case magicNanoseconds:
			f.tick = 1
		case magicModified:
			f.head = 24
		default:
			continue
		}
		return f, true
	}
	return nil, false
}

// open reads the file header.
func (f *pcapFile) open(w *window) error {
	// +---------------------------------------+
	// |                 magic                 |
	// +-------------------+-------------------+
	// |   major version   |   minor version   |
	// +-------------------+-------------------+
	// |    reserved (was the time zone)       |
	// +---------------------------------------+
	// |  reserved (was the time's accuracy)   |
	// +---------------------------------------+
	// |                snaplen                |
	// +-----+-+-----------+-------------------+
	// | FCS |f| reserved  |     link type     |
	// +-----+-+-----------+-------------------+
	b, err := w.need(pcapFileHeader, "a pcap file header")
	if err != nil {
		return err
	}
	major, minor := f.order.uint16(b[4:]), f.order.uint16(b[6:])
	if major != 2 {
		return &Error{
			Offset: 4, Expected: "pcap version 2",
			Found: fmt.Sprintf("version %d.%d", major, minor), Err: ErrCorrupt,
		}
	}
	// Up to 2.3 writers disagreed about which of the lengths comes first.
	f.swapped = minor <= 3
	f.source.Link = LinkType(f.order.uint32(b[20:]))
	if snaplen := f.order.uint32(b[16:]); snaplen <= math.MaxInt32 {
		f.source.Snaplen = int(snaplen)
	}
	w.skip(pcapFileHeader)
	return nil
}

// next reads one packet into p. At the end of the file it returns io.EOF.
func (f *pcapFile) next(w *window, p *Packet) error {
	b := w.view()
	if len(b) < f.head {
		var err error
		if b, err = w.fill(f.head); err != nil {
			if len(b) == 0 && err == io.EOF {
				return err
			}
			return w.cut(int64(f.head), int64(len(b)), "a packet header", err)
		}
	}
	seconds, fraction, captured, length := f.order.four(b)
	if f.swapped && captured > length {
		captured, length = length, captured
	}
	// A packet may be longer than the snaplen says: old libpcaps wrote such
	// files, and tcpdump reads them.
	if uint64(captured) > uint64(w.limit) {
		return w.tooLarge(int64(captured), "a packet")
	}
	size := f.head + int(captured)
	if size > len(b) {
		var err error
		if b, err = w.peek(size); err != nil {
			return w.cut(int64(size), int64(len(b)), "a packet with its header", err)
		}
	}
	p.Time = time.Unix(int64(seconds), int64(fraction)*f.tick).UTC()
	p.Link = f.source.Link
	p.Data = b[f.head:size:size]
	p.Length = int(max(length, captured))
	p.Interface = &f.source
	p.Offset = w.offset() + int64(f.head)
	w.skip(size)
	return nil
}

// dropped is unknown: a pcap file does not say.
func (f *pcapFile) dropped() int64 { return -1 }
