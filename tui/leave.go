package tui

// leave goes back, and at the top ends the program.
func (u *UI) leave() {
	if u.screen == atConnections && u.focus == atConnections && !u.zoom {
		u.askLeave()
		return
	}
	u.leaving = true
	u.stepBack()
	u.leaving = false
}

// unsaved reports whether leaving loses connections: they came from where they
// cannot be read again, and no packets of them were saved.
func (u *UI) unsaved() bool {
	return u.opts.Unkept && u.opts.Packets != nil && !u.saved && u.snap.Conversations > 0
}

// askLeave ends the program, but asks first when that loses what was captured,
// and lets what is being written be written.
func (u *UI) askLeave() {
	switch {
	case u.saving != nil:
		u.flash = u.saving.name + " is still being written; Esc stops that."
		return
	case !u.unsaved():
		u.quit()
		return
	}
	save := func(u *UI) {
		t := u.soFar()
		t.wrote = func() { u.parting = u.flash; u.quit() }
		u.askName(t)
	}
	m := &menu{caption: plural(int64(u.snap.Conversations), "connection") + " captured, and saved nowhere", letters: true, all: []choice{
		{letter: "w", text: "save the packets that are kept, as pcapng, and leave", run: save},
		{letter: "q", text: "leave, and lose them", run: func(u *UI) { u.quit() }},
	}}
	m.narrow()
	u.overlay = m
}

// interrupt stops reading, or leaves when nothing is being read.
func (u *UI) interrupt() {
	switch {
	case (u.snap.Done || u.opts.Stop == nil) && u.saving != nil:
		u.askLeave()
		return
	case u.snap.Done || u.opts.Stop == nil:
		u.quit()
		return
	}
	u.opts.Stop()
	u.opts.Stop = nil
	u.flash = "Reading stops; what was read stays. Ctrl-C again leaves."
	if u.unsaved() {
		u.flash = "Reading stops. w saves what was captured, Ctrl-C again leaves without."
	}
}
