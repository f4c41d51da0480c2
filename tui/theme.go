package tui

import (
	"strings"

	"github.com/gdamore/tcell/v2"

	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// A theme says how things look. Colours are those of the terminal's own
// palette on its own background, so that they fit dark and light ones; each
// repeats what a sign or a word says. Without colours only bold, dim,
// underline and reverse are left: a colour that is set shows as reverse
// video in some terminals that have none, and that is what selects.
type theme struct {
	form  safe.Form
	glyph glyphs

	plain, dim, bold, selected, hit       tcell.Style
	toServer, toClient, control           tcell.Style
	err, warning, note, title, key, frame tcell.Style
	name, text, number, replaced, good    tcell.Style
}

// glyphs are the signs that are drawn. They are neither emoji nor of
// ambiguous width but for the lines, which have an ASCII form as all have.
type glyphs struct {
	right, left              string // arrow heads
	tee, teeLeft             string // where an arrow begins, at the client and at the server
	line, dots, double       string // what an arrow is made of
	lane, faint              string // the ends of the ladder; the same while nothing happens
	sel, fail, warn, note    string
	well                     string // all is
	open, closed, opening    string
	rule, ruleDown, ellipsis string
	up, down, folded, opened string
	missing, cross           string
	thumb, track             string
	enter, arrow, dot        string // dot stands between parts, with its spaces
	vertical                 string
}

var unicodeGlyphs = glyphs{
	right: "►", left: "◄", tee: "├", teeLeft: "┤", line: "─", dots: "┄", double: "═", lane: "│", faint: "┊",
	sel: "▸", fail: "✗", warn: "!", note: "·", well: "✔", open: "◉", closed: "◌", opening: "…", rule: "─", ruleDown: "┬", ellipsis: "…",
	up: "↑", down: "↓", folded: "▸", opened: "▾", missing: "≈", cross: "✗", thumb: "┃", track: "│", enter: "⏎", arrow: "→", dot: " · ", vertical: "│",
}

var asciiGlyphs = glyphs{
	right: ">", left: "<", tee: "|", teeLeft: "|", line: "-", dots: ".", double: "=", lane: "|", faint: ":",
	sel: ">", fail: "x", warn: "!", note: "-", well: "OK", open: "o", closed: ".", opening: "~", rule: "-", ruleDown: "+", ellipsis: "~",
	up: "^", down: "v", folded: "+", opened: "-", missing: "~", cross: "x", thumb: "#", track: "|", enter: "Enter", arrow: "->", dot: " - ", vertical: "|",
}

func newTheme(color, ascii bool) *theme {
	base := tcell.StyleDefault
	t := &theme{
		glyph: unicodeGlyphs, form: safe.Form{ASCII: ascii},
		plain: base, dim: base.Dim(true), bold: base.Bold(true), selected: base.Reverse(true), hit: base.Underline(true).Bold(true),
		toServer: base, toClient: base, control: base.Dim(true), err: base.Bold(true), warning: base.Bold(true), note: base.Dim(true),
		title: base.Bold(true), key: base.Bold(true), frame: base.Dim(true), name: base.Bold(true), text: base, number: base,
		replaced: base.Underline(true), good: base,
	}
	if ascii {
		t.glyph = asciiGlyphs
	}
	if color {
		ink := func(n int) tcell.Style { return base.Foreground(tcell.PaletteColor(n)) }
		t.toServer, t.toClient = ink(6), ink(2)
		t.err, t.warning, t.good = ink(1).Bold(true), ink(3).Bold(true), ink(2)
		t.name, t.text, t.number = ink(6), ink(2), ink(3)
		t.key = ink(6).Bold(true)
	}
	return t
}

// way returns the style of a direction.
func (t *theme) way(d flow.Direction) tcell.Style {
	switch d {
	case flow.ClientToServer:
		return t.toServer
	case flow.ServerToClient:
		return t.toClient
	}
	return t.plain
}

// level returns sign and style of a severity.
func (t *theme) level(s finding.Severity) (string, tcell.Style) {
	switch s {
	case finding.Error:
		return t.glyph.fail, t.err
	case finding.Warning:
		return t.glyph.warn, t.warning
	case finding.Note:
		return t.glyph.note, t.note
	}
	return " ", t.plain
}

// reversed is how a selected cell looks: without colours, which differ in how
// well they are read the other way round.
func reversed(st style) style {
	_, _, attr := st.Decompose()
	return tcell.StyleDefault.Attributes(attr&^dimmed | reverse)
}

// emboldened is how the rows of a range look, beside their sign.
func emboldened(st style) style {
	_, _, attr := st.Decompose()
	return st.Attributes(attr&^dimmed | tcell.AttrBold)
}

// own returns words of ours as this theme can show them: in ASCII a section is
// told by its word, where what was captured is escaped.
func (th *theme) own(text string) string {
	if !th.form.ASCII {
		return text
	}
	return strings.ReplaceAll(text, "\u00a7", "section ")
}
