package capture

import (
	"bytes"
	"fmt"
	"math"
)

const secretsTLS = 0x544C534B // an NSS key log, §4.7

// describe reads the body of a block that is about packets.
func (f *pcapngFile) describe(w *window, kind uint32, body []byte) error {
	switch kind {
	case blockSection:
		return f.sectionHeader(w, body)
	case blockInterface:
		return f.interfaceDescription(w, body)
	case blockStatistics:
		f.statistics(body)
	case blockSecrets:
		f.decryptionSecrets(body)
	}
	return nil
}

// sectionHeader reads a Section Header Block, §4.1. The length of the section
// does not matter: the blocks tell where they end.
func (f *pcapngFile) sectionHeader(w *window, b []byte) error {
	// | byte-order magic | major version, minor version | section length (64 bits) | options ...
	if len(b) < 16 {
		return f.short(w, "a section header", 16, uint64(len(b)))
	}
	// Another minor version may add blocks and options, which are skipped.
	if major := f.order.uint16(b[4:]); major != 1 {
		return &Error{
			Offset: w.offset() + 12, Expected: "pcapng version 1",
			Found: fmt.Sprintf("version %d.%d", major, f.order.uint16(b[6:])), Err: ErrCorrupt,
		}
	}
	for _, i := range f.interfaces {
		f.lost.add(i.lost)
	}
	f.interfaces, f.described = nil, 0
	f.section = &Section{}
	for o, rest, ok := nextOption(f.order, b[16:]); ok; o, rest, ok = nextOption(f.order, rest) {
		switch o.code {
		case optionComment:
			f.section.Comments = comment(f.section.Comments, o.value)
		case sectionHardware:
			f.section.Hardware = text(o.value)
		case sectionOS:
			f.section.OS = text(o.value)
		case sectionApplication:
			f.section.Application = text(o.value)
		}
	}
	return nil
}

// interfaceDescription reads an Interface Description Block, §4.2.
func (f *pcapngFile) interfaceDescription(w *window, b []byte) error {
	// | link type, reserved | snaplen | options ...
	if len(b) < 8 {
		return f.short(w, "an interface description", 8, uint64(len(b)))
	}
	if f.described += len(b); len(f.interfaces) == maxInterfaces || f.described > w.limit {
		return &Error{
			Offset:   w.offset(),
			Expected: fmt.Sprintf("at most %d interfaces in a section, described in %d bytes", maxInterfaces, w.limit),
			Found:    "more", Err: ErrTooLarge,
		}
	}
	i := &pcapngInterface{resolution: resolution{value: microseconds}}
	i.Section = f.section
	i.Link = LinkType(f.order.uint16(b))
	if snaplen := f.order.uint32(b[4:]); snaplen <= math.MaxInt32 {
		i.Snaplen = int(snaplen)
	}
	for o, rest, ok := nextOption(f.order, b[8:]); ok; o, rest, ok = nextOption(f.order, rest) {
		switch {
		case o.code == optionComment:
			i.Comments = comment(i.Comments, o.value)
		case o.code == interfaceName:
			i.Name = text(o.value)
		case o.code == interfaceDescription:
			i.Description = text(o.value)
		case o.code == interfaceResolution && len(o.value) == 1:
			i.resolution.value = o.value[0]
		case o.code == interfaceFilter && len(o.value) > 1 && o.value[0] == 0: // 1: a BPF program
			i.Filter = text(o.value[1:])
		case o.code == interfaceOffset && len(o.value) == 8:
			i.resolution.offset = int64(f.order.uint64(o.value))
		}
	}
	f.interfaces = append(f.interfaces, i)
	return nil
}

// statistics reads an Interface Statistics Block, §4.6. Each replaces the one
// before it: its counters run from the start of the capture.
func (f *pcapngFile) statistics(b []byte) {
	// | interface | time stamp, high | low | options ...
	if len(b) < 12 {
		return
	}
	id := f.order.uint32(b)
	if uint64(id) >= uint64(len(f.interfaces)) {
		return
	}
	lost := &f.interfaces[id].lost
	var sum uint64
	for o, rest, ok := nextOption(f.order, b[12:]); ok; o, rest, ok = nextOption(f.order, rest) {
		if (o.code == statisticsDropped || o.code == statisticsOS) && len(o.value) == 8 {
			lost.known = true
			sum += min(f.order.uint64(o.value), 1<<40)
		}
	}
	lost.inStatistics = int64(sum)
}

// decryptionSecrets reads a Decryption Secrets Block, §4.7.
func (f *pcapngFile) decryptionSecrets(b []byte) {
	// | secrets type | secrets length | secrets ...
	if f.secrets == nil || len(b) < 8 || f.order.uint32(b) != secretsTLS {
		return
	}
	b, n := b[8:], f.order.uint32(b[4:])
	f.secrets(bytes.Clone(b[:min(uint64(n), uint64(len(b)))]))
}

// comment appends a comment to those of a block.
func comment(list []string, value []byte) []string {
	if len(list) == maxComments {
		return list
	}
	return append(list, string(value))
}

// text returns a string option. Some writers end it with a zero byte.
func text(b []byte) string { return string(bytes.TrimRight(b, "\x00")) }
