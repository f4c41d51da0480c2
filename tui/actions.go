package tui

var lists = []place{atConnections, atTimeline, atProblems}

// actions is the table. The order is that of the help; to add one, name it
// here. No key does different things in one pane.
func actions() []action {
	return []action{
		{id: "open", keys: []string{"Enter", "l", "Right"}, short: "open", long: "go deeper: timeline, then detail; in JSON fold or unfold", group: "Go", bar: 10, run: (*UI).open},
		{id: "back", keys: []string{"Esc", "h", "Left", "Backspace"}, short: "back", long: "go back: clear the filter, leave the pane, the screen", group: "Go", run: (*UI).stepBack},
		{id: "quit", keys: []string{"q"}, short: "quit", long: "go back, at the top leave", group: "Go", run: (*UI).leave},
		{id: "next-pane", keys: []string{"Tab"}, short: "pane", long: "next pane", group: "Go", run: func(u *UI) { u.turnPane(1) }},
		{id: "last-pane", keys: []string{"Shift-Tab"}, short: "pane", long: "pane before", group: "Go", run: func(u *UI) { u.turnPane(-1) }},
		{id: "connections", keys: []string{"1"}, short: "connections", long: "screen: all connections", group: "Go", run: func(u *UI) { u.enter(atConnections) }},
		{id: "timeline", keys: []string{"2"}, short: "timeline", long: "screen: the timeline of the selected connection", group: "Go", run: func(u *UI) { u.enter(atTimeline) }},
		{id: "problems", keys: []string{"3"}, short: "problems", long: "screen: the causes, and all that was found, errors first", group: "Go", run: func(u *UI) { u.enter(atProblems) }},
		{id: "capture", keys: []string{"4"}, short: "capture", long: "screen: figures of the capture itself", group: "Go", run: func(u *UI) { u.enter(atCapture) }},
		{id: "help", keys: []string{"?", "F1"}, short: "help", long: "what the keys do; typing searches", group: "Go", run: (*UI).help},
		{id: "palette", keys: []string{":"}, short: "command", long: "find an action by its name; a number or a time goes there", group: "Go", run: (*UI).palette},

		{id: "down", keys: []string{"j", "Down", "Ctrl-N"}, long: "down; past the last row the newest is followed", group: "Move", run: func(u *UI) { u.move(1) }},
		{id: "up", keys: []string{"k", "Up", "Ctrl-P"}, long: "up", group: "Move", run: func(u *UI) { u.move(-1) }},
		{id: "page-down", keys: []string{"PgDn", "Space"}, long: "a page down", group: "Move", run: func(u *UI) { u.page(2) }},
		{id: "page-up", keys: []string{"PgUp", "b"}, long: "a page up", group: "Move", run: func(u *UI) { u.page(-2) }},
		{id: "half-down", keys: []string{"Ctrl-D"}, long: "half a page down", group: "Move", run: func(u *UI) { u.page(1) }},
		{id: "half-up", keys: []string{"Ctrl-U"}, long: "half a page up", group: "Move", run: func(u *UI) { u.page(-1) }},
		{id: "first", keys: []string{"g", "Home"}, long: "first row", group: "Move", run: (*UI).first},
		{id: "last", keys: []string{"G", "End"}, long: "newest row, and follow it", group: "Move", run: (*UI).last},
		{id: "goto", keys: []string{"#"}, short: "go to", long: "go to a number or a time", group: "Move", run: (*UI).askPlace},
		{id: "follow", keys: []string{"F"}, short: "follow", long: "follow the newest row, or not", group: "Move", where: lists, run: (*UI).toggleFollow},
		{id: "freeze", keys: []string{"p"}, short: "freeze", long: "freeze the view while reading goes on, or go on", group: "Move", bar: 70, run: (*UI).freeze,
			why: func(u *UI) string {
				if u.snap.Done && u.frozen == nil {
					return "Everything has been read: there is nothing to freeze."
				}
				return ""
			}},
		{id: "jump-back", keys: []string{"<"}, long: "back to where the last jump began", group: "Move", run: func(u *UI) { u.jumpTo(&u.back, &u.forth) }},
		{id: "jump-forth", keys: []string{">"}, long: "and forth again", group: "Move", run: func(u *UI) { u.jumpTo(&u.forth, &u.back) }},

		{id: "next-problem", keys: []string{"e"}, short: "problem", long: "next problem, also in the next connection", group: "Find", bar: 20, run: func(u *UI) { u.problem(1) }},
		{id: "last-problem", keys: []string{"E"}, short: "problem", long: "problem before", group: "Find", run: func(u *UI) { u.problem(-1) }},
		{id: "filter", keys: []string{"/"}, short: "filter", long: "filter the list while typing, in the language of --where: words, is:problem, host:api, length > 1KiB", group: "Find", bar: 30, where: []place{atConnections, atTimeline, atProblems, atDetail}, run: (*UI).askFilter},
		{id: "search", keys: []string{"Ctrl-F"}, short: "find", long: "find text in the payloads of this connection", group: "Find", bar: 35, where: []place{atTimeline, atDetail}, run: (*UI).askSearch},
		{id: "next-hit", keys: []string{"n"}, short: "next", long: "next hit", group: "Find", where: []place{atTimeline, atDetail}, run: func(u *UI) { u.hit(1) }},
		{id: "last-hit", keys: []string{"N"}, short: "before", long: "hit before", group: "Find", where: []place{atTimeline, atDetail}, run: func(u *UI) { u.hit(-1) }},
		{id: "peer", keys: []string{"o"}, short: "peer", long: "to what belongs to the row: ping and pong, close and close, request and answer, frame and message", group: "Find", bar: 40, where: []place{atTimeline, atDetail}, run: (*UI).peer},
		{id: "legs", keys: []string{"L"}, short: "legs", long: "both legs of a proxied connection side by side, or one again", group: "Find", bar: 22, where: []place{atConnections, atTimeline, atDetail}, run: (*UI).toggleLanes,
			why: func(u *UI) string {
				if u.timeline.lanes == nil && !u.timeline.over.Legs {
					return "No other leg of this connection was found in the capture."
				}
				return ""
			}},
		{id: "largest", keys: []string{"B"}, short: "largest", long: "to the largest message of this connection", group: "Find", where: []place{atTimeline, atDetail}, run: (*UI).largest},
		{id: "slowest", keys: []string{"R"}, short: "slowest", long: "to the slowest pong or answer of this connection", group: "Find", where: []place{atTimeline, atDetail}, run: (*UI).slowest},
		{id: "mark", keys: []string{"m"}, short: "mark", long: "mark the row, or not", group: "Find", where: []place{atConnections, atTimeline}, run: (*UI).mark},
		{id: "next-mark", keys: []string{"'"}, short: "next mark", long: "next mark", group: "Find", where: []place{atConnections, atTimeline}, run: (*UI).nextMark},
		{id: "range", keys: []string{"V", "v"}, short: "select", long: "select rows from here on for copy and export; j and k change them, Esc ends it", group: "Find", where: []place{atTimeline}, run: (*UI).toggleRange},
		{id: "only-marked", keys: []string{"M"}, short: "marked", long: "show only what is marked, or everything again", group: "Find", where: []place{atConnections, atTimeline}, run: (*UI).showMarked},

		{id: "sort", keys: []string{"s"}, short: "sort", long: "sort by a column", group: "Show", bar: 50, where: []place{atConnections}, run: (*UI).askSort},
		{id: "sort-direction", keys: []string{"S"}, short: "order", long: "sort the other way round", group: "Show", where: []place{atConnections}, run: func(u *UI) { u.conns.down = !u.conns.down; u.conns.rebuild() }},
		{id: "frames", keys: []string{"f"}, short: "frames", long: "show frames, or messages again", group: "Show", bar: 55, where: []place{atTimeline, atDetail}, run: (*UI).toggleFrames},
		{id: "control", keys: []string{"c"}, short: "pings", long: "hide pings, pongs and the heartbeats of the format, or show them", group: "Show", bar: 56, where: []place{atTimeline, atDetail}, run: (*UI).togglePings},
		{id: "decode", keys: []string{"d"}, short: "decode", long: "choose the format that the messages are decoded as", group: "Show", bar: 62, where: []place{atConnections, atTimeline, atDetail}, run: (*UI).askFormat},
		{id: "time", keys: []string{"t"}, short: "time", long: "time: since the connection began, of day, since the capture began", group: "Show", bar: 57, where: []place{atTimeline, atDetail}, run: (*UI).turnTime},
		{id: "next-mode", keys: []string{"]"}, short: "mode", long: "detail: next way to show it", group: "Show", bar: 45, where: []place{atConnections, atTimeline, atDetail}, run: func(u *UI) { u.detail.turn(1) }},
		{id: "last-mode", keys: []string{"["}, short: "mode", long: "detail: way before", group: "Show", where: []place{atConnections, atTimeline, atDetail}, run: func(u *UI) { u.detail.turn(-1) }},
		{id: "diagnosis", keys: []string{"D"}, short: "diagnosis", long: "to the detail: what is wrong, and what to do", group: "Show", bar: 25, where: []place{atConnections, atTimeline, atDetail}, run: func(u *UI) { u.detail.choose(asAbout); u.focus = atDetail }},
		{id: "all", keys: []string{"A"}, short: "all", long: "detail: read all of a large payload", group: "Show", where: []place{atTimeline, atDetail}, run: (*UI).readAll},
		{id: "fold", keys: []string{"Z"}, short: "fold", long: "detail: fold or unfold everything", group: "Show", where: []place{atTimeline, atDetail}, run: (*UI).foldAll},
		{id: "zoom", keys: []string{"z"}, short: "zoom", long: "give the pane all the screen, or not", group: "Show", bar: 80, run: func(u *UI) { u.zoom = !u.zoom }},
		{id: "mouse", keys: []string{"F8"}, short: "mouse", long: "leave the mouse to the terminal, or take it", group: "Show", run: (*UI).toggleMouse},
		{id: "repaint", keys: []string{"Ctrl-L"}, short: "repaint", long: "draw everything anew", group: "Show", run: func(u *UI) { u.sync() }},

		{id: "copy", keys: []string{"y"}, short: "copy", long: "copy to the clipboard: payload, ladder, diagnosis, configuration lines", group: "Take away", bar: 60, where: []place{atConnections, atTimeline, atDetail}, run: (*UI).askCopy},
		{id: "export", keys: []string{"w"}, short: "export", long: "save to a file: packets, text, JSON lines, Markdown, payload", group: "Take away", bar: 65, where: []place{atConnections, atTimeline, atDetail}, run: (*UI).askExport},
		{id: "stop", keys: []string{"Ctrl-C"}, short: "stop", long: "stop reading; again, or when all is read: leave", group: "Take away", run: (*UI).interrupt},
		{id: "suspend", keys: []string{"Ctrl-Z"}, short: "suspend", long: "suspend the program; fg brings it back", group: "Take away", run: func(u *UI) { u.suspend() }},
	}
}

