package export

import (
	"strconv"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/flow"
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

// tell appends what is said of a conversation. On a terminal it goes on in
// lines below, where a payload is cut off: the end of it is what matters.
func (t *Text) tell(p dissect.Place, mark string, color ink, text string) {
	if t.opts.Width == 0 {
		t.line(p, mark, color, text)
		return
	}
	room := t.room(p, mark)
	lines := folded(text, room)
	t.line(p, mark, color, lines[0])
	for _, rest := range lines[1:] {
		t.buf = append(t.buf, strings.Repeat(" ", indent(p, mark))...)
		if rest = t.form.Line(rest, room); t.opts.Color && color != plain {
			rest = "\x1b[" + string(color) + "m" + rest + "\x1b[0m"
		}
		t.buf = append(append(t.buf, rest...), '\n')
	}
}

// folded cuts text between words into lines of at most so many cells, but for
// words that are longer. There is always one.
func folded(text string, room int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.SplitSeq(text, " ") {
		cells := safe.Width(word)
		if used > 0 && used+1+cells > room {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+cells
	}
	return append(lines, line)
}

func (t *Text) arrow(d flow.Direction) (string, ink) {
	switch {
	case d == flow.ClientToServer && t.opts.ASCII:
		return "->", toward
	case d == flow.ClientToServer:
		return "→ ", toward
	case t.opts.ASCII:
		return "<-", back
	}
	return "← ", back
}

func (t *Text) mark(fancy, ascii string) string {
	if t.opts.ASCII {
		return ascii
	}
	return fancy
}

func (t *Text) duration(d time.Duration) string {
	text := duration(d)
	if t.opts.ASCII {
		return strings.Replace(text, "µ", "u", 1)
	}
	return text
}
