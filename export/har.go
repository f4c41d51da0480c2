package export

import (
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/flow"
	"wsight/safe"
	"wsight/session"
)

// HAR writes an archive of HTTP (version 1.2) with one entry for each
// WebSocket connection. Its messages are in _webSocketMessages, as Chrome
// writes them; members that only wsight knows begin with an underscore too.
//
// An entry is written when its connection ends. Until then its messages wait,
// and what is more than a little of them in a temporary file.
type HAR struct {
	pen
	opts    HAROptions
	open    map[*dissect.Conversation]*harEntry
	pending int // bytes of messages in memory
	spool   *capture.Spool
	entries int
	late    []byte // findings about connections that have been written
}

// HAROptions say what the archive holds.
type HAROptions struct {
	Hash    bool   // the member _sha256 of messages
	Version string // of wsight
}

// A harEntry is a connection whose entry is still to be written.
type harEntry struct {
	opened    *dissect.Opened
	handshake []byte // members of the entry
	messages  []byte
	pieces    []harPiece // of messages, in the spool
	findings  []byte
	count     int
	wait      time.Duration
}

type harPiece struct {
	place int64
	size  int
}

const (
	harPiecesOf = 64 << 10 // bytes of messages of a connection that are put aside together
	harPending  = 32 << 20 // bytes of messages in memory
)

// NewHAR returns a writer of an archive to w.
func NewHAR(w io.Writer, opts HAROptions) *HAR {
	h := &HAR{pen: pen{w: w}, opts: opts, open: map[*dissect.Conversation]*harEntry{}}
	h.buf = append(h.buf, `{"log":{"version":"1.2","creator":{"name":"wsight","version":`...)
	h.buf = safe.AppendJSON(h.buf, opts.Version)
	h.buf = append(h.buf, `},"pages":[],"entries":[`...)
	return h
}

// Event implements Writer.
func (h *HAR) Event(e dissect.Event) {
	conv := e.At().Conv
	entry := h.open[conv]
	if opened, ok := e.(*dissect.Opened); ok {
		h.open[conv] = &harEntry{opened: &dissect.Opened{Place: opened.Place}}
		return
	}
	switch e := e.(type) {
	case *dissect.Handshake:
		if entry != nil {
			entry.handshake, entry.wait = appendHARHandshake(nil, e), e.Latency
		}
	case *dissect.Message:
		if entry != nil {
			h.message(entry, e)
		}
	case *dissect.Finding:
		if entry == nil {
			h.late = appendHARFinding(h.late, e)
			return
		}
		entry.findings = appendHARFinding(entry.findings, e)
	case *dissect.Ended:
		if entry != nil {
			delete(h.open, conv)
			h.entry(entry, e)
			h.rest()
		}
	}
}

// message adds a message in the shape of Chrome.
func (h *HAR) message(entry *harEntry, m *dissect.Message) {
	before := len(entry.messages)
	b := entry.messages
	if entry.count++; entry.count > 1 {
		b = append(b, ',')
	}
	kind := "receive"
	if m.Dir == flow.ClientToServer {
		kind = "send"
	}
	b = append(append(append(b, `{"type":"`...), kind...), `","time":`...)
	b = appendEpoch(b, m.Time)
	b = appendInt(b, "opcode", harOpcode(m.Type))
	switch {
	case m.Undecoded != "":
		b = append(b, `,"data":""`...)
	case m.Type == dissect.Close:
		b = safe.AppendJSON(append(b, `,"data":`...), m.Reason)
	case m.Valid && m.Type != dissect.Binary:
		b = safe.AppendJSON(append(b, `,"data":`...), m.Payload)
	default:
		b = append(b, `,"data":"`...)
		b = append(base64.StdEncoding.AppendEncode(b, m.Payload), '"')
		if m.Type != dissect.Binary {
			b = append(b, `,"_base64":true`...)
		}
	}
	if m.Type == dissect.Close && m.Code >= 0 {
		b = appendInt(b, "_code", m.Code)
	}
	if h.opts.Hash && m.SHA256 != nil {
		b = append(appendHex(append(b, `,"_sha256":"`...), m.SHA256[:]), '"')
	}
	if m.Truncated {
		b = appendKnown(append(b, `,"_truncated":true`...), "_length", m.Length)
	}
	if !m.Complete {
		b = appendInt(append(b, `,"_complete":false`...), "_lost", m.Lost)
	}
	if m.Undecoded != "" {
		b = appendWord(b, "_undecoded", m.Undecoded)
	}
	entry.messages = append(b, '}')
	h.pending += len(entry.messages) - before
	if len(entry.messages) >= harPiecesOf {
		h.aside(entry)
	}
	if h.pending > harPending {
		for _, other := range h.open {
			h.aside(other)
		}
	}
}

