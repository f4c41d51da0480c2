package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"wsight/capture"
)

// A feed is a source as the command line asks for it: it ends when that says,
// writes the packets where that says, and reads the key log as it grows.
type feed struct {
	capture.Source
	files *capture.Inputs // nil: not from files that are all there
	live  *capture.Live   // nil: not from the network

	limit     int64         // packets; 0: none
	duration  time.Duration // 0: no limit
	copy      *capture.Rotation
	selection *selection // nil: all packets, or the kernel selects
	owners    *capture.Owners
	keys      *keyFile

	stderr  io.Writer
	silent  bool
	waiting func() error // called when no packet is left for now
	stop    context.CancelFunc
	failed  error
	told    bool // that the kernel dropped packets
}

// say tells people how the capture does.
func (f *feed) say(format string, args ...any) {
	if !f.silent {
		fmt.Fprintf(f.stderr, "wsight: "+format+"\n", args...)
	}
}

func (f *feed) changed(name string, up bool) {
	if up {
		f.say("%s is back", name)
	} else {
		f.say("%s went away or down: waiting for it to come back", name)
	}
}

// Packets implements capture.Source.
func (f *feed) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	return func(yield func(*capture.Packet, error) bool) {
		ctx, f.stop = context.WithCancel(ctx)
		defer f.stop()
		if f.duration > 0 {
			defer time.AfterFunc(f.duration, f.stop).Stop()
		}
		if !f.silent {
			defer onAsked(f.status)()
		}
		if f.owners != nil {
			defer f.owners.Close()
		}
		defer f.keys.close()
		err, goOn := f.pass(ctx, yield)
		if closed := f.close(); err == nil {
			err = closed
		}
		if err == nil {
			err = f.failed
		}
		if err == nil && f.selection != nil {
			err = f.selection.failed
		}
		if goOn && err != nil {
			yield(nil, err)
		}
	}
}

// lookEvery is how often, by the clock of the capture, it is seen to what
// else there is to do.
const lookEvery = 100 * time.Millisecond

// pass yields packets until there is enough. It reports false when no more
// are wanted.
func (f *feed) pass(ctx context.Context, yield func(*capture.Packet, error) bool) (failed error, goOn bool) {
	attends := f.copy != nil || f.keys != nil || f.live != nil
	looked, n := int64(0), int64(0)
	for p, err := range f.Source.Packets(ctx) {
		if err != nil {
			if ctx.Err() != nil {
				err = nil // it was stopped
			}
			return err, true
		}
		if attends {
			if looked, err = f.attend(p, looked); err != nil {
				return err, true
			}
		}
		if !yield(p, nil) {
			return nil, false
		}
		if n++; n == f.limit {
			return nil, true
		}
	}
	return nil, true
}

// attend sees to what p brings beside itself. Looked is the time of the last
// look around, as it returns it.
func (f *feed) attend(p *capture.Packet, looked int64) (int64, error) {
	if f.copy != nil {
		if err := f.copy.WritePacket(p); err != nil {
			return looked, err
		}
	}
	// In nanoseconds, as every packet comes by here.
	if now := p.Time.UnixNano(); now-looked >= int64(lookEvery) || now < looked {
		looked = now
		f.look()
	}
	return looked, nil
}

// look reads what the key log has got, and sees whether the kernel drops.
func (f *feed) look() {
	f.keys.more()
	if f.live == nil || f.told {
		return
	}
	if f.live.Stats().Dropped > 0 {
		f.told = true
		f.say("the kernel drops packets: select fewer with -f, or give it a larger --ring-size")
	}
}

// wait is called when a live capture has no packet left.
func (f *feed) wait() {
	if f.failed != nil {
		return
	}
	f.keys.more()
	if f.copy != nil {
		f.failed = f.copy.Flush()
	}
	if f.waiting != nil && f.failed == nil {
		f.failed = f.waiting()
	}
	if f.failed != nil {
		f.stop()
	}
}

// close finishes the file.
func (f *feed) close() error {
	if f.copy == nil {
		return nil
	}
	if f.live != nil {
		for _, i := range f.live.Interfaces() {
			if err := f.copy.WriteStats(i.Interface, time.Now(), i.Stats); err != nil {
				break // Close has it
			}
		}
	}
	return f.copy.Close()
}
