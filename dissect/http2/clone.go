package http2

import (
	"bytes"

	"golang.org/x/net/http2/hpack"
)

// Clone returns a Decoder in the same state that shares nothing with d.
func (d *Decoder) Clone() Decoder {
	c := *d
	c.head, c.payload = bytes.Clone(d.head), bytes.Clone(d.payload)
	return c
}

// Held returns how many bytes d takes beside itself.
func (d *Decoder) Held() int { return len(d.head) + len(d.payload) }

// Clone returns Fields in the same state that share nothing with f that
// changes. The dynamic table becomes a list, until it is needed.
func (f *Fields) Clone() Fields {
	return Fields{table: f.entries(), size: f.size, block: bytes.Clone(f.block), over: f.over}
}

// Held returns roughly how many bytes f takes beside itself, when it is a clone.
func (f *Fields) Held() int {
	const entry = 40
	n := len(f.block) + entry*len(f.table)
	for _, e := range f.table {
		n += len(e.Name) + len(e.Value)
	}
	return n
}

// entries returns the dynamic table, the newest entry first. A field that is
// an index changes nothing, so that asking for all of them shows the table.
func (f *Fields) entries() []hpack.HeaderField {
	if f.decoder == nil {
		return f.table
	}
	const static = 61 // entries of the static table, RFC 7541 Appendix A
	var all []hpack.HeaderField
	f.decoder.SetEmitFunc(func(e hpack.HeaderField) { all = append(all, e) })
	var field []byte
	for i := uint64(static + 1); ; i++ {
		field = appendInteger(field[:0], 0x80, 7, i)
		if _, err := f.decoder.Write(field); err != nil {
			break
		}
	}
	f.decoder.Close()
	f.decoder.SetEmitFunc(f.line)
	return all
}

// restore puts a table back into a new decoder.
func (f *Fields) restore() {
	if f.size > 0 {
		f.decoder.SetMaxDynamicTableSize(f.size - 1)
	}
	f.decoder.SetEmitFunc(func(hpack.HeaderField) {})
	var field []byte
	for i := len(f.table) - 1; i >= 0; i-- {
		e := &f.table[i]
		field = append(field[:0], 0x40) // literal with incremental indexing, a new name, §6.2.1
		for _, s := range []string{e.Name, e.Value} {
			field = append(appendInteger(field, 0, 7, uint64(len(s))), s...)
		}
		f.decoder.Write(field)
	}
	f.decoder.Close()
	f.decoder.SetEmitFunc(f.line)
	f.table = nil
}

// appendInteger appends n behind the bits of first, with a prefix of so many
// bits (§5.1 of RFC 7541).
func appendInteger(b []byte, first byte, prefix uint, n uint64) []byte {
	most := uint64(1)<<prefix - 1
	if n < most {
		return append(b, first|byte(n))
	}
	b = append(b, first|byte(most))
	for n -= most; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}

// resized notes the sizes of the table that a field block begins with (§4.2,
// §6.3 of RFC 7541).
func (f *Fields) resized(block []byte) {
	for len(block) > 0 && block[0]&0xE0 == 0x20 {
		const prefix = 0x1F
		n := uint64(block[0] & prefix)
		block = block[1:]
		for shift := 0; n >= prefix && len(block) > 0 && shift < 35; shift += 7 {
			b := block[0]
			block = block[1:]
			n += uint64(b&0x7F) << shift
			if b < 0x80 {
				break
			}
		}
		if n <= tableSize {
			f.size = uint32(n) + 1
		}
	}
}
