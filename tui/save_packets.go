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
	packets := u.opts.Packets
	if packets == nil {
		return nil
	}
	of := func(name, suffix string, numbers []int) func(*UI) {
		var saved Saved
		t := excerpt{name: name, suffix: suffix, words: func(size string) string { return saved.text(size) }}
		t.make = func(ctx context.Context, w io.Writer) (err error) {
			saved, err = packets(ctx, numbers, w)
			return err
		}
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
		all = append(all, choice{letter: "c", text: "the capture so far: all packets that are kept, as pcapng", run: of("wsight-capture.pcapng", ".pcapng", nil)})
	}
	return all
}

// text says it to people.
func (s Saved) text(size string) string {
	text := plural(s.Packets, "packet") + " (" + size
	if s.Gone > 0 {
		text += "; " + commas(s.Gone) + " earlier ones are no longer kept"
	}
	return text + ")"
}
