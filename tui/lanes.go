package tui

import (
	"slices"
	"time"

	"wsight/diagnose"
	"wsight/finding"
	"wsight/flow"
	"wsight/session"
)

// lanes shows two legs of one WebSocket side by side: client, proxy and
// server, with what passed on both legs in the order of time.
type lanes struct {
	list
	ui    *UI
	hop   *diagnose.Hop
	legs  [2]*timeline // only for drawing, and for what decodes their messages
	index []legRow
	start time.Time
}

// A legRow names a row of one of the legs.
type legRow struct {
	time int64
	id   uint32
	leg  uint8
}

// lanesShown bounds the rows of both legs that are put in order.
const lanesShown = 2 << 20

// newLanes puts the rows of the legs in order. The clock of the second leg is
// corrected by what is known of its offset.
func newLanes(u *UI, hop *diagnose.Hop) *lanes {
	l := &lanes{ui: u, hop: hop}
	for leg := range l.legs {
		n := hop.Conversations[leg].Number
		over, _ := u.rec.Overview(n)
		l.legs[leg] = &timeline{ui: u, conv: n, over: over}
		u.rec.Scan(n, 0, func(r *session.Row) bool {
			if r.Kind != session.RowFrame && r.Kind != session.RowIdle {
				l.index = append(l.index, legRow{l.at(leg, r.Time).UnixNano(), uint32(r.ID), uint8(leg)})
			}
			return len(l.index) < lanesShown
		})
	}
	l.start = l.legs[0].over.Start
	slices.SortStableFunc(l.index, func(a, b legRow) int {
		switch {
		case a.time != b.time:
			return map[bool]int{true: -1, false: 1}[a.time < b.time]
		case a.leg != b.leg:
			return int(a.leg) - int(b.leg)
		}
		return int(a.id) - int(b.id)
	})
	l.n = len(l.index)
	return l
}

// at returns a time of a leg on the clock of the first one.
func (l *lanes) at(leg int, t time.Time) time.Time {
	if leg == 1 && l.hop.OffsetKnown {
		return t.Add(-l.hop.ClockOffset)
	}
	return t
}

// pick selects a row of one of the legs.
func (l *lanes) pick(conv, id int) {
	i := slices.IndexFunc(l.index, func(r legRow) bool { return l.legs[r.leg].conv == conv && int(r.id) == id })
	if i >= 0 {
		l.to(i)
	}
}

// current returns the connection and the ID of the selected row.
func (l *lanes) current() (conv, id int) {
	if l.sel < 0 || l.sel >= len(l.index) {
		return l.legs[0].conv, -1
	}
	r := l.index[l.sel]
	return l.legs[r.leg].conv, int(r.id)
}

func (l *lanes) title() string {
	g := l.ui.theme.glyph
	text := "#" + itoa(l.legs[0].conv) + " " + g.arrow + " #" + itoa(l.legs[1].conv) + ", two legs of one WebSocket" + g.dot + "joined by " + string(l.hop.By) + ", " + string(l.hop.Certainty)
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if delay := l.hop.Delay[d]; delay > 0 {
			text += g.dot + d.String() + " +" + spanText(delay)
		}
	}
	return text
}

