package tui

import (
	"context"
	"io"
)

// Saved says what Options.Packets wrote.
type Saved struct {
	Packets int64
	Gone    int64 // of the same connections, that are no longer kept
}

// packetChoices lists what packets can be saved.
func (u *UI) packetChoices() []choice {
	if u.opts.Packets == nil {
		return nil
	}
	of := func(name, suffix string, numbers []int) func(*UI) {
		t := u.packetsOf(name, suffix, numbers)
		return func(u *UI) { u.askName(t) }
	}
	var all []choice
	if u.timeline.conv > 0 {
		selection := u.selection()
		all = append(all, choice{letter: "w", text: "packets of " + plural(int64(len(selection)), "connection") + ", as pcapng, with all that is in them", run: of("", ".pcapng", selection)})
		if shown := u.conns.numbers(); u.focus == atConnections && len(shown) > len(selection) {
			all = append(all, choice{letter: "a", text: "packets of all " + plural(int64(len(shown)), "connection") + " shown, as pcapng", run: of("", "-shown.pcapng", shown)})
		}
	}
	if u.opts.Growing {
		t := u.soFar()
		all = append(all, choice{letter: "c", text: "the capture so far: all packets that are kept, as pcapng", run: func(u *UI) { u.askName(t) }})
	}
	return all
}

// soFar takes all packets that are kept.
func (u *UI) soFar() excerpt { return u.packetsOf("wsight-capture.pcapng", ".pcapng", nil) }

// packetsOf takes the packets of some connections, without any those of all.
func (u *UI) packetsOf(name, suffix string, numbers []int) excerpt {
	var came Saved
	return excerpt{
		name: name, suffix: suffix,
		words: func(size string) string { return came.text(size) },
		wrote: func() { u.saved = true },
		make: func(ctx context.Context, w io.Writer) (err error) {
			came, err = u.opts.Packets(ctx, numbers, w)
			return err
		},
	}
}

// text says it to people.
func (s Saved) text(size string) string {
	text := plural(s.Packets, "packet") + " (" + size
	if s.Gone > 0 {
		text += "; " + commas(s.Gone) + " earlier ones are no longer kept"
	}
	return text + ")"
}
