package tui

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/export"
	"wsight/safe"
	"wsight/session"
)

// A taking is something that can be copied or written to a file.
type taking struct {
	letter, text string
	suffix       string // of the file
	// make makes it, in the background; secrets of heads are masked in what
	// goes into tickets.
	make func(ctx context.Context, w *bytes.Buffer) error
	clip bool // fit for the clipboard
}

// takings lists what can be taken of what is selected.
func (u *UI) takings() []taking {
	conv, rec := u.timeline.conv, u.rec
	var out []taking
	if l := u.detail.loaded; u.focus != atConnections && l != nil && l.err == nil && (u.detail.row.Kind == session.RowMessage || u.detail.row.Kind == session.RowFrame) {
		bytesOf := func(whole bool) func(context.Context, *bytes.Buffer) error {
			return func(ctx context.Context, w *bytes.Buffer) error {
				got := l
				if l.truncated && whole {
					got = read(ctx, rec, session.ReplayRequest{Conversation: conv, First: l.message.N, Last: l.message.N, MaxPayload: payloadWhole}, &session.Row{Kind: session.RowFrame, Dir: l.message.Dir})
				}
				if got.err != nil {
					return got.err
				}
				w.Write(got.payload)
				return nil
			}
		}
		out = append(out, taking{letter: "p", text: "payload of message " + itoa(l.message.N) + ", as shown (control characters replaced)", clip: true,
			make: func(_ context.Context, w *bytes.Buffer) error {
				w.WriteString(safe.Form{Multiline: true}.Text(string(l.payload)))
				return nil
			}})
		out = append(out, taking{letter: "b", text: "payload of message " + itoa(l.message.N) + ", the exact bytes", suffix: "-" + itoa(l.message.N) + ".bin", make: bytesOf(true)})
		out = append(out, taking{letter: "h", text: "payload in hexadecimal", clip: true, make: func(_ context.Context, w *bytes.Buffer) error {
			w.WriteString(hex.EncodeToString(l.payload))
			return nil
		}})
	}
	of := func(writer func(*bytes.Buffer) export.Writer, masked bool) func(context.Context, *bytes.Buffer) error {
		return func(ctx context.Context, w *bytes.Buffer) error {
			to := writer(w)
			handle := to.Event
			if masked {
				handle = export.Masked(handle)
			}
			for _, n := range u.selection() {
				if err := tell(ctx, rec, n, handle); err != nil {
					return err
				}
			}
			return to.Close(rec.Snapshot().Summary)
		}
	}
	what := "connection #" + itoa(conv)
	if n := len(u.conns.marked); u.focus == atConnections && n > 0 {
		what = plural(int64(n), "marked connection")
	}
	out = append(out,
		taking{letter: "m", text: "ladder and findings of " + what + ", as Markdown, secrets masked", suffix: ".md", clip: true, make: of(func(w *bytes.Buffer) export.Writer { return export.NewLadder(w) }, true)},
		taking{letter: "s", text: "sequence diagram of " + what + ", as Mermaid, secrets masked", suffix: ".mmd", clip: true, make: of(func(w *bytes.Buffer) export.Writer { return export.NewMermaid(w) }, true)},
		taking{letter: "t", text: "text lines of " + what + ", secrets masked", suffix: ".txt", clip: true, make: of(func(w *bytes.Buffer) export.Writer {
			return textWriter{export.NewText(w, export.TextOptions{ASCII: u.opts.ASCII})}
		}, true)},
		taking{letter: "j", text: "JSON lines of " + what + ", secrets masked", suffix: ".jsonl", clip: true, make: of(func(w *bytes.Buffer) export.Writer {
			return export.NewJSONL(w, export.JSONOptions{Payload: export.PayloadText, Masked: true, Inputs: 1})
		}, true)},
		taking{letter: "f", text: "diagnosis of connection #" + itoa(conv) + ", as text", suffix: "-diagnosis.txt", clip: true, make: func(_ context.Context, w *bytes.Buffer) error {
			p := aboutPage(u, conv, &session.Row{Peer: -1}, 100).(*spans)
			for _, line := range p.lines {
				text := ""
				for _, s := range line {
					text += s.text
				}
				w.WriteString(strings.TrimRight(text, " ") + "\n")
			}
			return nil
		}})
	return out
}

