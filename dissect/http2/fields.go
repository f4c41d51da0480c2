package http2

import (
	"bytes"
	"cmp"

	"golang.org/x/net/http2/hpack"

	"wsight/dissect/header"
)

// Unseen stands for the name or value of a table entry that was put there
// before the capture began or in bytes that it missed.
const Unseen = "?"

const (
	// DefaultLines is how many field lines of a section are kept.
	DefaultLines = 1000
	// DefaultBlock is how many bytes a field block may have over all its frames.
	DefaultBlock = 256 << 10
	// maxString is how long a name or value may be.
	maxString = 64 << 10
	// tableSize is the largest dynamic table that a peer may agree on here.
	tableSize = 1 << 20
)

// Fields decodes the field sections of one direction (RFC 7541). Call Forget
// first when the direction was not captured from its beginning.
type Fields struct {
	// MaxLines is how many lines of a section are kept; 0: DefaultLines.
	// MaxBlock is how many bytes a block may have; 0: DefaultBlock.
	MaxLines, MaxBlock int

	decoder *hpack.Decoder
	section header.Fields
	more    int // lines beyond MaxLines, which were left out
	block   []byte
	over    bool                // the block is too large
	table   []hpack.HeaderField // of a clone, until there is a decoder
	size    uint32              // that the sender has set for its table, plus 1; 0: it has not
}

// Left returns how many lines the last section had beyond MaxLines, or -1
// when its block was larger than MaxBlock, so that its end is not known.
func (f *Fields) Left() int { return f.more }

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
	if len(f.section) >= cmp.Or(f.MaxLines, DefaultLines) {
		f.more++
		return
	}
	f.section = append(f.section, header.Field{Name: line.Name, Value: line.Value})
}

// Add takes a fragment of a field block, and gives the section when last says
// that the block ends with it. ok is false when it could not be decoded: the
// table is forgotten then.
func (f *Fields) Add(fragment []byte, last bool) (section header.Fields, ok bool) {
	if f.over = f.over || len(f.block)+len(fragment) > cmp.Or(f.MaxBlock, DefaultBlock); !f.over {
		f.block = append(f.block, fragment...)
	}
	if !last {
		return nil, true
	}
	f.init()
	f.section, f.more = nil, 0
	over := f.over
	_, err := f.decode()
	f.block, f.over = f.block[:0], false
	if over {
		f.more = -1
	}
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