func harOpcode(t dissect.MessageType) int {
	switch t {
	case dissect.Text:
		return 1
	case dissect.Binary:
		return 2
	case dissect.Close:
		return 8
	case dissect.Ping:
		return 9
	case dissect.Pong:
		return 10
	}
	return 0
}

// appendEpoch appends seconds since 1970, as Chrome has them.
func appendEpoch(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, '0')
	}
	return fmt.Appendf(b, "%d.%09d", t.Unix(), t.Nanosecond())
}

// aside puts the messages of an entry into the spool.
func (h *HAR) aside(entry *harEntry) {
	if h.err != nil || len(entry.messages) == 0 {
		return
	}
	if h.spool == nil {
		const all = 1 << 50
		if h.spool, h.err = capture.NewSpool(all); h.err != nil {
			return
		}
	}
	place, err := h.spool.Append(entry.messages)
	if err != nil {
		h.err = err
		return
	}
	entry.pieces = append(entry.pieces, harPiece{place, len(entry.messages)})
	h.pending -= len(entry.messages)
	entry.messages = entry.messages[:0]
}

// entry writes the entry of a connection.
func (h *HAR) entry(entry *harEntry, end *dissect.Ended) {
	c := entry.opened.Conv
	if h.entries++; h.entries > 1 {
		h.buf = append(h.buf, ',')
	}
	b := append(h.buf, "\n"+`{"_resourceType":"websocket","startedDateTime":`...)
	start := c.Start
	if start.IsZero() {
		start = time.Unix(0, 0)
	}
	b = safe.AppendJSON(b, start.UTC().Format("2006-01-02T15:04:05.000000Z"))
	b = append(b, `,"time":`...)
	b = appendMilliseconds(b, max(end.Duration, 0))
	if entry.handshake == nil {
		entry.handshake = appendHARHandshake(nil, &dissect.Handshake{Place: entry.opened.Place, Latency: -1})
	}
	b = append(b, entry.handshake...)
	b = append(b, `,"cache":{},"timings":{"blocked":-1,"dns":-1,"connect":-1,"ssl":-1,"send":0,"wait":`...)
	b = appendMilliseconds(b, max(entry.wait, 0))
	b = append(b, `,"receive":0},"serverIPAddress":`...)
	b = safe.AppendJSON(b, c.Server.Addr().Unmap().WithZone("").String())
	b = append(b, `,"connection":`...)
	b = safe.AppendJSON(b, strconv.Itoa(int(c.Client.Port())))
	b = appendInt(b, "_conn", c.Number)
	b = appendBool(b, "_midstream", c.Midstream)
	b = appendWord(b, "_state", end.State.String())
	b = append(b, `,"_findings":[`...)
	b = append(b, entry.findings...)
	b = append(b, `],"_webSocketMessages":[`...)
	h.buf = b
	for _, piece := range entry.pieces {
		from := len(h.buf)
		h.buf = append(h.buf, make([]byte, piece.size)...)
		if _, err := h.spool.ReadAt(h.buf[from:], piece.place); err != nil && h.err == nil {
			h.err = err
		}
		h.rest()
	}
	h.pending -= len(entry.messages)
	h.buf = append(append(h.buf, entry.messages...), "]}"...)
}

// appendMilliseconds appends d in the unit of the archive.
func appendMilliseconds(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, float64(d)/float64(time.Millisecond), 'f', -1, 64)
}

// Close implements Writer.
func (h *HAR) Close(session.Summary) error {
	h.buf = append(h.buf, "\n],\"_findings\":["...)
	h.buf = append(append(h.buf, h.late...), "]}}\n"...)
	if h.spool != nil {
		defer h.spool.Close()
	}
	return h.flush()
}