type textWriter struct{ *export.Text }

func (t textWriter) Close(session.Summary) error { return t.Flush() }

// selection returns the connections that are marked, else the selected one.
func (u *UI) selection() []int {
	if u.focus == atConnections && len(u.conns.marked) > 0 {
		var out []int
		for n := range u.conns.marked {
			out = append(out, n)
		}
		slices.Sort(out)
		return out
	}
	return []int{u.timeline.conv}
}

// tell gives the events of a connection to handle: those of its bytes as they
// are read again, the findings and the end as they were kept.
func tell(ctx context.Context, rec *session.Record, conv int, handle func(dissect.Event)) error {
	var again *dissect.Conversation
	err := rec.Replay(ctx, session.ReplayRequest{Conversation: conv, MaxPayload: payloadAtFirst}, func(ev dissect.Event) bool {
		again = ev.At().Conv
		handle(ev)
		return true
	})
	if err != nil || again == nil {
		return err
	}
	for _, f := range rec.Findings(conv) {
		kept := *f
		kept.Conv = again
		handle(&kept)
	}
	if end := rec.End(conv); end != nil {
		kept := *end
		kept.Conv = again
		handle(&kept)
	}
	return nil
}

// askCopy offers what can be copied.
func (u *UI) askCopy() {
	var all []choice
	for _, t := range u.takings() {
		if t.clip {
			all = append(all, choice{letter: t.letter, text: t.text, run: func(u *UI) { u.copy(t) }})
		}
	}
	u.overlay = &menu{caption: "Copy to the clipboard of the terminal", all: all, letters: true}
	u.overlay.(*menu).narrow()
}

// clipLimit is what terminals take in one OSC 52, before base64.
const clipLimit = 74_994 / 4 * 3

func (u *UI) copy(t taking) {
	u.flash = "copying..."
	u.work(func(ctx context.Context) func() {
		var w bytes.Buffer
		err := t.make(ctx, &w)
		return func() {
			switch {
			case err != nil:
				u.flash = "Not copied: " + err.Error()
			case w.Len() > clipLimit:
				u.flash = sizeText(int64(w.Len())) + " are too much for the clipboard of a terminal; w writes a file."
			case !u.clip(w.Bytes()):
				u.flash = "This terminal has no clipboard that could be reached; w writes a file."
			default:
				u.flash = "Sent " + sizeText(int64(w.Len())) + " to the clipboard of the terminal."
			}
		}
	})
}

// askExport offers what can be written to a file.
func (u *UI) askExport() {
	var all []choice
	for _, t := range u.takings() {
		if t.suffix != "" {
			all = append(all, choice{letter: t.letter, text: t.text, run: func(u *UI) { u.askName(t) }})
		}
	}
	if u.opts.Packets != nil {
		numbers := u.selection()
		all = append(all, choice{letter: "w", text: "packets of " + plural(int64(len(numbers)), "connection") + ", as pcapng, with all that is in them",
			run: func(u *UI) {
				u.askName(taking{suffix: ".pcapng", make: func(ctx context.Context, w *bytes.Buffer) error { return u.opts.Packets(ctx, numbers, w) }})
			}})
	}
	m := &menu{caption: "Write a file", all: all, letters: true}
	m.narrow()
	u.overlay = m
}

// askName asks for the name of the file. One that is there is not replaced.
func (u *UI) askName(t taking) {
	name := "wsight-" + itoa(u.selection()[0]) + t.suffix
	u.ask(&prompt{label: "write to:", text: []rune(name), done: func(name string) {
		if name == "" {
			return
		}
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(u.dir, path)
		}
		u.flash = "writing..."
		u.work(func(ctx context.Context) func() {
			var w bytes.Buffer
			err := t.make(ctx, &w)
			if err == nil {
				err = writeNew(path, w.Bytes())
			}
			return func() {
				if err != nil {
					u.flash = "Not written: " + err.Error()
					return
				}
				u.flash = "Wrote " + sizeText(int64(w.Len())) + " to " + path + "."
			}
		})
	}})
}

// writeNew writes a file that nobody else can read and that was not there.
func writeNew(path string, p []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already", path)
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(p); err != nil {
		return errors.Join(err, f.Close(), os.Remove(path))
	}
	return f.Close()
}
