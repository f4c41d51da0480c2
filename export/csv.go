package export

import (
	"encoding/base64"
	"io"
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/query"
	"wsight/safe"
	"wsight/session"
)

// CSVOptions say what the table holds.
type CSVOptions struct {
	Frames bool // a row for every frame too
	Hash   bool // the column sha256
	Inputs int  // how many inputs there are; the column file is absent with one

	Decoded bool // columns for what a format makes of payloads
}

// CSV writes a table (RFC 4180) with a row for each event and columns that
// are called as the fields of the filter language. No cell is a formula to a
// spreadsheet: what would begin one has an apostrophe in front, base64 that
// begins with a plus as well. The column text is made to be read; where it is
// not exactly the payload, base64 is.
//
// The cells about a connection, which every row of it has, are kept while it
// is open: up to Keep. Beyond that the later rows of the oldest connections
// say only who its ends are.
type CSV struct {
	pen
	shelf[csvConn]
	opts  CSVOptions
	ahead []csvColumn // before those of the connection
	after []csvColumn
	cell  []byte
	cells []byte // about a connection of which none are kept
	row   query.Row
}

type csvColumn struct {
	field *query.Field
	plain bool // holds words and numbers of ours
}

// A csvConn is what is repeated in each row of a connection.
type csvConn struct{ cells []byte }

var (
	csvAhead = []string{"event", "time", "file", "packet", "conn"}
	csvConns = []string{"client", "server", "host", "request.target", "response.status", "subprotocol.agreed"}
	csvAfter = []string{"n", "dir", "type", "frames", "wire", "length", "compressed", "complete", "lost", "undecoded", "sha256", "rtt",
		"code", "reason", "severity", "message", "title", "detail", "state", "duration", "clean",
		"fin", "masked", "opcode", "offset", "captured", "payload.format", "payload.answers", "payload.summary"}
	csvDecoded = []string{"payload.format", "payload.answers", "payload.summary"}
	csvFrames  = []string{"fin", "masked", "opcode", "offset", "captured"}
	csvLoose   = []string{"reason", "title", "detail", "payload.summary"} // may hold captured text
)

// NewCSV returns a writer of a table to w, which begins with its header.
func NewCSV(w io.Writer, opts CSVOptions) *CSV {
	c := &CSV{pen: pen{w: w}, opts: opts, shelf: newShelf(func(c *csvConn) { c.cells = nil })}
	c.ahead, c.after = c.columns(csvAhead), c.columns(csvAfter)
	for _, col := range c.ahead {
		c.buf = append(append(c.buf, col.field.Name...), ',')
	}
	c.buf = append(append(c.buf, strings.Join(csvConns, ",")...), ',')
	for _, col := range c.after {
		c.buf = append(append(c.buf, col.field.Name...), ',')
	}
	c.buf = append(c.buf, "text,base64\r\n"...)
	return c
}

func (c *CSV) columns(names []string) []csvColumn {
	var out []csvColumn
	for _, name := range names {
		switch {
		case name == "sha256" && !c.opts.Hash, name == "file" && c.opts.Inputs < 2:
			continue
		case !c.opts.Frames && slices.Contains(csvFrames, name), !c.opts.Decoded && slices.Contains(csvDecoded, name):
			continue
		}
		field, _ := query.Lookup(name)
		out = append(out, csvColumn{field, !slices.Contains(csvLoose, name)})
	}
	return out
}

// Event implements Writer.
func (c *CSV) Event(e dissect.Event) {
	c.row = query.Row{Event: e}
	conv := e.At().Conv
	known := c.get(conv)
	switch e := e.(type) {
	case *dissect.Opened:
		known = c.put(conv, csvConn{})
		c.about(known)
	case *dissect.Handshake:
		c.row.Handshake = e
		if known != nil {
			c.about(known)
		}
	case *dissect.Ended:
		c.row.Ended = e
		if known != nil {
			defer c.take(known)
		}
	case *dissect.Message, *dissect.Finding:
	case *dissect.Frame:
		if !c.opts.Frames {
			return
		}
	default:
		return
	}
	var cells []byte
	if known != nil {
		cells = known.value.cells
	}
	if cells == nil {
		c.cells = c.connection(c.cells[:0])
		cells = c.cells
	}
	for _, col := range c.ahead {
		c.field(col)
	}
	c.buf = append(c.buf, cells...)
	for _, col := range c.after {
		c.field(col)
	}
	c.payload(e)
	c.buf = append(c.buf, "\r\n"...)
	c.rest()
}

// about keeps the cells about a connection, as far as they are known.
func (c *CSV) about(known *shelved[csvConn]) {
	before := cap(known.value.cells)
	known.value.cells = c.connection(known.value.cells[:0])
	c.grow(known, int64(cap(known.value.cells)-before))
}

// connection appends the cells about the connection to dst.
func (c *CSV) connection(dst []byte) []byte {
	for _, name := range csvConns {
		field, _ := query.Lookup(name)
		c.cell, _ = field.Append(c.cell[:0], &c.row)
		dst = append(appendCell(dst, safe.Cell(c.cell)), ',')
	}
	return dst
}

func (c *CSV) field(col csvColumn) {
	if col.plain {
		c.buf, _ = col.field.Append(c.buf, &c.row)
	} else if cell, ok := col.field.Append(c.cell[:0], &c.row); ok {
		c.cell = cell
		c.buf = appendCell(c.buf, safe.Cell(cell))
	}
	c.buf = append(c.buf, ',')
}

// payload appends the cells text and base64.
func (c *CSV) payload(e dissect.Event) {
	m, ok := e.(*dissect.Message)
	if !ok || m.Undecoded != "" || len(m.Payload) == 0 {
		c.buf = append(c.buf, ',')
		return
	}
	exact := false
	if m.Valid {
		text := safe.Cell(m.Payload)
		exact = text == string(m.Payload)
		c.buf = appendCell(c.buf, text)
	}
	c.buf = append(c.buf, ',')
	if !exact {
		const plus = 62 // the value of +, which begins a formula, in the first six bits
		if m.Payload[0]>>2 == plus {
			c.buf = append(c.buf, '\'')
		}
		c.buf = base64.StdEncoding.AppendEncode(c.buf, m.Payload)
	}
}

// Flush writes what was collected and returns the first error so far.
func (c *CSV) Flush() error { return c.flush() }

// Close implements Writer.
func (c *CSV) Close(session.Summary) error { return c.flush() }

// appendCell appends text, in quotes where it needs them.
func appendCell(dst []byte, text string) []byte {
	if strings.IndexByte(text, ',') < 0 && strings.IndexByte(text, '"') < 0 && strings.IndexByte(text, '\n') < 0 && strings.IndexByte(text, '\r') < 0 {
		return append(dst, text...)
	}
	dst = slices.Grow(dst, 2*len(text)+2)
	out := dst[len(dst):cap(dst)]
	out[0] = '"'
	n := 1
	for i := range len(text) {
		out[n] = text[i]
		n++
		if text[i] == '"' {
			out[n] = '"'
			n++
		}
	}
	out[n] = '"'
	return dst[:len(dst)+n+1]
}
