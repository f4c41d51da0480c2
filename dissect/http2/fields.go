package http2

import (
	"bytes"

	"golang.org/x/net/http2/hpack"

	"wsight/dissect/header"
)

// Unseen stands for the name or value of a table entry that was put there
// before the capture began or in bytes that it missed.
const Unseen = "?"

const (
	// maxBlock is how many bytes a field block may have over all its frames.
	maxBlock = 256 << 10
	// maxFields is how many field lines of a section are kept.
	maxFields = 1000
	// maxString is how long a name or value may be.
	maxString = 64 << 10
	// tableSize is the largest dynamic table that a peer may agree on here.
	tableSize = 1 << 20
)

// Fields decodes the field sections of one direction (RFC 7541). Call Forget
// first when the direction was not captured from its beginning.
type Fields struct {
	decoder *hpack.Decoder
	section header.Fields
	more    bool // lines beyond maxFields were left out
	block   []byte
	over    bool                // the block is too large
	table   []hpack.HeaderField // of a clone, until there is a decoder
	size    uint32              // that the sender has set for its table, plus 1; 0: it has not
}

// Forget says that the dynamic table is not known. Entries that come later
// are: an index counts from the newest.
func (f *Fields) Forget() {
	f.decoder, f.table, f.size = nil, nil, 0
	f.init()
	// A table of the default size holds at most so many of the smallest entries.
	var block bytes.Buffer
	enc := hpack.NewEncoder(&block)
	for range 4096 / (32 + len(Unseen)*2) {
		enc.WriteField(hpack.HeaderField{Name: Unseen, Value: Unseen})
		// The encoder would refer to its own table: each has to be inserted.
		enc = hpack.NewEncoder(&block)
	}
	f.decoder.DecodeFull(block.Bytes())
	f.section = nil
}

func (f *Fields) init() {
	if f.decoder == nil {
		f.decoder = hpack.NewDecoder(4096, f.line)
		f.decoder.SetMaxStringLength(maxString)
		f.decoder.SetAllowedMaxDynamicTableSize(tableSize)
		f.restore()
	}
}

func (f *Fields) line(line hpack.HeaderField) {
	if len(f.section) >= maxFields {
		f.more = true
		return
	}
	f.section = append(f.section, header.Field{Name: line.Name, Value: line.Value})
}

// Add takes a fragment of a field block, and gives the section when last says
// that the block ends with it. ok is false when it could not be decoded: the
// table is forgotten then.
func (f *Fields) Add(fragment []byte, last bool) (section header.Fields, ok bool) {
	if f.over = f.over || len(f.block)+len(fragment) > maxBlock; !f.over {
		f.block = append(f.block, fragment...)
	}
	if !last {
		return nil, true
	}
	f.init()
	f.section, f.more = nil, false
	over := f.over
	_, err := f.decode()
	f.block, f.over = f.block[:0], false
	if err != nil || over {
		section = f.section
		f.Forget()
		return section, false
	}
	return f.section, true
}

func (f *Fields) decode() (int, error) {
	f.resized(f.block)
	n, err := f.decoder.Write(f.block)
	if err != nil {
		return n, err
	}
	return n, f.decoder.Close()
}