func (l *lanes) draw(c canvas, focused bool) {
	th := l.ui.theme
	left := 19
	middle, right := left+(c.w-3-left)/2, c.w-3
	c.right(8, 0, th.dim, "#")
	c.right(18, 0, th.dim, "time")
	a, b := l.legs[0].over.Conv, l.legs[1].over.Conv
	c.until(left, 0, middle-6, th.toServer, "client "+a.Client.String())
	proxy := "proxy " + a.Server.Addr().String()
	server := "server " + b.Server.String()
	last := max(right+1-cells(server), middle+14)
	c.until(max(middle-cells(proxy)/2, left+24), 0, min(middle+cells(proxy), last-1), th.bold, proxy)
	c.until(last, 0, right+1, th.toClient, server)
	body := c.at(c.rect.below(1))
	l.height = body.h
	l.clamp()
	rows := l.look(body.h)
	for y := range rows {
		r, at := &rows[y], l.index[l.top+y]
		if r.Kind == 0 {
			continue // it is no longer kept
		}
		leg := l.legs[at.leg]
		for _, x := range []int{left, middle, right} {
			body.text(x, y, th.dim, th.glyph.lane)
		}
		from, to := left, middle
		if at.leg == 1 {
			from, to = middle, right
		}
		l.row(body, y, r, leg, rungs{left: from, right: to, length: c.w - 1})
		body.text(4, y, th.dim, string(rune('A'+at.leg)))
		if r.N > 0 && r.Kind == session.RowMessage {
			body.right(8, y, th.plain, itoa(r.N))
		}
		if !r.Time.IsZero() && r.Kind != session.RowFinding {
			body.right(18, y, th.plain, secondsText(max(l.at(int(at.leg), r.Time).Sub(l.start), 0)))
		}
		if l.top+y == l.sel {
			body.text(0, y, th.bold, th.glyph.sel)
			if focused || l.ui.focus == atDetail {
				body.restyle(y, reversed)
			}
		}
	}
	l.ui.scrollbar(body, &l.list)
}

// look returns the rows that are to be drawn, those without a Kind are no
// longer kept, and has their messages decoded.
func (l *lanes) look(height int) []session.Row {
	rows := make([]session.Row, max(min(height, l.n-l.top), 0))
	for _, leg := range l.legs {
		leg.visible = leg.visible[:0]
	}
	for y := range rows {
		at := l.index[l.top+y]
		leg := l.legs[at.leg]
		var ok bool
		if rows[y], ok = l.ui.rec.Row(leg.conv, int(at.id)); ok {
			leg.visible = append(leg.visible, rows[y])
		}
	}
	for _, leg := range l.legs {
		leg.prepare()
	}
	return rows
}

// side returns the timeline that decodes the messages of a connection: that of
// its leg where two are shown.
func (l *timeline) side(conv int) *timeline {
	if l.lanes != nil {
		for _, leg := range l.lanes.legs {
			if leg.conv == conv {
				return leg
			}
		}
	}
	return l
}

// row draws what one leg saw, between its lanes.
func (l *lanes) row(c canvas, y int, r *session.Row, leg *timeline, at rungs) {
	th := l.ui.theme
	switch r.Kind {
	case session.RowFinding:
		sign, st := th.level(r.Trouble)
		c.text(2, y, st, sign)
		c.until(at.left+2, y, at.length, st, r.Finding.Rule().Title+detailOf(r.Finding))
	case session.RowHole:
		c.until(at.left+2, y, at.right, th.warning, leg.holeText(r))
	case session.RowSignal:
		c.until(at.left+2, y, at.right, th.plain, leg.signalText(r))
	case session.RowEnd:
		c.until(at.left+2, y, at.right, th.bold, endText(&leg.over))
	default:
		if gloss, _ := leg.gloss(r); gloss.Trouble >= finding.Warning {
			sign, st := th.level(gloss.Trouble)
			c.text(2, y, st, sign)
		}
		leg.arrow(c, y, r, at)
	}
}

// toggleLanes shows the legs of the proxy side by side, or one leg again.
func (u *UI) toggleLanes() {
	t := u.timeline
	if t.lanes != nil {
		conv, id := t.lanes.current()
		t.lanes = nil
		u.conns.pick(conv)
		t.show(conv)
		if id >= 0 {
			u.pickRow(id)
		}
		return
	}
	hops := u.rec.Hops(t.conv)
	if len(hops) == 0 {
		u.flash = "No other leg of this connection is in the capture."
		if !u.snap.Done {
			u.flash += " Legs are joined when both have ended."
		}
		return
	}
	t.lanes = newLanes(u, hops[0])
	t.lanes.pick(t.conv, t.chosen)
	u.screen, u.focus = atTimeline, atTimeline
}
