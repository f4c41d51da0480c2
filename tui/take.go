package tui

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
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
	suffix       string // of the file; "": it is not for files
	name         string // of the file, when it is not that of the connection
	clip         bool   // fit for the clipboard
	// make writes it, in the background; secrets of heads are masked in what
	// goes into tickets.
	make  func(ctx context.Context, w io.Writer) error
	words func(size string) string // what was written, of a size; nil: that says it
}

// takings lists what can be taken of what is selected.
func (u *UI) takings() []taking {
	conv := u.timeline.conv
	if conv == 0 {
		return nil
	}
	var out []taking
	rows, ranged := u.timeline.picked()
	l := u.detail.loaded
	switch {
	case u.focus == atConnections:
		rows, ranged = nil, false
	case ranged:
		out = append(out, u.payloads(rows)...)
	case l != nil && l.err == nil && (u.detail.row.Kind == session.RowMessage || u.detail.row.Kind == session.RowFrame):
		out = append(out, u.payload(l)...)
	}
	of := func(writer func(io.Writer) export.Writer) func(context.Context, io.Writer) error {
		numbers, rec := u.selection(), u.rec
		return func(ctx context.Context, w io.Writer) error {
			to := writer(w)
			handle := export.Masked(to.Event)
			for _, n := range numbers {
				if err := tell(ctx, rec, n, rows, handle); err != nil {
					return err
				}
			}
			return to.Close(rec.Snapshot().Summary)
		}
	}
	what := "connection #" + itoa(conv)
	if n := len(u.conns.marked); u.focus == atConnections && n > 0 {
		what = plural(int64(n), "marked connection")
	} else if ranged {
		what = plural(int64(rows.rows), "row")
	}
	out = append(out,
		taking{letter: "m", text: "ladder and findings of " + what + ", as Markdown, secrets masked", suffix: ".md", clip: true, make: of(func(w io.Writer) export.Writer { return export.NewLadder(w) })},
		taking{letter: "s", text: "sequence diagram of " + what + ", as Mermaid, secrets masked", suffix: ".mmd", clip: true, make: of(func(w io.Writer) export.Writer { return export.NewMermaid(w) })},
		taking{letter: "t", text: "text lines of " + what + ", secrets masked", suffix: ".txt", clip: true, make: of(func(w io.Writer) export.Writer {
			return textWriter{export.NewText(w, export.TextOptions{ASCII: u.opts.ASCII})}
		})},
		taking{letter: "j", text: "JSON lines of " + what + ", secrets masked", suffix: ".jsonl", clip: true, make: of(func(w io.Writer) export.Writer {
			return export.NewJSONL(w, export.JSONOptions{Payload: export.PayloadText, Masked: true, Inputs: u.opts.Inputs})
		})},
		taking{letter: "f", text: "diagnosis of connection #" + itoa(conv) + ", as text", suffix: "-diagnosis.txt", clip: true, make: u.diagnosisText(conv)})
	return out
}

// payload lists what can be taken of one payload.
func (u *UI) payload(l *loaded) []taking {
	conv, rec, n := u.timeline.conv, u.rec, l.message.N
	return []taking{
		{letter: "p", text: "payload of message " + itoa(n) + ", as shown (control characters replaced)", clip: true, make: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, safe.Form{Multiline: true}.Text(string(l.payload)))
			return err
		}},
		{letter: "b", text: "payload of message " + itoa(n) + ", the exact bytes", suffix: "-" + itoa(n) + ".bin", make: func(ctx context.Context, w io.Writer) error {
			got := l
			if l.truncated {
				got = read(ctx, rec, session.ReplayRequest{Conversation: conv, First: n, Last: n, MaxPayload: payloadWhole}, &session.Row{Kind: session.RowFrame, Dir: l.message.Dir})
			}
			if got.err != nil {
				return got.err
			}
			_, err := w.Write(got.payload)
			return err
		}},
		{letter: "h", text: "payload in hexadecimal", clip: true, make: func(_ context.Context, w io.Writer) error {
			_, err := hex.NewEncoder(w).Write(l.payload)
			return err
		}},
	}
}

