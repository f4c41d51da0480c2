package tui

import (
	"strings"

	"github.com/gdamore/tcell/v2"

	"wsight/query"
)

// A prompt is a line of input at the bottom of the screen.
type prompt struct {
	label   string
	text    []rune
	at      int
	offered bool              // nobody typed the text: the first letter takes its place
	fault   string            // why the text is wrong; shown above it, unless it may become right
	refused bool              // Enter was pressed all the same
	faultAt int               // where in the text; -1: nowhere
	change  func(text string) // after every key; nil: nothing
	done    func(text string) // at Enter
	cancel  func()            // at Esc
	hint    string
	history *[]string
	place   int    // in history, from its end
	draft   string // what was typed before history was looked at

	// suggest says what may stand at the end of text, and from which byte on;
	// nil: nothing is known.
	suggest func(text string) (int, []query.Candidate)
	offers  offers
}

const promptLimit = 4 << 10

func (u *UI) ask(p *prompt) { p.at = len(p.text); u.prompt = p }

// draw draws the prompt on the last line of c, and what there is to say about
// it on the lines above.
func (p *prompt) draw(u *UI, c canvas) {
	th, last := u.theme, c.h-1
	c.line(last, th.plain)
	x := c.text(0, last, th.key, " "+p.label+" ")
	room := max(c.w-x-2, 8)
	from := 0
	for cells(th.form.Text(string(p.text[from:p.at]))) > room-1 {
		from++
	}
	st := th.plain
	if p.offered {
		st = reversed(st)
	}
	end := c.until(x, last, c.w-1, st, string(p.text[from:]))
	if p.fault == "" && p.hint != "" {
		c.until(end+2, last, c.w, th.dim, p.hint)
	}
	top := last
	if p.fault != "" && (p.refused || len(p.offers.list) == 0) {
		lines := wrap(th.form.Text(p.fault), c.w-4)
		lines = lines[:min(len(lines), 3)]
		top -= len(lines)
		for i, line := range lines {
			c.line(top+i, th.plain)
			if i == 0 {
				c.text(1, top, th.err, th.glyph.fail)
			}
			c.until(3, top+i, c.w, th.err, line)
		}
		if p.faultAt >= from {
			at := x + cells(th.form.Text(string(p.text[from:min(p.faultAt, len(p.text))])))
			c.screen.restyle(c.x+min(at, c.w-1), c.y+last, func(st style) style { return th.err.Underline(true) })
		}
	}
	p.offers.draw(u, c, top)
	c.screen.ShowCursor(c.x+x+cells(th.form.Text(string(p.text[from:p.at]))), c.y+last)
}

// key takes a key; the prompt goes when it is done.
func (p *prompt) key(u *UI, ev *tcell.EventKey) {
	if ev.Key() != tcell.KeyRune {
		p.offered = false
	}
	switch ev.Key() {
	case tcell.KeyEnter:
		if p.fault != "" {
			p.refused = true
			return
		}
		u.prompt = nil
		text := string(p.text)
		p.keep(text)
		p.done(text)
		return
	case tcell.KeyEsc, tcell.KeyCtrlC:
		p.leave(u)
		return
	case tcell.KeyTab:
		p.complete(1)
	case tcell.KeyBacktab:
		p.complete(-1)
	case tcell.KeyUp, tcell.KeyCtrlP:
		p.recall(1)
	case tcell.KeyDown, tcell.KeyCtrlN:
		p.recall(-1)
	case tcell.KeyLeft, tcell.KeyCtrlB:
		p.at = max(p.at-1, 0)
	case tcell.KeyRight:
		p.at = min(p.at+1, len(p.text))
	case tcell.KeyHome, tcell.KeyCtrlA:
		p.at = 0
	case tcell.KeyEnd, tcell.KeyCtrlE:
		p.at = len(p.text)
	case tcell.KeyBackspace, tcell.KeyBackspace2:
		if p.at > 0 {
			p.text = append(p.text[:p.at-1], p.text[p.at:]...)
			p.at--
		} else if len(p.text) == 0 {
			p.leave(u)
			return
		}
	case tcell.KeyDelete:
		if p.at < len(p.text) {
			p.text = append(p.text[:p.at], p.text[p.at+1:]...)
		}
	case tcell.KeyCtrlU:
		p.text, p.at = p.text[p.at:], 0
	case tcell.KeyCtrlW:
		kept := strings.TrimRight(string(p.text[:p.at]), " ")
		kept = kept[:strings.LastIndex(kept, " ")+1]
		rest := p.text[p.at:]
		p.text = append([]rune(kept), rest...)
		p.at = len([]rune(kept))
	case tcell.KeyRune:
		p.insert(string(ev.Rune()))
	default:
		return
	}
	p.changed(ev.Key() == tcell.KeyTab || ev.Key() == tcell.KeyBacktab)
}

// changed follows a change of the text, or of the place in it.
func (p *prompt) changed(completing bool) {
	p.refused = false
	if p.change != nil {
		p.change(string(p.text))
	}
	if p.suggest != nil && !completing {
		p.offers = newOffers(p.suggest, string(p.text[:p.at]), false)
	}
}

// leave gives up.
func (p *prompt) leave(u *UI) {
	u.prompt = nil
	if p.cancel != nil {
		p.cancel()
	}
}

// keep puts text into the history, as its newest line.
func (p *prompt) keep(text string) {
	if h := p.history; h != nil && text != "" && (len(*h) == 0 || (*h)[len(*h)-1] != text) {
		*h = append(*h, text)
	}
}

// complete puts the next of what may stand here in its place.
func (p *prompt) complete(by int) {
	if p.suggest == nil {
		return
	}
	before := string(p.text[:p.at])
	if p.offers.at < 0 || len(p.offers.list) < 2 {
		p.offers = newOffers(p.suggest, before, true)
	}
	word, ok := p.offers.turn(by)
	if !ok {
		return
	}
	rest := p.text[p.at:]
	head := append([]rune(before[:p.offers.from]), []rune(word)...)
	p.at = len(head)
	p.text = append(head, rest...)
}

// insert puts text where the cursor is. Of what is pasted the first line is
// taken.
func (p *prompt) insert(text string) {
	if p.offered {
		p.set("")
		p.offered = false
	}
	text, _, _ = strings.Cut(text, "\n")
	add := []rune(text)
	if len(p.text)+len(add) > promptLimit {
		return
	}
	p.text = append(p.text[:p.at], append(add, p.text[p.at:]...)...)
	p.at += len(add)
}

func (p *prompt) set(text string) {
	p.text = []rune(text)
	p.at = len(p.text)
}

// recall brings back what was typed before.
func (p *prompt) recall(by int) {
	if p.history == nil {
		return
	}
	if p.place == 0 {
		p.draft = string(p.text)
	}
	n := len(*p.history)
	p.place = max(min(p.place+by, n), 0)
	if p.place == 0 {
		p.set(p.draft)
		return
	}
	p.set((*p.history)[n-p.place])
}
