package capture

import (
	"fmt"
	"io"
	"time"
)

// Types of blocks, draft-ietf-opsawg-pcapng §10.1.
const (
	blockSection        = 0x0A0D0D0A // the same in both byte orders
	blockInterface      = 1
	blockPacket         = 2 // obsolete
	blockSimplePacket   = 3
	blockStatistics     = 5
	blockEnhancedPacket = 6
	blockSecrets        = 10
)

const (
	magicByteOrder = 0x1A2B3C4D
	blockOverhead  = 12 // type, length, and the length again at the end

	// maxInterfaces of one section keeps a file that declares nothing but
	// interfaces from filling the memory.
	maxInterfaces = 1 << 16
	// maxComments of one block: an empty one takes 4 bytes of the file and
	// many more of memory.
	maxComments = 100
)

// A pcapngFile reads the packets of a pcapng file.
type pcapngFile struct {
	secrets    func([]byte) // gets TLS key log lines; may be nil
	order      byteOrder
	section    *Section
	interfaces []*pcapngInterface
	described  int       // bytes of their descriptions
	unknown    Interface // of packets whose interface is not declared
	lost       losses    // of earlier sections
}

// pcapngMagic reports whether b starts as a pcapng file does.
func pcapngMagic(b []byte) bool { return byteOrder{}.uint32(b) == blockSection }

// open checks the head of the first section, which next then reads.
func (f *pcapngFile) open(w *window) error {
	f.unknown.Link = UnknownLink
	b, err := w.need(blockOverhead, "the start of a section header")
	if err != nil {
		return err
	}
	_, err = f.byteOrderOf(w, b)
	return err
}

// next reads up to the next packet, into p. At the end of the file it returns
// io.EOF.
func (f *pcapngFile) next(w *window, p *Packet) error {
	for {
		head, err := w.peek(blockOverhead)
		if err != nil {
			if len(head) == 0 && err == io.EOF {
				return err
			}
			return w.cut(blockOverhead, int64(len(head)), "a block", err)
		}
		kind := f.order.uint32(head)
		if kind == blockSection {
			if f.order, err = f.byteOrderOf(w, head); err != nil {
				return err
			}
		}
		size := f.order.uint32(head[4:])
		if size < blockOverhead || size%4 != 0 {
			return &Error{
				Offset:   w.offset(),
				Expected: "a block whose length is a multiple of 4, at least 12",
				Found:    fmt.Sprintf("a declared length of %d", size),
				Err:      ErrCorrupt,
			}
		}

		switch kind {
		case blockEnhancedPacket, blockPacket, blockSimplePacket:
		case blockSection, blockInterface, blockStatistics, blockSecrets:
			body, err := f.block(w, size)
			if err == nil {
				err = f.describe(w, kind, body)
			}
			if err != nil {
				return err
			}
			w.skip(int(size))
			continue
		default: // name resolution, custom blocks, and whatever comes later
			if err := f.pass(w, size); err != nil {
				return err
			}
			continue
		}

		body, err := f.block(w, size)
		if err != nil {
			return err
		}
		p.Offset = w.offset() + 8
		if err := f.packet(w, kind, body, p); err != nil {
			return err
		}
		w.skip(int(size))
		return nil
	}
}

// byteOrderOf returns the byte order of a section by the start of its header.
func (f *pcapngFile) byteOrderOf(w *window, head []byte) (byteOrder, error) {
	for _, order := range []byteOrder{{}, {big: true}} {
		if order.uint32(head[8:]) == magicByteOrder {
			return order, nil
		}
	}
	return byteOrder{}, &Error{
		Offset:   w.offset() + 8,
		Expected: "the byte-order magic of a section, 1a2b3c4d in either order",
		Found:    fmt.Sprintf("% x", head[8:12]),
		Err:      ErrCorrupt,
	}
}

// block returns the body of the block at hand, which stays unread.
func (f *pcapngFile) block(w *window, size uint32) ([]byte, error) {
	//  0                   1                   2                   3
	//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
	// +---------------------------------------------------------------+
	// |                          Block Type                           |
	// +---------------------------------------------------------------+
	// |                      Block Total Length                       |
	// +---------------------------------------------------------------+
	// /                 Block Body (padded to 32 bits)                /
	// +---------------------------------------------------------------+
	// |                      Block Total Length                       |
	// +---------------------------------------------------------------+
	if uint64(size) > uint64(w.limit) {
		return nil, w.tooLarge(int64(size), "a block")
	}
	b, err := w.peek(int(size))
	if err != nil {
		return nil, w.cut(int64(size), int64(len(b)), "a block", err)
	}
	if again := f.order.uint32(b[size-4:]); again != size {
		return nil, f.unequal(w.offset()+int64(size)-4, size, again)
	}
	return b[8 : size-4], nil
}

// pass skips the block at hand, however long it is.
func (f *pcapngFile) pass(w *window, size uint32) error {
	start := w.offset()
	n, err := w.discard(int64(size) - 4)
	if err == nil {
		var b []byte
		if b, err = w.peek(4); err == nil {
			again := f.order.uint32(b)
			if again != size {
				return f.unequal(w.offset(), size, again)
			}
			w.skip(4)
			return nil
		}
		n += int64(len(b))
	}
	cut := w.cut(int64(size), n, "a block", err).(*Error)
	cut.Offset = start
	return cut
}

func (f *pcapngFile) unequal(offset int64, size, again uint32) error {
	return &Error{
		Offset:   offset,
		Expected: fmt.Sprintf("the length of the block again, %d", size),
		Found:    fmt.Sprint(again),
		Err:      ErrCorrupt,
	}
}

// short makes the error for a block that cannot hold what its type needs.
func (f *pcapngFile) short(w *window, what string, want, got uint64) error {
	return &Error{
		Offset:   w.offset(),
		Expected: fmt.Sprintf("%s with a body of at least %d bytes", what, want),
		Found:    fmt.Sprintf("%d", got),
		Err:      ErrCorrupt,
	}
}

// dropped returns how many packets the capture lost, -1 when it does not say.
func (f *pcapngFile) dropped() int64 {
	sum := f.lost
	for _, i := range f.interfaces {
		sum.add(i.lost)
	}
	if !sum.known {
		return -1
	}
	return sum.total()
}

// A pcapngInterface is an interface with what its packets need to be read.
type pcapngInterface struct {
	Interface
	resolution resolution
	lost       losses
}

func (i *pcapngInterface) time(high, low uint32) time.Time {
	return i.resolution.time(uint64(high)<<32 | uint64(low))
}

// losses are the packets that an interface lost. Writers count them beside
// packets, in statistics, or both ways.
type losses struct {
	known                bool
	beside, inStatistics int64
}

func (l losses) total() int64 { return max(l.beside, l.inStatistics) }

func (l *losses) add(more losses) {
	*l = losses{known: l.known || more.known, beside: l.total() + more.total()}
}
