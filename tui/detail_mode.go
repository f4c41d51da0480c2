package tui

import (
	"slices"

	"wsight/dissect"
	"wsight/session"
)

// A mode is a way to show a row. The numbers are ours.
type mode uint8

const (
	asJSON mode = iota + 1
	asText
	asHex
	asBits
	asHeads
	asAbout
	asFormat // what the format of the connection makes of it
)

var modeNames = [...]string{asFormat: "format", asJSON: "JSON", asText: "text", asHex: "hex", asBits: "bits", asHeads: "headers", asAbout: "diagnosis"}

// modes returns the ways to show the row, the best first.
func (d *detail) modes() []mode {
	switch {
	case d.ui.screen == atConnections && d.ui.focus != atTimeline && d.ui.areas[atTimeline].empty(), d.ui.screen == atConnections && d.ui.focus == atConnections:
		return []mode{asAbout, asHeads}
	case d.row.Kind == session.RowRequest, d.row.Kind == session.RowResponse:
		return []mode{asHeads, asAbout}
	case d.row.Kind != session.RowMessage && d.row.Kind != session.RowFrame:
		return []mode{asAbout, asHeads}
	}
	all := []mode{asText, asHex, asBits, asHeads, asAbout}
	l := d.loaded
	switch {
	case l == nil:
	case l.json:
		all = append([]mode{asJSON}, all...)
	case l.typ == dissect.Binary || !l.message.Valid && l.typ != dissect.Close:
		all = []mode{asHex, asText, asBits, asHeads, asAbout}
	}
	if l != nil && l.result != nil {
		all = append([]mode{asFormat}, all...)
	}
	return all
}

// current returns the mode in use.
func (d *detail) current() mode {
	all := d.modes()
	if d.ui.screen == atTimeline || !d.ui.areas[atTimeline].empty() {
		if slices.Contains(all, d.wanted) {
			return d.wanted
		}
	} else if d.heads {
		return asHeads
	}
	return all[0]
}

// turn takes the next mode, or the one before.
func (d *detail) turn(by int) {
	all := d.modes()
	i := slices.Index(all, d.current())
	d.choose(all[(i+by+len(all))%len(all)])
}

func (d *detail) choose(m mode) {
	d.wanted, d.heads = m, m == asHeads
	d.reset()
}

// title is the caption: the modes, and what the row is.
func (d *detail) title() string {
	text := ""
	for _, m := range d.modes() {
		name := modeNames[m]
		if m == asFormat {
			name = d.loaded.result.Format
		}
		if m == d.current() {
			name = "[" + name + "]"
		}
		text += name + " "
	}
	if d.current() == asAbout || d.current() == asHeads {
		if d.conv == 0 {
			return text
		}
		return text + " #" + itoa(d.conv)
	}
	r := &d.row
	text += " #" + itoa(r.N)
	if l := d.loaded; l != nil && l.err == nil {
		text += " " + l.typ.String() + " " + sizeText(l.length)
		if l.message.Compressed {
			text += " (" + sizeText(l.message.Wire) + " deflated)"
		}
		if len(l.frames)+l.more > 1 {
			text += " in " + itoa(len(l.frames)+l.more) + " frames"
		}
	}
	text += " from " + fromText(r.Dir)
	if d.page != nil && d.ui.focus == atDetail {
		if note := d.page.note(d.sel); note != "" {
			text += d.ui.theme.glyph.dot + note
		}
	}
	return text
}