// payloads lists what can be taken of the payloads of a range of rows.
func (u *UI) payloads(rows *stretch) []taking {
	conv, rec, n := u.timeline.conv, u.rec, plural(int64(len(rows.messages)), "message")
	each := func(limit int64, write func(io.Writer, *dissect.Message) error) func(context.Context, io.Writer) error {
		return func(ctx context.Context, w io.Writer) error {
			if len(rows.messages) == 0 {
				return errNoMessages
			}
			var failed error
			err := rec.Replay(ctx, rows.request(conv, limit), func(e dissect.Event) bool {
				if m, ok := e.(*dissect.Message); ok && rows.has(e) {
					failed = write(w, m)
				}
				return failed == nil
			})
			return errors.Join(failed, err)
		}
	}
	return []taking{
		{letter: "p", text: "payloads of " + n + ", a line each, control characters replaced", suffix: "-payloads.txt", clip: true, make: each(payloadAtFirst, func(w io.Writer, m *dissect.Message) error {
			_, err := io.WriteString(w, safe.Text(string(m.Payload))+"\n")
			return err
		})},
		{letter: "b", text: "payloads of " + n + ", the exact bytes one behind the other", suffix: ".bin", make: each(payloadWhole, func(w io.Writer, m *dissect.Message) error {
			_, err := w.Write(m.Payload)
			return err
		})},
	}
}

var errNoMessages = errors.New("there is no message among the rows")

// diagnosisText writes what is wrong with a connection.
func (u *UI) diagnosisText(conv int) func(context.Context, io.Writer) error {
	p := aboutPage(u, conv, &session.Row{Peer: -1}, 100).(*spans)
	return func(_ context.Context, w io.Writer) error {
		for _, line := range p.lines {
			text := ""
			for _, s := range line {
				text += s.text
			}
			if _, err := io.WriteString(w, strings.TrimRight(text, " ")+"\n"); err != nil {
				return err
			}
		}
		return nil
	}
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
// are read again, the findings and the end as they were kept. Of a stretch only
// its messages and findings come with the connection; nil: everything.
func tell(ctx context.Context, rec *session.Record, conv int, of *stretch, handle func(dissect.Event)) error {
	q := session.ReplayRequest{Conversation: conv, MaxPayload: payloadAtFirst}
	if of != nil {
		q = of.request(conv, payloadAtFirst)
	}
	var again *dissect.Conversation
	err := rec.Replay(ctx, q, func(ev dissect.Event) bool {
		again = ev.At().Conv
		if of == nil || of.has(ev) {
			handle(ev)
		}
		return true
	})
	if err != nil || again == nil {
		return err
	}
	for _, f := range rec.Findings(conv) {
		if of == nil || of.findings[f] {
			kept := *f
			kept.Conv = again
			handle(&kept)
		}
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

func (u *UI) copy(t taking) {
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

// askExport offers what can be written to a file.
func (u *UI) askExport() {
	var all []choice
	for _, t := range u.takings() {
		if t.suffix != "" {
			all = append(all, choice{letter: t.letter, text: t.text, run: func(u *UI) { u.askName(t) }})
		}
	}
	all = append(all, u.packetChoices()...)
	if len(all) == 0 {
		u.flash = noSelection
		return
	}
	m := &menu{caption: "Write a file", all: all, letters: true}
	m.narrow()
	u.overlay = m
}

// askName asks for the name of the file, and offers one that is free: what is
// there is not replaced.
func (u *UI) askName(t taking) {
	name := "wsight-" + itoa(u.selection()[0]) + t.suffix
	if t.name != "" {
		name = t.name
	}
	name = u.free(name)
	u.ask(&prompt{label: "write to:", text: []rune(name), faultAt: -1, done: func(name string) {
		if name != "" {
			u.save(name, t)
		}
	}})
}

// free returns name, or with a number, so that no file of it is there.
func (u *UI) free(name string) string {
	const tries = 100
	end := strings.LastIndexByte(name, '.')
	for n, try := 2, name; n < tries; n++ {
		if _, err := os.Lstat(filepath.Join(u.dir, try)); err != nil {
			return try
		}
		try = name[:end] + "-" + itoa(n) + name[end:]
	}
	return name
}
