package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect"
	"wsight/export"
	"wsight/finding"
	"wsight/session"
)

// printing is the command print, and what the root command does with it.
type printing struct {
	input
	selecting
	json, frames, hash, ascii bool
	maxPayload                size
	payload, color            choice
	ignore                    []string
	workers                   int
}

// maxWorkers is more than a machine has use for.
const maxWorkers = 256

func newPrint() *printing {
	return &printing{
		maxPayload: dissect.DefaultPayload,
		payload:    choice{"text", []string{"text", "hex", "none"}},
		color:      choice{"auto", []string{"auto", "always", "never"}},
	}
}

func printCommand() *cobra.Command {
	p := newPrint()
	cmd := &cobra.Command{
		Use:   "print [FILE...]",
		Short: "print one line per event, for people or, with --json, for programs",
		Long: `print reads captures and prints one line per event as it happens: connections,
handshakes, messages, findings, ends. With --json the lines are JSON objects.

Exit status: 0 done, 2 wrong usage, 3 the input could not be opened or not be
read to its end (what was read before is printed all the same), or the output
not be written. An interrupt and a closed pipe are no failures.`,
		RunE: p.run,
	}
	p.flags(cmd)
	return cmd
}

func (p *printing) flags(cmd *cobra.Command) {
	p.input.flags(cmd)
	p.selecting.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&p.json, "json", false, "one JSON object per line")
	f.BoolVar(&p.frames, "frames", false, "also a line for every frame")
	f.BoolVar(&p.hash, "hash", false, "also the SHA-256 of every message")
	f.Var(&p.maxPayload, "max-payload", "how much of a message is kept and printed")
	f.BoolVar(&p.ascii, "ascii", false, "use ASCII marks only")
	f.StringSliceVar(&p.ignore, "ignore", nil, "findings that are not reported, by `CODE`")
	f.IntVarP(&p.workers, "jobs", "j", 1, "how many workers share the work, with --json on files and without a filter")
	choose(cmd, &p.payload, "payload", "how payloads are printed")
	choose(cmd, &p.color, "color", "whether lines are coloured")
	_ = cmd.RegisterFlagCompletionFunc("ignore", completeCodes)
}

// A sheet is what events are written to.
type sheet interface {
	Event(dissect.Event)
	Flush() error
}

func (p *printing) run(cmd *cobra.Command, args []string) error {
	ignore, err := codes(p.ignore)
	if err != nil {
		return err
	}
	if p.workers < 1 || p.workers > maxWorkers {
		return fmt.Errorf("-j %d: there can be 1 to %d workers", p.workers, maxWorkers)
	}
	opts := session.Options{Ignore: ignore}
	if err := p.parse(&opts); err != nil {
		return err
	}
	src, err := p.source(cmd, args, capture.Options{}, &opts)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	form := map[string]export.PayloadForm{"text": export.PayloadText, "hex": export.PayloadHex, "none": export.PayloadNone}[p.payload.value]
	opts.Dissect.MaxPayload = int64(p.maxPayload)
	opts.Dissect.Hash = opts.Dissect.Hash || p.hash
	p.frames = p.frames || p.selecting.frames()
	if !p.payloads(&opts) {
		switch {
		case form == export.PayloadNone:
			opts.Dissect.MaxPayload = 0
		case !p.json:
			opts.Dissect.MaxPayload = min(opts.Dissect.MaxPayload, export.PreviewPayload)
		}
	}
	var to sheet
	var lines *export.JSONL
	if p.json {
		lines = export.NewJSONL(out, export.JSONOptions{Frames: p.frames, Hash: p.hash, Payload: form, Decode: p.asked(), Inputs: p.count(args)})
		to = lines
	} else {
		text := export.NewText(out, export.TextOptions{
			Color: colored(p.color.value, out), ASCII: plainMarks(p.ascii, out), Frames: p.frames, Hash: p.hash, Payload: form, Width: width(out),
		})
		if p.filter == nil {
			opts.Dissect.Sealed = text.Sealed
		}
		to = text
	}
	paced := pace(to, src, width(out) > 0 || p.streaming(args))
	handle := to.Event
	if p.filter != nil {
		p.filter.Keep(opts.Kept)
		selection := p.filter.Select(nil, to.Event)
		handle = selection.Event
		defer warnCut(cmd.ErrOrStderr(), selection)
	}
	var sum session.Summary
	var failed error
	if lines != nil && p.filter == nil && !p.streaming(args) {
		sum, failed = session.RunShared(cmd.Context(), paced, opts, session.Workers{
			N: p.workers, Line: lines.Line, Writer: func() session.LineWriter { return lines.Writer() },
		}, handle)
	} else {
		sum, failed = session.Run(cmd.Context(), paced, opts, handle)
	}
	p.cut(cmd, args, &sum)
	if lines != nil {
		lines.Capture(sum)
	}
	if err := to.Flush(); err != nil {
		return err
	}
	if lines == nil {
		fmt.Fprint(cmd.ErrOrStderr(), summary(sum))
	}
	if failed != nil {
		return where(failed)
	}
	return nil
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	first, rest, _ := strings.Cut(what, " or ")
	if rest != "" {
		return fmt.Sprintf("%d %ss or %ss", n, first, rest)
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// codes checks the codes that a flag names.
func codes(names []string) ([]finding.Code, error) {
	var out []finding.Code
	for _, name := range names {
		code := finding.Code(name)
		if _, ok := code.Rule(); !ok {
			return nil, unknownCode(name)
		}
		out = append(out, code)
	}
	return out, nil
}

// summary says in a line or two what the capture held.
func summary(s session.Summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s", plural(s.Packets, "packet"), plural(s.TCP, "TCP connection"), plural(s.WebSocket, "WebSocket connection or attempt"))
	for _, part := range []struct {
		n    int64
		what string // "" for connections, which were counted before
		how  string
	}{
		{s.TLSWithoutKeys, "", "in TLS without keys"}, {s.QUIC, "", "in QUIC (HTTP/3, not decoded)"}, {s.Dropped, "packet", "dropped by the kernel"},
		{s.Truncated, "packet", "cut by the snaplen"}, {s.Undecoded, "packet", "that could not be read"}, {s.Evicted, "connection", "let go"},
	} {
		switch {
		case part.n > 0 && part.what == "":
			fmt.Fprintf(&b, ", %d %s", part.n, part.how)
		case part.n > 0:
			fmt.Fprintf(&b, ", %s %s", plural(part.n, part.what), part.how)
		}
	}
	b.WriteByte('\n')
	if s.TLSWithoutKeys > 0 {
		b.WriteString("to open TLS, write a key log at one end and give it with --keylog: wsight findings tls-undecryptable\n")
	}
	if len(s.Limits) > 0 {
		fmt.Fprintf(&b, "limits that were reached: %s\n", strings.Join(s.Limits, ", "))
	}
	return b.String()
}
