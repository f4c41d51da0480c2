package tui

import (
	"strings"

	"wsight/dissect/payload"
)

// jsonPage shows JSON text laid out, with objects and arrays that fold. The
// text stands as it was sent: numbers, escapes and members that come twice.
type jsonPage struct {
	theme *theme
	text  []byte
	more  string
	all   []payload.Line
	close map[int]int // where what line i opens ends
	fold  map[int]bool
	shown []int
	fault string // why the text breaks
}

const (
	jsonLines  = 200_000 // that are laid out at most
	jsonOpened = 200     // beyond so many lines, all but the outermost is folded
)

// looksJSON reports whether a text message is JSON, or was meant to be.
func looksJSON(text []byte) bool {
	t := strings.TrimSpace(string(text[:min(len(text), 64)]))
	return t != "" && (t[0] == '{' || t[0] == '[')
}

func newJSONPage(th *theme, text []byte, more string) page {
	p := &jsonPage{theme: th, text: text, more: more, close: map[int]int{}, fold: map[int]bool{}}
	const usual = 16 // bytes of text for a line; growing bit by bit would take three times the memory
	p.all = make([]payload.Line, 0, min(len(text)/usual+1, jsonLines))
	var open []int
	for line := range payload.Lines(text) {
		if len(p.all) >= jsonLines {
			p.fault = "only the first " + commas(jsonLines) + " lines are laid out"
			break
		}
		i := len(p.all)
		switch line.Value.Kind {
		case payload.BeginObject, payload.BeginArray:
			if !line.Empty {
				open = append(open, i)
			}
		case payload.EndObject, payload.EndArray:
			if n := len(open); n > 0 {
				p.close[open[n-1]] = i
				open = open[:n-1]
			}
		case payload.Garbage:
			s := payload.NewScanner(text)
			for _, ok := s.Next(); ok; _, ok = s.Next() {
			}
			if err := s.Err(); err != nil {
				p.fault = "no valid JSON: " + err.Error()
			}
		}
		p.all = append(p.all, line)
	}
	if len(p.all) > jsonOpened {
		for i := range p.close {
			p.fold[i] = p.all[i].Depth > 0
		}
	}
	p.show()
	return p
}

// show lists the lines that no fold hides.
func (p *jsonPage) show() {
	p.shown = p.shown[:0]
	for i := 0; i < len(p.all); i++ {
		p.shown = append(p.shown, i)
		if end, ok := p.close[i]; ok && p.fold[i] {
			i = end
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
	return p.shown[i]
}

func (p *jsonPage) line(c canvas, y, i int) {
	th := p.theme
	at := p.at(i)
	if at < 0 {
		c.text(1, y, th.warning, p.remarks()[i])
		return
	}
	line := &p.all[at]
	x := 3 + 2*min(line.Depth, max((c.w-30)/2, 4))
	end, folds := p.close[at]
	if folds {
		sign := th.glyph.opened
		if p.fold[at] {
			sign = th.glyph.folded
		}
		c.text(x-2, y, th.dim, sign)
	}
	if line.Name.Kind != 0 {
		x = c.text(x, y, th.name, p.piece(line.Name))
		x = c.text(x, y, th.plain, ": ")
	}
	st := th.plain
	switch line.Value.Kind {
	case payload.Text:
		st = th.text
	case payload.Numeral, payload.Word:
		st = th.number
	case payload.Garbage:
		st = th.err
	}
	x = c.text(x, y, st, p.piece(line.Value))
	comma := line.Comma
	switch {
	case line.Empty:
		x = c.text(x, y, st, closing(line.Value.Kind))
	case folds && p.fold[at]:
		x = c.text(x, y, th.dim, " "+plural(int64(end-at-1), "line")+" ")
		x = c.text(x, y, st, closing(line.Value.Kind))
		comma = p.all[end].Comma
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

func (p *jsonPage) piece(t payload.Token) string {
	return string(p.text[t.Start:min(t.End, t.Start+pieceShown)])
}

// enter implements page.
func (p *jsonPage) enter(i int) bool {
	at := p.at(i)
	if at < 0 {
		return false
	}
	if _, ok := p.close[at]; !ok {
		return false
	}
	p.fold[at] = !p.fold[at]
	p.show()
	return true
}

// all folds or unfolds everything.
func (p *jsonPage) foldAll() {
	some := false
	for i := range p.close {
		some = some || p.fold[i]
	}
	for i := range p.close {
		p.fold[i] = !some && p.all[i].Depth > 0
	}
	p.show()
}

// note returns the path of a value, as jq writes it.
func (p *jsonPage) note(i int) string {
	at := p.at(i)
	if at < 0 {
		return ""
	}
	var steps []string
	for depth := p.all[at].Depth; depth > 0; depth = p.all[at].Depth {
		line := &p.all[at]
		parent, index := at-1, 0
		for ; parent >= 0 && p.all[parent].Depth >= depth; parent-- {
			if p.all[parent].Depth == depth && p.all[parent].Value.Kind != payload.EndObject && p.all[parent].Value.Kind != payload.EndArray {
				index++
			}
		}
		if line.Name.Kind != 0 {
			steps = append(steps, "."+strings.Trim(p.piece(line.Name), `"`))
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
