package tui

import (
	"fmt"
	"strings"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/websocket"
	"wsight/session"
)

// label writes what a row sent and returns where it ends.
func (l *timeline) label(c canvas, x, y, end int, r *session.Row, st style) int {
	th := l.ui.theme
	switch r.Kind {
	case session.RowRequest:
		return l.requestLabel(c, x, y, end, st)
	case session.RowResponse:
		return l.responseLabel(c, x, y, end, st)
	case session.RowFrame:
		return c.until(x, y, end, st, l.frameText(r))
	}
	kind := r.Type.String()
	if r.Type == dissect.Binary {
		kind = "bin"
	}
	x = c.until(x, y, end, st.Bold(r.Type == dissect.Close), kind)
	if l.frames {
		x = c.until(x, y, end, th.plain, " FIN"+flagText(r))
	}
	switch {
	case r.Type == dissect.Close && r.Code < 0:
		return c.until(x, y, end, th.plain, " without a code")
	case r.Type == dissect.Close:
		text := " " + itoa(r.Code)
		if code, ok := websocket.LookupClose(r.Code); ok && r.Preview == "" {
			text += " " + code.Name
		}
		x = c.until(x, y, end, st.Bold(true), text)
	case r.Frames > 1:
		x = c.until(x, y, end, th.plain, " "+itoa(r.Frames)+" frames")
	}
	if r.Type == dissect.Pong && r.Peer >= 0 {
		if ping, ok := l.ui.rec.Row(l.conv, r.Peer); ok {
			x = c.until(x, y, end, th.plain, " rtt "+spanText(r.Time.Sub(ping.Time)))
		}
	}
	if r.Type == dissect.Ping && r.Peer < 0 && l.over.Ended {
		x = c.until(x, y, end, th.warning, " no pong")
	}
	if text := stateOf(r); text != "" {
		x = c.until(x, y, end, th.warning, " ["+text+"]")
	}
	if gloss, ok := l.gloss(r); ok {
		return l.glossLabel(c, x, y, end, gloss)
	}
	if r.Preview == "" {
		return x
	}
	x = c.until(x, y, end, th.plain, " ")
	if !r.Text && r.Type != dissect.Close {
		return c.until(x, y, end, th.plain, fmt.Sprintf("% x", r.Preview[:min(len(r.Preview), (end-x)/3+1)]))
	}
	from := x
	text := r.Preview
	if r.Truncated && len(text) < end-x {
		text += l.ui.theme.glyph.ellipsis
	}
	x = c.until(x, y, end, th.plain, text)
	l.markHits(c, y, from, x, text)
	return x
}

// glossLabel writes what a message means, and what it answers after how long.
func (l *timeline) glossLabel(c canvas, x, y, end int, g session.Gloss) int {
	th := l.ui.theme
	if g.Answers > 0 && g.Latency >= 0 {
		x = c.until(x, y, end, th.plain, " rtt "+spanText(g.Latency))
	}
	from := c.until(x, y, end, th.plain, " ")
	x = c.until(from, y, end, th.plain, g.Summary)
	l.markHits(c, y, from, x, g.Summary)
	return x
}

func (l *timeline) requestLabel(c canvas, x, y, end int, st style) int {
	h, _ := l.ui.rec.Heads(l.conv)
	if h == nil || h.Request == nil {
		return x
	}
	x = c.until(x, y, end, st, h.Request.Method+" "+h.Request.Target+" HTTP/"+h.Request.Version)
	if up := h.Request.Fields.Get("Upgrade"); up != "" {
		return c.until(x, y, end, l.ui.theme.plain, "  Upgrade: "+up)
	}
	return x
}

func (l *timeline) responseLabel(c canvas, x, y, end int, st style) int {
	th := l.ui.theme
	h, _ := l.ui.rec.Heads(l.conv)
	if h == nil {
		return x
	}
	if h.Response == nil {
		if h.Verdict.Kind == handshake.Accepted {
			return c.until(x, y, end, th.plain, "the answer was not captured")
		}
		return c.until(x, y, end, th.err, "no answer came")
	}
	if h.Verdict.Kind != handshake.Accepted {
		x = c.until(x, y, end, th.err, th.glyph.fail+" "+itoa(h.Response.Status)+" "+h.Response.Reason)
		return c.until(x, y, end, th.plain, "  101 was expected")
	}
	x = c.until(x, y, end, st, strings.TrimSpace(itoa(h.Response.Status)+" "+h.Response.Reason))
	if s := h.Verdict.Subprotocol.Agreed; s != nil {
		x = c.until(x, y, end, th.plain, "  "+*s)
	}
	if e := h.Verdict.Extensions.Agreed; e != nil {
		x = c.until(x, y, end, th.plain, "  "+*e)
	}
	return x
}
