package session

import (
	"time"

	"wsight/dissect"
	"wsight/dissect/websocket"
)

// An openPing waits for its pong.
type openPing struct {
	row  int
	time time.Time
}

const maxOpenPings = 64

func (t *track) framed(e *dissect.Frame) {
	h := e.Header
	t.masked[e.Dir] = h.Masked
	whole := h.Fin && h.Opcode != websocket.Continuation
	if whole && h.Opcode.Defined() {
		return // the row of its message says it all
	}
	p := packed{kind: RowFrame, wire: int64(e.Captured), length: int64(min(h.Length, 1<<62)), n: uint32(e.Message), aux: uint32(h.Opcode), flags: sided(e.Dir)}
	for _, f := range []struct {
		set bool
		bit uint16
	}{{h.Rsv1, flagCompressed}, {h.Masked, flagMasked}, {h.Fin, flagFin}, {!h.Opcode.Defined(), flagOpcode}, {e.Captured != h.Length, flagIncomplete}} {
		if f.set {
			p.flags |= f.bit
		}
	}
	t.add(p, e.Place)
}

func (t *track) message(e *dissect.Message) {
	p := packed{kind: RowMessage, wire: e.Wire, length: e.Length, n: uint32(e.N), aux: uint32(e.Frames), flags: sided(e.Dir) | uint16(e.Type)<<typeShift}
	for _, f := range []struct {
		set bool
		bit uint16
	}{
		{e.Compressed, flagCompressed}, {!e.Complete, flagIncomplete}, {t.masked[e.Dir], flagMasked}, {e.Valid, flagText},
		{e.Undecoded == "context-lost" || e.Undecoded == "limit", flagLost}, {e.Undecoded == "corrupt" || e.Undecoded == "limit", flagCorrupt},
	} {
		if f.set {
			p.flags |= f.bit
		}
	}
	text := e.Payload
	switch e.Type {
	case dissect.Close:
		p.aux, text = uint32(e.Code+1), e.Reason
	case dissect.Ping, dissect.Pong:
		p.aux = 0
	}
	keep := previewLong
	if t.record.preview > previewBudget {
		keep = previewShort
	}
	if len(text) > keep {
		text = text[:keep]
	}
	if e.Type != dissect.Close && (e.Truncated || len(text) < len(e.Payload)) {
		p.flags |= flagCut
	}
	if e.Undecoded == "" || e.Undecoded == "limit" {
		p.short, p.text = uint8(len(text)), t.text.add(text)
		t.record.preview += int64(len(text))
	}
	row := t.add(p, e.Place)
	t.lastRow[e.Dir] = row
	t.pair(e, row)
	if !e.Type.Control() {
		t.complete(e.Dir, e.N)
		t.sum.Messages[e.Dir]++
		t.sum.Bytes[e.Dir] += max(e.Length, 0)
	} else if e.Type == dissect.Close && t.sum.CloseCode == 0 {
		t.sum.CloseBy, t.sum.CloseCode = e.Dir, e.Code
	}
	t.sum.Control[e.Dir] += int64(b2i(e.Type.Control()))
}

// pair joins a pong with the ping that it answers, in both rows.
func (t *track) pair(e *dissect.Message, row int) {
	switch {
	case e.Type == dissect.Ping:
		open := &t.pings[e.Dir]
		if len(*open) == maxOpenPings {
			*open = append((*open)[:0], (*open)[1:]...)
		}
		*open = append(*open, openPing{row, e.Time})
	case e.Type == dissect.Pong && e.RTT >= 0:
		open := &t.pings[e.Dir.Reverse()]
		for i, ping := range *open {
			if !ping.time.IsZero() && e.Time.Sub(ping.time) == e.RTT {
				if p := t.rows.at(ping.row); p != nil {
					p.aux = uint32(row) + 1
				}
				t.rows.at(row).aux = uint32(ping.row) + 1
				*open = append((*open)[:0], (*open)[i+1:]...)
				return
			}
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
