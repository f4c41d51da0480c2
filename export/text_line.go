package export

import (
	"strconv"
	"time"

	"wsight/dissect"
	"wsight/safe"
)

// An ink is a colour by what it means.
type ink string

const (
	plain   ink = ""
	faint   ink = "2"
	bold    ink = "1"
	toward  ink = "36" // client to server
	back    ink = "32" // server to client
	trouble ink = "31;1"
	caution ink = "33"
)

// line appends one line: time, connection, mark, text.
func (t *Text) line(p dissect.Place, mark string, color ink, text string) {
	t.told = append(t.told[:0], text...)
	t.write(p, mark, color)
}

// write appends the line that says what was told.
func (t *Text) write(p dissect.Place, mark string, color ink) {
	text := t.told
	if t.opts.Width > 0 {
		text = []byte(t.form.Line(string(text), t.room(p, mark)))
	}
	b := t.time(t.buf, p.Time)
	b = append(b, "  "...)
	name := len(b)
	if p.Conv.Number > 0 { // else there is no conversation
		b = strconv.AppendInt(append(b, '#'), int64(p.Conv.Number), 10)
	}
	for len(b) < name+nameWidth {
		b = append(b, ' ')
	}
	b = append(b, ' ')
	if t.opts.Color && color != plain {
		b = append(append(append(b, "\x1b["...), color...), 'm')
	}
	b = append(append(append(b, mark...), ' '), text...)
	if t.opts.Color && color != plain {
		b = append(b, "\x1b[0m"...)
	}
	t.buf = append(b, '\n')
}

const (
	noTime    = "--:--:--.------"
	nameWidth = 4 // at least, of the number of a connection
)

// time appends the time of day, after a line that says which day it is when
// that changes.
func (t *Text) time(b []byte, at time.Time) []byte {
	clock := []byte(noTime)
	if t.stamp.set(at) {
		if clock = t.stamp.clock(); string(t.stamp.day()) != t.day {
			t.day = string(t.stamp.day())
			b = append(b, t.rule(t.day+" UTC")...)
		}
	}
	if !t.opts.Color {
		return append(b, clock...)
	}
	return append(append(append(b, "\x1b[2m"...), clock...), "\x1b[0m"...)
}

// indent returns how many cells stand before the text of a line.
func indent(p dissect.Place, mark string) int {
	return len(noTime) + 2 + max(len("#"+strconv.Itoa(p.Conv.Number)), nameWidth) + 1 + safe.Width(mark) + 1
}

// room returns how many cells the text of a line may take.
func (t *Text) room(p dissect.Place, mark string) int { return max(t.opts.Width-indent(p, mark), 20) }

func (t *Text) rule(text string) string {
	if t.opts.ASCII {
		return "-- " + text + "\n"
	}
	return "── " + text + "\n"
}
