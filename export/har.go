package export

import (
	"io"
	"strconv"
	"time"

	"wsight/dissect"
	"wsight/safe"
	"wsight/session"
)

// HAR writes an archive of HTTP (version 1.2) with one entry for each
// WebSocket connection. Its messages are in _webSocketMessages, as Chrome
// writes them; members that only wsight knows begin with an underscore too.
//
// An entry is written when its connection ends. Until then it waits: in a
// temporary file, when all that wait take more than Keep allows, or 32 MiB.
// Nothing is given up.
type HAR struct {
	pen
	opts    HAROptions
	open    map[*dissect.Conversation]*harEntry
	room    int // bytes that may wait in memory
	pending int // bytes that do
	spool   harSpool
	entries int
	late    tail // findings about connections that have been written

	lateCount int
}

// HAROptions say what the archive holds.
type HAROptions struct {
	Hash    bool   // the member _sha256 of messages
	Decode  bool   // the members _payload and _rtt of messages that were decoded
	Version string // of wsight
}

// A harEntry is a connection whose entry is still to be written.
type harEntry struct {
	opened    *dissect.Opened
	handshake tail // members of the entry
	messages  tail
	findings  tail
	told      bool // there was a handshake
	count     int  // messages
	found     int  // findings
	wait      time.Duration
}

const (
	harPiecesOf = 64 << 10 // bytes of messages of a connection that are put aside together
	harPending  = 32 << 20 // bytes that wait in memory, if no less is asked for
)

// NewHAR returns a writer of an archive to w.
func NewHAR(w io.Writer, opts HAROptions) *HAR {
	h := &HAR{pen: pen{w: w}, opts: opts, open: map[*dissect.Conversation]*harEntry{}, room: harPending}
	h.buf = append(h.buf, `{"log":{"version":"1.2","creator":{"name":"wsight","version":`...)
	h.buf = safe.AppendJSON(h.buf, opts.Version)
	h.buf = append(h.buf, `},"pages":[],"entries":[`...)
	return h
}

// Keep sets how many bytes may wait in memory, 32 MiB at most. Zero means that.
func (h *HAR) Keep(bytes int64) {
	if h.room = int(min(bytes, harPending)); bytes <= 0 {
		h.room = harPending
	}
}

// LetGo returns 0: what there is no room for in memory waits in a file.
func (h *HAR) LetGo() int64 { return 0 }

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
		if entry != nil && !entry.told {
			entry.told, entry.wait = true, e.Latency
			entry.handshake.text = appendHARHandshake(entry.handshake.text, e)
			h.waits(entry, len(entry.handshake.text))
		}
	case *dissect.Message:
		if entry != nil {
			h.message(entry, e)
		}
	case *dissect.Finding:
		if entry == nil {
			h.late.text = appendHARFinding(h.late.text, e, h.lateCount > 0)
			if h.lateCount++; len(h.late.text) > harPiecesOf {
				h.aside(&h.late)
			}
			return
		}
		before := len(entry.findings.text)
		entry.findings.text = appendHARFinding(entry.findings.text, e, entry.found > 0)
		entry.found++
		h.waits(entry, len(entry.findings.text)-before)
	case *dissect.Ended:
		if entry != nil {
			delete(h.open, conv)
			h.entry(entry, e)
			h.rest()
		}
	}
}

// waits says that so many bytes more of an entry wait in memory.
func (h *HAR) waits(entry *harEntry, bytes int) {
	h.pending += bytes
	if len(entry.messages.text) >= harPiecesOf {
		h.pending -= len(entry.messages.text)
		h.aside(&entry.messages)
	}
	if h.pending > h.room {
		for _, other := range h.open {
			h.aside(&other.handshake)
			h.aside(&other.messages)
			h.aside(&other.findings)
		}
		h.pending = 0
	}
}

// aside puts what waits into the spool.
func (h *HAR) aside(t *tail) {
	if h.err == nil {
		h.err = h.spool.aside(t)
	}
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
	h.pending -= len(entry.handshake.text) + len(entry.messages.text) + len(entry.findings.text)
	if !entry.told {
		b = appendHARHandshake(b, &dissect.Handshake{Place: entry.opened.Place, Latency: -1})
	}
	h.buf = b
	h.put(&entry.handshake)
	b = append(h.buf, `,"cache":{},"timings":{"blocked":-1,"dns":-1,"connect":-1,"ssl":-1,"send":0,"wait":`...)
	b = appendMilliseconds(b, max(entry.wait, 0))
	b = append(b, `,"receive":0},"serverIPAddress":`...)
	b = safe.AppendJSON(b, c.Server.Addr().Unmap().WithZone("").String())
	b = append(b, `,"connection":`...)
	b = safe.AppendJSON(b, strconv.Itoa(int(c.Client.Port())))
	b = appendInt(b, `,"_conn":`, c.Number)
	b = appendBool(b, `,"_midstream":`, c.Midstream)
	b = appendWord(b, `,"_state":`, end.State.String())
	b = appendCopies(b, `,"_also":`, end.Copies)
	b = append(b, `,"_findings":[`...)
	h.buf = b
	h.put(&entry.findings)
	h.buf = append(h.buf, `],"_webSocketMessages":[`...)
	h.put(&entry.messages)
	h.buf = append(h.buf, "]}"...)
}

// put writes what waited.
func (h *HAR) put(t *tail) {
	if err := h.spool.write(t, func(text []byte) {
		h.buf = append(h.buf, text...)
		h.rest()
	}); err != nil && h.err == nil {
		h.err = err
	}
}

// appendMilliseconds appends d in the unit of the archive.
func appendMilliseconds(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, float64(d)/float64(time.Millisecond), 'f', -1, 64)
}

// Close implements Writer.
func (h *HAR) Close(session.Summary) error {
	h.buf = append(h.buf, "\n],\"_findings\":["...)
	h.put(&h.late)
	h.buf = append(h.buf, "]}}\n"...)
	if h.spool.Spool != nil {
		defer h.spool.Close()
	}
	return h.flush()
}
