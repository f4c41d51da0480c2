package tui

// A list is which of n rows is selected and which are seen. Who owns it keeps
// the selection by identity and says where that is now.
type list struct {
	n        int
	sel, top int
	height   int
	follow   bool // the newest row is selected whenever there is one
}

// clamp keeps the selection within the rows, and on the screen.
func (l *list) clamp() {
	if l.follow {
		l.sel = l.n - 1
	}
	l.sel = max(min(l.sel, l.n-1), 0)
	if l.height <= 0 {
		return
	}
	if l.sel < l.top {
		l.top = l.sel
	}
	if l.sel >= l.top+l.height {
		l.top = l.sel - l.height + 1
	}
	l.top = max(min(l.top, l.n-l.height), 0)
}

// move moves the selection. Past the last row it begins to follow, upwards
// it ends to.
func (l *list) move(by int) {
	if by < 0 {
		l.follow = false
	}
	to := l.sel + by
	if by > 0 && l.sel == l.n-1 && l.n > 0 {
		l.follow = true
	}
	l.sel = to
	l.clamp()
}

func (l *list) first() { l.follow, l.sel = false, 0; l.clamp() }

func (l *list) last() { l.follow = true; l.clamp() }

// to selects a row.
func (l *list) to(row int) {
	l.follow = false
	if row < l.top || row >= l.top+l.height {
		l.top = row - l.height/2 // what is jumped to is seen with its surroundings
	}
	l.sel = row
	l.clamp()
}

// moved says that the selected row is now at place to, and keeps it at its
// place on the screen.
func (l *list) moved(to int) {
	l.top += to - l.sel
	l.sel = to
}

// bar returns the lines of the scroll bar's thumb.
func (l *list) bar() (from, to int) {
	if l.n <= l.height || l.height <= 0 {
		return 0, 0
	}
	size := max(l.height*l.height/l.n, 1)
	from = l.top * (l.height - size) / max(l.n-l.height, 1)
	return from, from + size
}
