package tui

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/export"
	"wsight/safe"
	"wsight/session"
)

// An excerpt is something that can be copied or written to a file.
type excerpt struct {
	letter, text string
	suffix       string // of the file; "": it is not for files
	name         string // of the file, when it is not that of the connection
	clip         bool   // fit for the clipboard
	// make writes it, in the background; secrets of heads are masked in what
	// goes into tickets.
	make  func(ctx context.Context, w io.Writer) error
	words func(size string) string // what was written, of a size; nil: that says it
	wrote func()                   // once it is in a file; nil: nothing
}

// excerpts lists what can be taken of what is selected.
func (u *UI) excerpts() []excerpt {
	conv := u.timeline.conv
	if conv == 0 {
		return nil
	}
	var out []excerpt
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
		excerpt{letter: "m", text: "ladder and findings of " + what + ", as Markdown, secrets masked", suffix: ".md", clip: true, make: of(func(w io.Writer) export.Writer { return export.NewLadder(w) })},
		excerpt{letter: "s", text: "sequence diagram of " + what + ", as Mermaid, secrets masked", suffix: ".mmd", clip: true, make: of(func(w io.Writer) export.Writer { return export.NewMermaid(w) })},
		excerpt{letter: "t", text: "text lines of " + what + ", secrets masked", suffix: ".txt", clip: true, make: of(func(w io.Writer) export.Writer {
			return textWriter{export.NewText(w, export.TextOptions{ASCII: u.opts.ASCII})}
		})},
		excerpt{letter: "j", text: "JSON lines of " + what + ", secrets masked", suffix: ".jsonl", clip: true, make: of(func(w io.Writer) export.Writer {
			return export.NewJSONL(w, export.JSONOptions{Payload: export.PayloadText, Masked: true, Inputs: u.opts.Inputs})
		})},
		excerpt{letter: "f", text: "diagnosis of connection #" + itoa(conv) + ", as text", suffix: "-diagnosis.txt", clip: true, make: u.diagnosisText(conv)})
	return append(out, u.fixLines(conv)...)
}

// payload lists what can be taken of one payload.
func (u *UI) payload(l *loaded) []excerpt {
	conv, rec, n := u.timeline.conv, u.rec, l.message.N
	return []excerpt{
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
func (u *UI) payloads(rows *stretch) []excerpt {
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
	return []excerpt{
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
