package tui

import (
	"context"
	"io"
	"sync/atomic"
	"time"

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

	// Unkept says that what is read can be read nowhere again, unless it is
	// saved here: leaving asks.
	Unkept bool

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

	// After gets what is to be said when the terminal is back; nil: nobody
	// wants to hear it.
	After io.Writer

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
	causes            causes
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
	saved             bool        // packets were saved
	parting           string      // what is to be said when the terminal is back; "": nothing
	loose             func() []*dissect.Finding
	chosenFormats     map[int]session.Decoding // by connection, by hand
	headlines         map[int]headline         // by connection

	actions []action
	keys    map[place]map[string]*action

	host
	started time.Time
	mouseOn bool
	dir     string // where exports go
}

// A host is what the screens need of who runs them. That of nobody does
// nothing, and all work at once.
type host struct {
	now     func() time.Time
	work    func(func(context.Context) func()) (cancel func()) // in the background; what it returns is done on the screen's goroutine
	waits   bool                                               // work goes on in the background
	quit    func()
	suspend func()
	sync    func()            // draws everything anew
	clip    func([]byte) bool // fills the clipboard; false: it cannot be reached
	mouse   func(on bool)
}

func noHost() host {
	return host{
		now:  time.Now,
		work: func(job func(context.Context) func()) func() { job(context.Background())(); return func() {} },
		quit: func() {}, suspend: func() {}, sync: func() {},
		clip: func([]byte) bool { return false }, mouse: func(bool) {},
	}
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
	u.host = noHost()
	u.started = u.now()
	u.conns, u.timeline, u.detail = newConnections(u), newTimeline(u), newDetail(u)
	u.inside = newInside(u)
	u.causes.ui = u
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

// refresh takes in what came since the last time, and goes on with what waits.
func (u *UI) refresh() {
	u.takeIn()
	u.measure()
	u.waiting.over(u) // may ask for the next look
	if u.saving != nil {
		u.wake() // it says how far it is
	}
}

// takeIn takes in what came since the last time, unless the view is frozen.
func (u *UI) takeIn() {
	v := u.rec.Version()
	if u.frozen != nil || v == u.version {
		return
	}
	u.version = v
	u.snap = u.rec.Snapshot()
	u.conns.refresh()
	u.timeline.refresh()
	u.problems.refresh()
	u.detail.refresh()
}

// wake has the screen brought up to date once more, though nothing came.
func (u *UI) wake() {
	u.version--
	u.pumped.Store(u.version)
}
