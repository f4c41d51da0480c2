package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect"
	"wsight/export"
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
	opts, err := p.options()
	if err != nil {
		return err
	}
	src, err := p.source(cmd, args, &opts)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	var lines *export.JSONL // nil: text is printed
	var to sheet
	if p.json {
		lines = export.NewJSONL(out, export.JSONOptions{Frames: p.frames, Hash: p.hash, Payload: p.form(), Decode: p.asked(), Inputs: p.count(args)})
		to = lines
	} else {
		to = p.textSheet(out, &opts)
	}
	handle, selected := to.Event, p.filter == nil
	if p.filter != nil {
		p.filter.Keep(opts.Kept)
		selection := p.filter.Select(nil, func(e dissect.Event) { selected = true; to.Event(e) })
		handle = selection.Event
		defer warnCut(cmd.ErrOrStderr(), selection)
	}
	endless := p.streaming(args)
	read := session.Run
	if lines != nil && p.filter == nil && !endless {
		read = p.share(lines)
	}
	sum, failed := read(cmd.Context(), pace(to, src, endless || width(out) > 0), opts, handle)
	p.cut(cmd, args, &sum)
	if lines != nil {
		lines.Capture(sum)
	}
	if err := to.Flush(); err != nil {
		return err
	}
	if lines == nil {
		fmt.Fprint(cmd.ErrOrStderr(), summary(sum))
		if !selected && sum.WebSocket > 0 {
			fmt.Fprintln(cmd.ErrOrStderr(), "--where selects nothing of that; 'wsight fields' lists what it can ask for")
		}
	}
	return unread(failed)
}

// options returns how the input is to be decoded, as far as the flags of print
// say it.
func (p *printing) options() (opts session.Options, err error) {
	if opts.Ignore, err = codes(p.ignore); err != nil {
		return opts, err
	}
	if p.workers < 1 || p.workers > maxWorkers {
		return opts, fmt.Errorf("-j %d: there can be 1 to %d workers", p.workers, maxWorkers)
	}
	if err := p.parse(&opts); err != nil {
		return opts, err
	}
	p.frames = p.frames || p.selecting.frames()
	opts.Dissect.Unframed = !p.frames && p.filter == nil
	opts.Dissect.Hash = opts.Dissect.Hash || p.hash
	opts.Dissect.MaxPayload = int64(p.maxPayload)
	if p.payloads(&opts) {
		return opts, nil
	}
	switch {
	case p.form() == export.PayloadNone:
		opts.Dissect.MaxPayload = 0
	case !p.json:
		opts.Dissect.MaxPayload = min(opts.Dissect.MaxPayload, export.PreviewPayload)
	}
	return opts, nil
}

// form returns what --payload says.
func (p *printing) form() export.PayloadForm {
	switch p.payload.value {
	case "hex":
		return export.PayloadHex
	case "none":
		return export.PayloadNone
	}
	return export.PayloadText
}

// textSheet returns what prints lines for people.
func (p *printing) textSheet(out io.Writer, opts *session.Options) sheet {
	text := export.NewText(out, export.TextOptions{
		Color: colored(p.color.value, out), ASCII: plainMarks(p.ascii, out), Frames: p.frames, Hash: p.hash, Payload: p.form(), Width: width(out),
	})
	if p.filter == nil {
		opts.Dissect.Sealed = text.Sealed
	}
	return text
}

// share returns session.Run with the workers that -j asks for.
func (p *printing) share(lines *export.JSONL) func(context.Context, capture.Source, session.Options, func(dissect.Event)) (session.Summary, error) {
	workers := session.Workers{N: p.workers, Line: lines.Line, Writer: func() session.LineWriter { return lines.Writer() }}
	return func(ctx context.Context, src capture.Source, opts session.Options, handle func(dissect.Event)) (session.Summary, error) {
		return session.RunShared(ctx, src, opts, workers, handle)
	}
}
