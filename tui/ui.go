package tui

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"wsight/capture"
	"wsight/dissect"
	"wsight/session"
)

// Options say how the screens look and what they are about.
type Options struct {
	Color bool
	ASCII bool
	Title string // what is read, for the status line

	// Inputs is how many captures are read: with more than one, lines that are
	// saved name the file of each packet.
	Inputs int

	// Growing says that more may come at any time: lists follow the newest row.
	Growing  bool
	Where    string                  // the filter of all lists at first, in the language of --where
	Progress func() capture.Progress // how far reading has come; nil: unknown
	Stop     func()                  // stops reading; nil: it cannot be stopped

	// Decode says as what messages are decoded where nobody chooses here; where
	// it says nothing, as what they are found to be.
	Decode session.Decoding

	// Doctor judges connections; nil: only their findings are shown.
	Doctor *Doctor

	// Packets writes the packets of connections as pcapng, without any those
	// of all; nil: they cannot be read again.
	Packets func(ctx context.Context, connections []int, w io.Writer) (Saved, error)
}

// A UI is everything on the screen: one primitive, which draws its panes and
// gives keys to actions.
type UI struct {
	*tview.Box
	rec   *session.Record
	opts  Options
	theme *theme

	screen            place // which of the screens
	focus             place // the pane that has the keys
	zoom              bool
	conns             *connections
	timeline          *timeline
	detail            *detail
	problems          *problems
	inside            *inside
	capture           *figures
	overlay           overlay // nil: none
	prompt            *prompt // nil: none
	areas             map[place]rect
	flash             string
	frozen            *frozen
	snap              session.Snapshot
	version           uint64
	pumped            atomic.Uint64 // version, for who looks from outside
	back, forth       []jump
	filters, searches []string      // typed before
	waiting           pause         // of typing a filter
	leaving           bool          // q was pressed: filters stay
	typing            time.Duration // how long a pause of typing is
	pace              pace
	ticking           atomic.Bool // the pace is to be measured, for who looks from outside
	saving            *saving     // nil: no file is being written
	loose             func() []*dissect.Finding
	chosenFormats     map[int]session.Decoding // by connection, by hand
	headlines         map[int]headline         // by connection

	actions []action
	keys    map[place]map[string]*action

	waits   bool // work goes on in the background
	now     func() time.Time
	started time.Time
	work    func(func(context.Context) func()) (cancel func())
	quit    func()
	suspend func()
	sync    func()
	clip    func([]byte) bool
	mouse   func(bool)
	mouseOn bool
	dir     string // where exports go
}

// A place is a pane, and the screen that it is the main pane of.
type place uint8

const (
	atConnections place = iota + 1
	atTimeline
	atProblems
	atCapture
	atDetail
)

var placeNames = [...]string{atConnections: "Connections", atTimeline: "Timeline", atProblems: "Problems", atCapture: "Capture", atDetail: "Detail"}

func (p place) String() string { return placeNames[p] }

// frozen is what was there when the view was frozen.
type frozen struct {
	rows int64
}

// New returns the screens of a record, showing its connections.
func New(rec *session.Record, opts Options) *UI {
	u := &UI{Box: tview.NewBox(), rec: rec, opts: opts, theme: newTheme(opts.Color, opts.ASCII), screen: atConnections, focus: atConnections, mouseOn: true, chosenFormats: map[int]session.Decoding{}}
	u.now = time.Now
	u.started = u.now()
	u.work = func(job func(context.Context) func()) func() { job(context.Background())(); return func() {} }
	u.quit, u.suspend, u.sync = func() {}, func() {}, func() {}
	u.clip = func([]byte) bool { return false }
	u.mouse = func(bool) {}
	u.conns, u.timeline, u.detail = newConnections(u), newTimeline(u), newDetail(u)
	u.inside = newInside(u)
	u.problems, u.capture = newProblems(u), &figures{ui: u}
	u.actions = actions()
	u.keys = bind(u.actions)
	u.conns.follow = false
	u.loose = rec.Loose
	for _, list := range []filtered{u.conns, u.timeline, u.problems} {
		if f, err := u.newFilter(opts.Where); err == nil && f != nil {
			list.setFilter(f)
		}
	}
	u.refresh()
	return u
}

// pane is what a place holds.
type pane interface {
	draw(c canvas, focused bool)
	rows() *list
	title() string
}

func (u *UI) pane(p place) pane {
	switch p {
	case atConnections:
		return u.conns
	case atTimeline:
		return u.timeline
	case atProblems:
		return u.problems
	case atCapture:
		return u.capture
	}
	return u.detail
}

// refresh takes in what came since the last time, unless the view is frozen.
// It reports whether there was anything.
func (u *UI) refresh() bool {
	changed := u.takeIn()
	u.measure()
	u.waiting.over(u) // may ask for the next look
	if u.saving != nil {
		u.wake() // it says how far it is
	}
	return changed
}

