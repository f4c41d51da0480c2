package capture

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"time"
	"unicode/utf8"
)

// A Writer writes packets as pcapng, in little-endian order, with times in
// nanoseconds. It describes each interface before its first packet, so
// packets of many sources can be written as they come.
type Writer struct {
	output     *bufio.Writer
	written    int64
	interfaces map[*Interface]uint32
	block      []byte
	err        error
}

// NewWriter returns a Writer to w, which it writes to in large pieces; see
// [Writer.Flush]. The section says who makes the file; its fields may be
// empty.
func NewWriter(w io.Writer, section Section) *Writer {
	out := &Writer{output: bufio.NewWriterSize(w, 256<<10), interfaces: map[*Interface]uint32{}}
	out.begin(blockSection)
	out.uint32(magicByteOrder)
	out.uint32(1) // version 1.0
	out.uint64(1<<64 - 1)
	for _, c := range section.Comments {
		out.option(optionComment, c)
	}
	out.text(sectionHardware, section.Hardware)
	out.text(sectionOS, section.OS)
	out.text(sectionApplication, section.Application)
	out.end()
	return out
}

// WritePacket writes p with its comments. A packet without a time, or with
// one outside 1970 to 2554, gets the time 0, since the format has no way to
// say so. Packets belong to one interface when their Interface is the same
// pointer.
func (w *Writer) WritePacket(p *Packet) error {
	id, ok := w.interfaces[p.Interface]
	if !ok {
		id = w.describe(p.Interface)
	}
	if p.Link != p.Interface.Link && w.err == nil {
		return fmt.Errorf("write pcapng: a packet of link type %d on an interface of type %d", p.Link, p.Interface.Link)
	}
	stamp := nanoseconds(p.Time)
	w.begin(blockEnhancedPacket)
	w.uint32(id)
	w.uint32(uint32(stamp >> 32))
	w.uint32(uint32(stamp))
	w.uint32(uint32(len(p.Data)))
	w.uint32(uint32(max(p.Length, len(p.Data))))
	w.bytes(p.Data)
	for _, c := range p.Comments {
		w.option(optionComment, c)
	}
	if p.Direction != 0 {
		w.option(packetFlags, string([]byte{byte(p.Direction), 0, 0, 0}))
	}
	w.end()
	return w.err
}

// WriteSecrets writes TLS keys in the NSS key log format. They have to come
// before the packets that they decrypt.
func (w *Writer) WriteSecrets(keylog []byte) error {
	w.begin(blockSecrets)
	w.uint32(secretsTLS)
	w.uint32(uint32(len(keylog)))
	w.bytes(keylog)
	w.end()
	return w.err
}

// WriteStats writes what is known about an interface at a time, usually at
// the end of its capture. Unknown drops are left out.
func (w *Writer) WriteStats(i *Interface, at time.Time, s Stats) error {
	id, ok := w.interfaces[i]
	if !ok {
		id = w.describe(i)
	}
	stamp := nanoseconds(at)
	w.begin(blockStatistics)
	w.uint32(id)
	w.uint32(uint32(stamp >> 32))
	w.uint32(uint32(stamp))
	if s.Dropped >= 0 {
		w.counter(statisticsReceived, s.Packets+s.Dropped)
		w.counter(statisticsDropped, s.Dropped)
	} else {
		w.counter(statisticsReceived, s.Packets)
	}
	w.end()
	return w.err
}

// Flush hands on what is still held back. A file is complete after it.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.err = w.output.Flush()
	}
	return w.err
}

// Written returns the size of all blocks so far, flushed or not, in bytes.
func (w *Writer) Written() int64 { return w.written }

// describe writes the description of an interface and returns its number.
func (w *Writer) describe(i *Interface) uint32 {
	const nanosecondResolution = 9
	id := uint32(len(w.interfaces))
	w.interfaces[i] = id
	w.begin(blockInterface)
	w.uint32(uint32(i.Link))
	w.uint32(uint32(i.Snaplen))
	for _, c := range i.Comments {
		w.option(optionComment, c)
	}
	w.text(interfaceName, i.Name)
	w.text(interfaceDescription, i.Description)
	w.option(interfaceResolution, string([]byte{nanosecondResolution}))
	if i.Filter != "" {
		w.option(interfaceFilter, "\x00"+i.Filter)
	}
	w.end()
	return id
}

// begin starts a block, whose length end fills in.
func (w *Writer) begin(kind uint32) {
	w.block = binary.LittleEndian.AppendUint32(w.block[:0], kind)
	w.uint32(0)
}

func (w *Writer) end() {
	size := uint32(len(w.block)) + 4
	binary.LittleEndian.PutUint32(w.block[4:], size)
	w.uint32(size)
	if w.err == nil {
		_, w.err = w.output.Write(w.block)
		w.written += int64(size)
	}
}

func (w *Writer) uint32(v uint32) { w.block = binary.LittleEndian.AppendUint32(w.block, v) }
func (w *Writer) uint64(v uint64) { w.block = binary.LittleEndian.AppendUint64(w.block, v) }

// bytes writes b and what aligns it.
func (w *Writer) bytes(b []byte) {
	w.block = append(w.block, b...)
	for range padded(len(b)) - len(b) {
		w.block = append(w.block, 0)
	}
}

// option writes an option. Options need no end where their block ends.
func (w *Writer) option(code uint16, value string) {
	const longest = 1<<16 - 1
	if len(value) > longest {
		n := longest
		for !utf8.RuneStart(value[n]) && n > longest-utf8.UTFMax {
			n--
		}
		value = value[:n]
	}
	w.block = binary.LittleEndian.AppendUint16(w.block, code)
	w.block = binary.LittleEndian.AppendUint16(w.block, uint16(len(value)))
	w.block = append(w.block, value...)
	for range padded(len(value)) - len(value) {
		w.block = append(w.block, 0)
	}
}

func (w *Writer) text(code uint16, value string) {
	if value != "" {
		w.option(code, value)
	}
}

func (w *Writer) counter(code uint16, n int64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	w.option(code, string(b[:]))
}

// nanoseconds returns t as a time stamp of the files that a Writer makes.
func nanoseconds(t time.Time) uint64 {
	const limit = math.MaxUint64 / 1_000_000_000 // in seconds; the last one does not fit as a whole
	seconds := t.Unix()
	if seconds < 0 || seconds >= limit {
		return 0
	}
	return uint64(seconds)*1e9 + uint64(t.Nanosecond())
}