// chosen tells a pane's owner that its selection moved.
func (u *UI) chosen() {
	switch u.focus {
	case atConnections:
		u.conns.choose()
	case atTimeline:
		u.timeline.choose()
	case atProblems:
		u.problems.choose()
	}
}

func (u *UI) move(by int) {
	l := u.pane(u.focus).rows()
	if u.focus == atCapture {
		l.top += by
		return
	}
	l.move(by)
	u.chosen()
}

// page moves by halves of a page.
func (u *UI) page(halves int) {
	l := u.pane(u.focus).rows()
	step := max(l.height*halves/2, -l.height)
	if halves < 0 && step == 0 || halves > 0 && step == 0 {
		step = halves
	}
	follow := l.follow
	l.sel = max(min(l.sel+step, l.n-1), 0)
	if step < 0 {
		follow = false
	}
	l.follow = follow
	l.top += step
	l.clamp()
	u.chosen()
}

func (u *UI) first() { u.pane(u.focus).rows().first(); u.chosen() }

func (u *UI) last() {
	l := u.pane(u.focus).rows()
	l.last()
	if u.snap.Done || u.focus == atDetail {
		l.follow = false
	}
	u.chosen()
}

// readAll reads a payload again without a limit.
func (u *UI) readAll() {
	d := u.detail
	if l := d.loaded; l == nil || !l.truncated {
		u.flash = "The payload is shown whole."
		return
	}
	d.whole = true
	d.reset()
	d.load()
}

