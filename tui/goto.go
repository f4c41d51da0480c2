package tui

import (
	"strconv"
	"strings"
	"time"

	"wsight/session"
)

// askPlace goes to a number or a time.
func (u *UI) askPlace() {
	u.ask(&prompt{label: "go to number, seconds (1.5s) or time of day (14:03:20):", done: func(text string) {
		if !u.goAny(text) {
			u.flash = "That is no number and no time."
		}
	}})
}

// goAny goes to what text names: a number, seconds or a time of day.
func (u *UI) goAny(text string) bool {
	text = strings.TrimSpace(text)
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		u.goNumber(n)
		return true
	}
	if u.screen != atTimeline {
		return false
	}
	return u.goTime(text)
}

// goNumber goes to the message, connection or line with a number.
func (u *UI) goNumber(n int) {
	u.remember()
	switch {
	case u.focus == atConnections:
		if !u.conns.pick(n) {
			u.flash = "There is no connection " + itoa(n) + "."
		}
	case u.focus == atDetail:
		u.detail.to(n - 1)
	case u.screen == atTimeline:
		if !u.rowOf(func(r *session.Row) bool { return r.Kind == session.RowMessage && r.N == n }) {
			u.flash = "There is no message " + itoa(n) + " here."
		}
	}
}

// goTime goes to the first row at or after a time: seconds as the list shows
// them, or a time of day.
func (u *UI) goTime(text string) bool {
	from := u.timeline.over.Start
	if u.timeline.clock == sinceCapture {
		from = u.snap.First
	}
	var at time.Time
	if v, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimPrefix(text, "+"), "s"), 64); err == nil && v >= 0 && v < 1e9 {
		at = from.Add(time.Duration(v * 1e9))
	} else {
		for _, layout := range []string{"15:04:05.999999999", "15:04:05", "15:04"} {
			if t, err := time.Parse(layout, text); err == nil {
				y, m, d := from.UTC().Date()
				at = time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
				if at.Before(from) {
					at = at.AddDate(0, 0, 1)
				}
				break
			}
		}
	}
	if at.IsZero() {
		return false
	}
	u.remember()
	if !u.rowOf(func(r *session.Row) bool { return r.Kind != session.RowIdle && !r.Time.Before(at) }) {
		u.flash = "Nothing came after that."
	}
	return true
}