func (u *UI) takeIn() bool {
	v := u.rec.Version()
	if u.frozen != nil || v == u.version {
		return false
	}
	u.version = v
	u.snap = u.rec.Snapshot()
	u.conns.refresh()
	u.timeline.refresh()
	u.problems.refresh()
	u.detail.refresh()
	return true
}

// wake has the screen brought up to date once more, though nothing came.
func (u *UI) wake() {
	u.version--
	u.pumped.Store(u.version)
}

// minimum is the smallest screen that shows anything of use.
const (
	minimumWidth  = 60
	minimumHeight = 12
)

// Draw implements tview.Primitive.
func (u *UI) Draw(screen tcell.Screen) {
	x, y, w, h := u.GetRect()
	grid, ok := screen.(*diffScreen)
	if !ok {
		// Not the one of Run: drawn whole, without what it sent before.
		grid = newDiffScreen(screen)
		grid.Clear()
		defer grid.Show()
	}
	c := canvas{rect{x, y, w, h}, grid, u.theme}
	grid.HideCursor()
	for row := range h {
		c.line(row, u.theme.plain)
	}
	if w < minimumWidth || h < minimumHeight {
		u.areas = nil
		c.text(0, 0, u.theme.plain, "wsight needs 60x12, has "+itoa(w)+"x"+itoa(h))
		return
	}
	u.status(c.at(c.row(0)))
	u.crumbs(c.at(c.row(1)))
	top := 2
	if list := u.filtered(); list != nil && (list.inForce() != nil || u.prompt != nil && u.prompt.suggest != nil) {
		u.filterLine(c.at(c.row(top)), list)
		top++
	}
	u.layout(rect{x, y + top, w, h - top - 1})
	u.panes(c)
	u.bar(c.at(c.row(h - 1)))
	if u.overlay != nil {
		u.overlay.draw(u, c.at(rect{x, y + 1, w, h - 2}))
	}
	if u.prompt != nil {
		u.prompt.draw(u, c)
	}
}

// layout gives each pane its place.
func (u *UI) layout(body rect) {
	u.areas = map[place]rect{}
	if u.zoom {
		u.areas[u.focus] = body
		return
	}
	main := u.screen
	if main == atProblems || main == atCapture {
		u.areas[main] = body
		return
	}
	wide := body.w >= 160 && body.h >= 30 && u.snap.Conversations > 0
	switch {
	case wide:
		top := max(min(body.h/3, u.conns.n+2), 6)
		u.areas[atConnections] = rect{body.x, body.y, body.w, top}
		u.areas[atTimeline], u.areas[atDetail] = beside(body.below(top))
	case u.snap.Conversations == 0 && u.focus == main:
		u.areas[main] = body // what was seen instead needs the room
	case main == atConnections:
		strip := max(min(body.h/2-1, 12), 5)
		u.areas[atConnections] = rect{body.x, body.y, body.w, body.h - strip}
		u.areas[atDetail] = body.below(body.h - strip)
	case body.w >= 120:
		u.areas[atTimeline], u.areas[atDetail] = beside(body)
	default:
		strip := max(min(body.h*2/5, 16), 5)
		u.areas[atTimeline] = rect{body.x, body.y, body.w, body.h - strip}
		u.areas[atDetail] = body.below(body.h - strip)
	}
}

// beside divides a rect for ladder and detail.
func beside(r rect) (left, right rect) {
	w := r.w * 3 / 5
	return rect{r.x, r.y, w, r.h}, rect{r.x + w + 1, r.y, r.w - w - 1, r.h}
}

func (u *UI) panes(c canvas) {
	order := []place{atConnections, atTimeline, atProblems, atCapture, atDetail}
	for _, p := range order {
		r := u.areas[p]
		if r.empty() {
			continue
		}
		pc := c.at(r)
		focused := u.focus == p
		if p != atProblems && p != atCapture {
			defer u.caption(pc, p, focused) // which tells of what is drawn
			pc = c.at(r.below(1))
			if r.x > c.x {
				for row := range r.h {
					c.put(r.x-c.x-1, r.y-c.y+row, firstRune(u.theme.glyph.vertical), u.theme.frame)
				}
			}
		}
		u.pane(p).draw(pc, focused)
	}
}

// caption is the line above a pane; the one with the keys is bold and has a
// sign, so that no colour is needed to find it.
func (u *UI) caption(c canvas, p place, focused bool) {
	g, st, title := u.theme.glyph, u.theme.frame, u.theme.dim
	if focused {
		title = u.theme.bold
	}
	c.fill(0, 0, c.w, st, g.rule)
	x := 1
	if focused {
		c.text(x, 0, u.theme.key, g.sel)
		x++
	}
	c.until(x, 0, c.w-1, title, " "+u.pane(p).title()+" ")
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}
