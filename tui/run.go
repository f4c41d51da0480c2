package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"wsight/capture"
	"wsight/session"
)

// framePeriod is the time between two looks at what came: about 30 a second.
const framePeriod = 33 * time.Millisecond

// ErrNoTerminal says that there is no terminal that screens could be shown on.
var ErrNoTerminal = errors.New("no usable terminal")

// Run shows src on the terminal while it is read, until the user leaves or
// ctx is done. It returns why reading failed, ErrNoTerminal, or a panic as an
// error; the terminal is usable again in each case.
func Run(ctx context.Context, rec *session.Record, src capture.Source, opts Options) error {
	screen, err := tcell.NewScreen()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	reading, stopReading := context.WithCancel(ctx)
	defer stopReading()
	opts.Stop = stopReading
	r := &runner{ctx: ctx, ui: New(rec, opts), app: tview.NewApplication(), raw: screen}
	return r.run(screen, func() { r.failed.CompareAndSwap(nil, newFailure(rec.Run(reading, src))) })
}

// A runner is a UI on a terminal. Only its pump changes the UI from outside
// of the loop that handles keys.
type runner struct {
	ctx context.Context
	ui  *UI
	app *tview.Application
	raw tcell.Screen

	mu    sync.Mutex
	inbox []func() // results of work, for the pump

	failed atomic.Pointer[failure] // of reading
	broken atomic.Pointer[failure] // a panic of a goroutine
}

type failure struct{ err error }

func newFailure(err error) *failure {
	if err == nil {
		return nil
	}
	return &failure{err}
}

func (r *runner) run(screen tcell.Screen, readAll func()) error {
	diff := newDiffScreen(screen)
	u := r.ui
	u.typing = typingPause
	u.work, u.quit, u.waits = r.work, r.app.Stop, true
	u.suspend = r.suspend
	u.sync = func() { diff.Sync() }
	u.clip = func(p []byte) bool { screen.SetClipboard(p); return true }
	u.mouse = func(on bool) { r.app.EnableMouse(on) }
	plainStyles()
	r.app.SetScreen(diff)
	diff.paintItself()
	r.app.SetRoot(u, true).EnableMouse(true).EnablePaste(true)
	r.app.SetInputCapture(func(ev *tcell.EventKey) *tcell.EventKey {
		if ev.Key() == tcell.KeyCtrlC {
			u.key(ev) // else tview would end the program
			return nil
		}
		return ev
	})
	ended := make(chan struct{})
	r.guard(readAll)
	r.guard(func() { r.pump(ended) })
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	r.guard(func() {
		select {
		case <-signals:
		case <-r.ctx.Done():
		case <-ended:
			return
		}
		r.app.Stop()
	})
	err := r.loop()
	close(ended)
	if u.parting != "" && u.opts.After != nil {
		fmt.Fprintln(u.opts.After, u.parting)
	}
	if b := r.broken.Load(); b != nil {
		return b.err
	}
	if err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	if f := r.failed.Load(); f != nil && u.snap.Done {
		return f.err
	}
	return nil
}

// loop runs until the user leaves. A panic in it becomes an error: the
// terminal has been restored by then.
func (r *runner) loop() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.app.Run()
}

// guard runs f in a goroutine. A panic in it ends the program in order: what
// a goroutine does not recover leaves the terminal raw.
func (r *runner) guard(f func()) {
	go func() {
		defer func() {
			if p := recover(); p != nil {
				r.broken.CompareAndSwap(nil, &failure{fmt.Errorf("panic: %v\n%s", p, debug.Stack())})
				r.app.Stop()
			}
		}()
		f()
	}()
}

// work runs a job in the background; what it returns runs in the UI.
func (r *runner) work(job func(context.Context) func()) (cancel func()) {
	ctx, cancel := context.WithCancel(r.ctx)
	r.guard(func() {
		done := job(ctx)
		r.mu.Lock()
		r.inbox = append(r.inbox, func() { done(); cancel() })
		r.mu.Unlock()
	})
	return cancel
}

// pump brings the screen up to date, at most 30 times a second and less often
// when drawing takes long.
func (r *runner) pump(ended <-chan struct{}) {
	period, drawn := framePeriod, time.Now()
	for {
		select {
		case <-ended:
			return
		case <-time.After(period):
		}
		r.mu.Lock()
		results := r.inbox
		r.inbox = nil
		r.mu.Unlock()
		tick := r.ui.ticking.Load() && time.Since(drawn) >= time.Second
		if len(results) == 0 && r.ui.rec.Version() == r.seen() && !tick {
			continue
		}
		start := time.Now()
		drawn = start
		done := make(chan struct{})
		go func() {
			// It would wait for ever if the loop had just ended.
			r.app.QueueUpdateDraw(func() {
				for _, f := range results {
					f()
				}
				r.ui.refresh()
				r.ui.pumped.Store(r.ui.version)
			})
			close(done)
		}()
		select {
		case <-done:
		case <-ended:
			return
		}
		period = max(framePeriod, min(2*time.Since(start), 200*time.Millisecond))
	}
}

func (r *runner) seen() uint64 { return r.ui.pumped.Load() }

// suspend gives the terminal back and stops the process until it is
// continued.
func (r *runner) suspend() {
	r.app.Suspend(stopProcess)
	r.ui.sync()
}

// plainStyles keeps tview from painting a background of its own.
func plainStyles() {
	tview.Styles.PrimitiveBackgroundColor = tcell.ColorDefault
	tview.Styles.PrimaryTextColor = tcell.ColorDefault
}
