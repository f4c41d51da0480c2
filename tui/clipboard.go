package tui

import (
	"bytes"
	"context"
	"errors"
)

// askCopy offers what can be copied.
func (u *UI) askCopy() {
	var all []choice
	for _, t := range u.excerpts() {
		if t.clip {
			all = append(all, choice{letter: t.letter, text: t.text, run: func(u *UI) { u.copy(t) }})
		}
	}
	if len(all) == 0 {
		u.flash = noSelection
		return
	}
	u.overlay = &menu{caption: "Copy to the clipboard of the terminal", all: all, letters: true}
	u.overlay.(*menu).narrow()
}

// clipLimit is what terminals take in one OSC 52, before base64.
const clipLimit = 74_994 / 4 * 3

// A clipping is what goes to the clipboard: no more than that takes.
type clipping struct{ bytes.Buffer }

var errTooLarge = errors.New("that is too much for the clipboard of a terminal; w writes a file")

// Write implements io.Writer.
func (c *clipping) Write(p []byte) (int, error) {
	if c.Len()+len(p) > clipLimit {
		return 0, errTooLarge
	}
	return c.Buffer.Write(p)
}

func (u *UI) copy(t excerpt) {
	u.flash = "copying..."
	u.work(func(ctx context.Context) func() {
		var w clipping
		err := t.make(ctx, &w)
		return func() {
			switch {
			case err != nil:
				u.flash = "Not copied: " + err.Error()
			case !u.clip(w.Bytes()):
				u.flash = "This terminal has no clipboard that could be reached; w writes a file."
			default:
				u.flash = "Sent " + sizeText(int64(w.Len())) + " to the clipboard of the terminal."
			}
		}
	})
}
