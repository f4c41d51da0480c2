package tui

import (
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"
)

// An overlay lies over the panes and has the keys.
type overlay interface {
	draw(u *UI, c canvas)
	key(u *UI, ev *tcell.EventKey)
}

// A menu is an overlay of choices, narrowed down by typing: palette, help,
// copy and export.
type menu struct {
	list
	caption string
	all     []choice
	shown   []int
	typed   string
	letters bool                          // the first letter of a choice takes it at once
	other   func(u *UI, text string) bool // takes what is no choice
}

// A choice is a line of a menu. A heading has no run.
type choice struct {
	letter, text, keys string
	run                func(*UI)
}

func newMenu(caption string, all []choice) *menu {
	m := &menu{caption: caption, all: all}
	m.narrow()
	return m
}

// narrow lists the choices that have every word that was typed.
func (m *menu) narrow() {
	m.shown = m.shown[:0]
	for i, c := range m.all {
		ok := true
		for _, w := range strings.Fields(strings.ToLower(m.typed)) {
			ok = ok && (containsFold(c.text, w) || containsFold(c.keys, w))
		}
		if ok && (c.run != nil || m.typed == "") {
			m.shown = append(m.shown, i)
		}
	}
	m.n, m.sel, m.top = len(m.shown), 0, 0
	m.step(0)
}

// step moves over headings.
func (m *menu) step(by int) {
	for range m.n + 1 {
		m.sel = max(min(m.sel+by, m.n-1), 0)
		if m.n == 0 || m.all[m.shown[m.sel]].run != nil {
			break
		}
		if by == 0 || m.sel == 0 {
			by = 1
		}
	}
	m.clamp()
}

func (m *menu) draw(u *UI, c canvas) {
	th, g := u.theme, u.theme.glyph
	wide := min(c.w-4, 96)
	about := m.cutOff(wide)
	high := min(len(m.all)+3+about, c.h)
	box := c.at(rect{c.x + (c.w-wide)/2, c.y + max((c.h-high)/2, 0), wide, high})
	for y := range box.h {
		box.line(y, th.plain)
		box.text(0, y, th.frame, g.vertical)
		box.text(box.w-1, y, th.frame, g.vertical)
	}
	box.fill(0, 0, box.w, th.frame, g.rule)
	box.fill(0, box.h-1, box.w, th.frame, g.rule)
	box.until(2, 0, box.w-2, th.bold, " "+m.caption+" ")
	foot := " Esc closes "
	if !m.letters {
		foot = " typing searches  " + foot
	}
	box.right(box.w-2, box.h-1, th.dim, foot)
	top := 1
	if !m.letters {
		box.text(2, 1, th.key, "> ")
		x := box.text(4, 1, th.plain, m.typed)
		c.screen.ShowCursor(box.x+x, box.y+1)
		top = 2
	}
	m.height = max(box.h-top-1-about, 1)
	m.clamp()
	if about > 0 && m.sel < m.n {
		under := box.h - 1 - about
		box.fill(1, under, box.w-1, th.frame, g.rule)
		for i, line := range wrap(m.all[m.shown[m.sel]].text, box.w-6) {
			if i < about-1 {
				box.text(4, under+1+i, th.plain, line)
			}
		}
	}
	for y := range min(m.height, m.n-m.top) {
		m.choice(box, top+y, &m.all[m.shown[m.top+y]], m.top+y == m.sel, th)
	}
	if m.n == 0 {
		box.text(4, top, th.dim, "nothing is called so")
	}
}

// cutOff returns how many lines the whole text of the selected choice takes,
// with one that parts them from the list; 0 when no text is cut off.
func (m *menu) cutOff(wide int) int {
	lines := 0
	for i := range m.all {
		if ch := &m.all[i]; ch.at()+cells(ch.text) > wide-2 {
			lines = max(lines, len(wrap(ch.text, wide-6))+1)
		}
	}
	return lines
}

// at is where the text of a choice begins.
func (ch *choice) at() int {
	x := 4
	if ch.letter != "" {
		x += 3
	}
	if ch.keys != "" {
		x += 21
	}
	return x
}

func (m *menu) choice(box canvas, y int, ch *choice, selected bool, th *theme) {
	if ch.run == nil {
		box.until(2, y, box.w-2, th.bold, ch.text)
		return
	}
	box.text(4, y, th.key, ch.letter)
	box.until(4, y, 24, th.key, ch.keys)
	box.until(ch.at(), y, box.w-2, th.plain, ch.text)
	if selected {
		box.text(2, y, th.bold, th.glyph.sel)
		inner := box.at(rect{box.x + 1, box.y + y, box.w - 2, 1})
		inner.restyle(0, reversed)
	}
}

func (m *menu) key(u *UI, ev *tcell.EventKey) {
	switch name := keyName(ev); {
	case name == "Esc" || name == "Ctrl-C" || name == "F1":
		u.overlay = nil
	case name == "Down" || name == "Ctrl-N" || name == "Tab":
		m.step(1)
	case name == "Up" || name == "Ctrl-P" || name == "Shift-Tab":
		m.step(-1)
	case name == "PgDn":
		m.sel = min(m.sel+m.height, m.n-1)
		m.step(0)
	case name == "PgUp":
		m.sel = max(m.sel-m.height, 0)
		m.step(0)
	case name == "Enter":
		m.take(u)
	case m.letters:
		if i := slices.IndexFunc(m.all, func(c choice) bool { return c.letter == name }); i >= 0 {
			u.overlay = nil
			m.all[i].run(u)
		} else if name == "q" {
			u.overlay = nil
		}
	case name == "Backspace":
		if m.typed == "" {
			u.overlay = nil
			return
		}
		runes := []rune(m.typed)
		m.typed = string(runes[:len(runes)-1])
		m.narrow()
	case name == "?" && m.typed == "":
		u.overlay = nil
	case ev.Key() == tcell.KeyRune && len(m.typed) < 60:
		m.typed += string(ev.Rune())
		m.narrow()
	}
}

// take runs the selected choice, or what was typed.
func (m *menu) take(u *UI) {
	u.overlay = nil
	if m.other != nil && m.typed != "" && m.other(u, m.typed) {
		return
	}
	if m.sel >= 0 && m.sel < m.n {
		m.all[m.shown[m.sel]].run(u)
	}
}

// help lists the actions of this pane, by group.
func (u *UI) help() {
	var all []choice
	for _, group := range groups(u.actions) {
		from := len(all)
		all = append(all, choice{text: group})
		for i := range u.actions {
			a := &u.actions[i]
			if a.group == group && a.in(u.focus) {
				all = append(all, choice{text: a.long, keys: strings.Join(a.keys, " "), run: func(u *UI) { u.do(a) }})
			}
		}
		if len(all) == from+1 {
			all = all[:from]
		}
	}
	u.overlay = newMenu("Keys in "+u.focus.String(), all)
}

// palette lists every action; a number or a time goes there.
func (u *UI) palette() {
	var all []choice
	for i := range u.actions {
		a := &u.actions[i]
		if a.in(u.focus) && a.id != "palette" {
			all = append(all, choice{text: a.id + ": " + a.long, keys: strings.Join(a.keys, " "), run: func(u *UI) { u.do(a) }})
		}
	}
	m := newMenu("Command, number or time", all)
	m.other = func(u *UI, text string) bool { return text[0] >= '0' && text[0] <= '9' && u.goAny(text) }
	u.overlay = m
}
