package export

import (
	"strings"

	"wsight/dissect"
	"wsight/safe"
)

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
