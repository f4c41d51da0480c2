package tui

import (
	"strings"

	"wsight/dissect/payload"
)

// jsonPage shows JSON text laid out, with objects and arrays that fold. The
// text stands as it was sent: numbers, escapes and members that come twice.
//
// A text may have millions of lines: the first ones are laid out at once, the
// others a step at a time while these are shown.
type jsonPage struct {
	theme  *theme
	text   []byte
	more   string
	layout *payload.Layout
	over   bool // everything is laid out
	all    []jsonLine
	open   []int32 // lines that begin what has not ended yet
	folds  bool    // all but the outermost is folded at first
	shown  []int32
	seen   int    // lines that were considered for shown
	hides  int    // a folded line that hides what is laid out next; -1: none does
	fault  string // why the text breaks
}

const (
	jsonLines  = 10_000_000 // that are laid out at most; they take 28 bytes each
	jsonAtOnce = 50_000     // before the page is shown
	jsonStep   = 25_000     // each time that it is drawn
	jsonOpened = 200        // beyond so many lines, all but the outermost is folded
)

// looksJSON reports whether a text message is JSON, or was meant to be.
func looksJSON(text []byte) bool {
	t := strings.TrimSpace(string(text[:min(len(text), 64)]))
	return t != "" && (t[0] == '{' || t[0] == '[')
}

func newJSONPage(th *theme, text []byte, more string) page {
	const usual = 16 // bytes of text for a line; growing bit by bit would take three times the memory
	p := &jsonPage{theme: th, text: text, more: more, layout: payload.NewLayout(text)}
	p.all = make([]jsonLine, 0, min(len(text)/usual+1, jsonLines))
	p.lay(jsonAtOnce)
	if len(p.all) > jsonOpened {
		p.folds = true
		for i := range p.all {
			l := &p.all[i]
			l.set(jsonFolded, l.is(jsonOpens) && l.depth > 0)
		}
	}
	p.bare()
	p.show()
	return p
}

// bare unfolds what has no end in a text that breaks: where is in there.
func (p *jsonPage) bare() {
	if !p.over {
		return
	}
	for _, i := range p.open {
		p.all[i].flags &^= jsonFolded
	}
}

// grow lays out some more lines; false when all are.
func (p *jsonPage) grow() bool {
	if p.over {
		return false
	}
	p.lay(jsonStep)
	if p.over {
		p.bare()
		p.show()
	} else {
		p.list()
	}
	return true
}

// end returns the line that ends what line i opens, as far as was laid out.
func (p *jsonPage) end(i int) int {
	if end := int(p.all[i].close); end > 0 {
		return end
	}
	return len(p.all)
}

// show lists the lines that no fold hides.
func (p *jsonPage) show() {
	p.shown, p.seen, p.hides = p.shown[:0], 0, -1
	p.list()
}

// list goes on with that where it ended.
func (p *jsonPage) list() {
	if p.hides >= 0 {
		p.seen = min(p.end(p.hides)+1, len(p.all))
		if p.all[p.hides].close == 0 {
			return
		}
		p.hides = -1
	}
	for p.seen < len(p.all) {
		i := p.seen
		p.shown = append(p.shown, int32(i))
		p.seen = i + 1
		if l := &p.all[i]; l.is(jsonFolded) {
			p.seen = min(p.end(i)+1, len(p.all))
			if l.close == 0 {
				p.hides = i
			}
		}
	}
}

func (p *jsonPage) remarks() []string {
	var out []string
	for _, text := range []string{p.more, p.fault} {
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

func (p *jsonPage) count() int { return len(p.shown) + len(p.remarks()) }

// at returns the line that is shown at i, -1 for a remark.
func (p *jsonPage) at(i int) int {
	i -= len(p.remarks())
	if i < 0 || i >= len(p.shown) {
		return -1
	}
	return int(p.shown[i])
}

func (p *jsonPage) line(c canvas, y, i int) {
	th := p.theme
	at := p.at(i)
	if at < 0 {
		c.text(1, y, th.warning, p.remarks()[i])
		return
	}
	line := &p.all[at]
	x := 3 + 2*min(int(line.depth), max((c.w-30)/2, 4))
	folds, folded := line.is(jsonOpens), line.is(jsonFolded)
	if folds {
		sign := th.glyph.opened
		if folded {
			sign = th.glyph.folded
		}
		c.text(x-2, y, th.dim, sign)
	}
	if line.is(jsonNamed) {
		x = c.text(x, y, th.name, p.piece(line.name))
		x = c.text(x, y, th.plain, ": ")
	}
	st := th.plain
	switch line.kind {
	case payload.Text:
		st = th.text
	case payload.Numeral, payload.Word:
		st = th.number
	case payload.Garbage:
		st = th.err
	}
	x = c.text(x, y, st, p.piece(line.value))
	comma := line.is(jsonComma)
	switch {
	case folds && folded && line.close == 0:
		text := " " + plural(int64(len(p.all)-at-1), "line")
		if !p.over {
			text += " so far"
		}
		x = c.text(x, y, th.dim, text)
	case folds && folded:
		x = c.text(x, y, th.dim, " "+plural(int64(int(line.close)-at-1), "line")+" ")
		x = c.text(x, y, st, closing(line.kind))
		comma = p.all[line.close].is(jsonComma)
	}
	if comma {
		c.text(x, y, th.plain, ",")
	}
}

func closing(k payload.TokenKind) string {
	if k == payload.BeginObject {
		return "}"
	}
	return "]"
}

// pieceShown is how much of one value a line takes: more than any screen has.
const pieceShown = 4 << 10

func (p *jsonPage) piece(at [2]uint32) string {
	return string(p.text[at[0]:min(at[1], at[0]+pieceShown)])
}

// enter implements page.
func (p *jsonPage) enter(i int) bool {
	at := p.at(i)
	if at < 0 || !p.all[at].is(jsonOpens) {
		return false
	}
	p.all[at].flags ^= jsonFolded
	p.show()
	return true
}

// foldAll folds or unfolds everything.
func (p *jsonPage) foldAll() {
	some := false
	for i := range p.all {
		some = some || p.all[i].is(jsonFolded)
	}
	for i := range p.all {
		l := &p.all[i]
		l.set(jsonFolded, !some && l.is(jsonOpens) && l.depth > 0)
	}
	p.folds = !some
	p.show()
}

// note returns the path of a value, as jq writes it.
func (p *jsonPage) note(i int) string {
	at := p.at(i)
	if at < 0 {
		return ""
	}
	var steps []string
	for depth := p.all[at].depth; depth > 0; depth = p.all[at].depth {
		line := &p.all[at]
		parent, index := at-1, 0
		for ; parent >= 0 && p.all[parent].depth >= depth; parent-- {
			if l := &p.all[parent]; l.depth == depth && l.kind != payload.EndObject && l.kind != payload.EndArray {
				index++
			}
		}
		if line.is(jsonNamed) {
			steps = append(steps, "."+strings.Trim(p.piece(line.name), `"`))
		} else {
			steps = append(steps, "["+itoa(index)+"]")
		}
		if parent < 0 {
			break
		}
		at = parent
	}
	path := ""
	for k := len(steps) - 1; k >= 0; k-- {
		path += steps[k]
	}
	return path
}
