package tui

// mark marks a connection or a row, or takes the mark away.
func (u *UI) mark() {
	if u.focus == atConnections {
		if o := u.conns.current(); o != nil {
			toggle(u.conns.marked, o.Number)
		}
		return
	}
	l := u.timeline
	if l.chosen < 0 {
		return
	}
	if l.marks[l.conv] == nil {
		l.marks[l.conv] = map[int]bool{}
	}
	toggle(l.marks[l.conv], l.chosen)
}

// showMarked shows only what is marked, or everything again.
func (u *UI) showMarked() {
	if u.focus == atConnections {
		u.conns.onlyMarked = !u.conns.onlyMarked
		u.conns.rebuild()
		return
	}
	u.timeline.onlyMarked = !u.timeline.onlyMarked
	u.timeline.rescan()
}

func toggle(set map[int]bool, n int) {
	if set[n] {
		delete(set, n)
	} else {
		set[n] = true
	}
}

// nextMark goes round the marks of the list.
func (u *UI) nextMark() {
	if u.focus == atConnections {
		l := u.conns
		for k := 1; k <= l.n; k++ {
			i := (l.sel + k) % l.n
			if l.marked[l.all[l.shown[i]].Number] {
				l.to(i)
				l.choose()
				return
			}
		}
	} else {
		l := u.timeline
		best, least := -1, -1
		for id := range l.marks[l.conv] {
			if id > l.chosen && (best < 0 || id < best) {
				best = id
			}
			if least < 0 || id < least {
				least = id
			}
		}
		if best < 0 {
			best = least
		}
		if best >= 0 {
			u.remember()
			u.pickRow(best)
			return
		}
	}
	u.flash = "Nothing is marked here; m marks."
}
