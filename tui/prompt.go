package tui

import (
	"strings"

	"github.com/gdamore/tcell/v2"
)

// A prompt is a line of input at the bottom of the screen.
type prompt struct {
	label    string
	text     []rune
	at       int
	fault    string              // why the text is wrong; shown beside it
	change   func(text string)   // after every key; nil: nothing
	done     func(text string)   // at Enter
	cancel   func()              // at Esc
	complete func(string) string // at Tab; nil: nothing
	hint     string
	history  *[]string
	place    int // in history, from its end
}

const promptLimit = 4 << 10

func (u *UI) ask(p *prompt) { p.at = len(p.text); u.prompt = p }

func (p *prompt) draw(u *UI, c canvas) {
	th := u.theme
	c.line(0, th.plain)
	x := c.text(0, 0, th.key, " "+p.label+" ")
	text := string(p.text)
	room := max(c.w-x-2, 8)
	shown, before := text, string(p.text[:p.at])
	for cells(th.form.Text(before)) > room-1 {
		cut := len(string(p.text[:1]))
		shown, before = shown[min(cut, len(shown)):], before[min(cut, len(before)):]
	}
	end := c.until(x, 0, c.w-1, th.plain, shown)
	if p.fault != "" {
		c.until(end+2, 0, c.w, th.err, th.glyph.fail+" "+p.fault)
	} else if p.hint != "" {
		c.until(end+2, 0, c.w, th.dim, p.hint)
	}
	c.screen.ShowCursor(c.x+x+cells(th.form.Text(before)), c.y)
}

// key takes a key; the prompt goes when it is done.
func (p *prompt) key(u *UI, ev *tcell.EventKey) {
	switch ev.Key() {
	case tcell.KeyEnter:
		if p.fault != "" {
			return
		}
		u.prompt = nil
		text := string(p.text)
		if p.history != nil && text != "" {
			*p.history = append(*p.history, text)
		}
		p.done(text)
		return
	case tcell.KeyEsc, tcell.KeyCtrlC:
		u.prompt = nil
		if p.cancel != nil {
			p.cancel()
		}
		return
	case tcell.KeyTab:
		if p.complete != nil {
			p.set(p.complete(string(p.text)))
		}
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
			u.prompt = nil
			if p.cancel != nil {
				p.cancel()
			}
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
	if p.change != nil {
		p.change(string(p.text))
	}
}

// insert puts text where the cursor is. Of what is pasted the first line is
// taken.
func (p *prompt) insert(text string) {
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
	n := len(*p.history)
	p.place = max(min(p.place+by, n), 0)
	if p.place == 0 {
		p.set("")
		return
	}
	p.set((*p.history)[n-p.place])
}