func (u *UI) foldAll() {
	if p, ok := u.detail.page.(interface{ foldAll() }); ok {
		p.foldAll()
	}
}

func (u *UI) toggleFrames() { u.timeline.frames = !u.timeline.frames; u.timeline.rescan() }

func (u *UI) togglePings() { u.timeline.noPings = !u.timeline.noPings; u.timeline.rescan() }

func (u *UI) turnTime() {
	u.timeline.clock = (u.timeline.clock + 1) % timeForm(len(timeForms))
	u.flash = "time: " + timeForms[u.timeline.clock]
}

// askSort offers the columns. Figures begin with the largest.
func (u *UI) askSort() {
	var all []choice
	for i, col := range columns {
		all = append(all, choice{letter: col.letter, text: col.name, run: func(u *UI) {
			u.conns.sort, u.conns.down = i, col.large
			u.conns.rebuild()
		}})
	}
	m := &menu{caption: "Sort the connections by", all: all, letters: true}
	m.narrow()
	m.sel = u.conns.sort
	u.overlay = m
}

func (u *UI) toggleFollow() {
	l := u.pane(u.focus).rows()
	l.follow = !l.follow && !u.snap.Done
	if u.snap.Done {
		u.flash = "Everything has been read: there is no newest row to follow."
	}
	l.clamp()
	u.chosen()
}

func (u *UI) toggleMouse() {
	u.mouseOn = !u.mouseOn
	u.mouse(u.mouseOn)
	u.flash = map[bool]string{true: "The mouse works here again.", false: "The mouse is left to the terminal; F8 takes it back."}[u.mouseOn]
}

// freeze stops or starts the view. The capture goes on.
func (u *UI) freeze() {
	if u.frozen != nil {
		u.frozen = nil
		u.refresh()
		return
	}
	u.frozen = &frozen{rows: u.snap.Rows + u.snap.Dropped}
}
