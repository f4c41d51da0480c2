package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect"
	"wsight/export"
	"wsight/query"
	"wsight/session"
)

// exporting is the command export.
type exporting struct {
	input
	selecting
	format                choice
	output                string
	secrets, frames, hash bool
	maxPayload            size
	ignore                []string
}

const exportPayload = 1 << 20

func exportCommand() *cobra.Command {
	x := &exporting{format: choice{"", []string{"jsonl", "csv", "har", "pcapng", "md", "mermaid", "raw"}}, maxPayload: exportPayload}
	cmd := &cobra.Command{
		Use:   "export --format FORMAT [-o OUT] [FILE...]",
		Short: "write connections, messages, packets or payloads for other programs, or a ticket",
		Long: `export writes what --where selects, or everything, in one of these formats:

  jsonl    the lines of print --json
  csv      a table with a row for each event, safe to open in a spreadsheet
  har      an HTTP archive with the messages of each connection, as Chrome writes it
  pcapng   the packets of the selected connections, what decrypts them, and
           findings as comments of packets
  md       Markdown for a ticket: findings, and the messages as a ladder
  mermaid  a sequence diagram
  raw      the payload of one message, or of one direction of one connection

Cookies, credentials and tokens are masked unless --show-secrets is given;
pcapng and raw cannot do that. OUT gets its name when it is complete.

  wsight export --format har -o all.har capture.pcap
  wsight export --format pcapng --where is:problem -o problems.pcapng capture.pcap
  wsight export --format raw --where 'conn:1 n:7' -o message.bin capture.pcap`,
		RunE: x.run,
	}
	x.input.flags(cmd)
	x.selecting.flags(cmd)
	f := cmd.Flags()
	choose(cmd, &x.format, "format", "what to write")
	_ = cmd.MarkFlagRequired("format")
	f.StringVarP(&x.output, "output", "o", "-", "file to write; - is standard output")
	f.BoolVar(&x.secrets, "show-secrets", false, "do not mask cookies, credentials and tokens")
	f.BoolVar(&x.frames, "frames", false, "jsonl, csv: also every frame")
	f.BoolVar(&x.hash, "hash", false, "jsonl, csv, har: also the SHA-256 of every message")
	f.Var(&x.maxPayload, "max-payload", "how much of a message is kept and written")
	f.StringSliceVar(&x.ignore, "ignore", nil, "findings that are left out, by `CODE`")
	_ = cmd.RegisterFlagCompletionFunc("ignore", completeCodes)
	return cmd
}

func (x *exporting) run(cmd *cobra.Command, args []string) error {
	ignore, err := codes(x.ignore)
	if err != nil {
		return err
	}
	opts := session.Options{Ignore: ignore}
	if err := x.parse(&opts); err != nil {
		return err
	}
	opts.Dissect.MaxPayload = int64(x.maxPayload)
	opts.Dissect.Hash = opts.Dissect.Hash || x.hash
	if x.format.value == "raw" && !cmd.Flags().Changed("max-payload") {
		opts.Dissect.MaxPayload = dissect.DefaultInflated // as much as may come out of a message
	}
	if x.output == "-" && (x.format.value == "pcapng" || x.format.value == "raw") && isTerminalOut(cmd.OutOrStdout()) {
		return fmt.Errorf("%s is nothing for a terminal: name a file with -o", x.format.value)
	}
	twice := x.format.value == "pcapng" || x.filter != nil && x.filter.Late()
	r := &readings{input: &x.input, cmd: cmd, args: args, opts: opts, filter: x.filter}
	defer r.close()
	if err := r.prepare(twice); err != nil {
		return err
	}
	out, err := create(x.output, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	defer out.discard()
	failed, err := x.write(r, out)
	if err != nil {
		return err
	}
	if r.interrupted() && !x.streaming(args) {
		return &inputError{errors.New("export: interrupted, nothing was written")}
	}
	if err := out.commit(); err != nil {
		return err
	}
	if failed != nil {
		return where(failed)
	}
	return nil
}

// write writes the whole output. The first error is that of the input, which
// does not keep what was read before it from being written.
func (x *exporting) write(r *readings, out io.Writer) (failed, err error) {
	stderr := r.cmd.ErrOrStderr()
	if x.format.value == "pcapng" {
		return x.packets(r, out, stderr)
	}
	w := x.writer(r, out)
	handle := w.Event
	if !x.secrets && x.format.value != "raw" {
		handle = export.Masked(handle)
	}
	sum, failed := r.last(handle, nil)
	if sum == nil {
		return nil, failed
	}
	if err := w.Close(*sum); err != nil {
		return nil, err
	}
	if raw, ok := w.(*export.Raw); ok {
		fmt.Fprintln(stderr, "wsight: raw payloads hold whatever was sent, secrets too")
		if raw.Incomplete > 0 {
			fmt.Fprintf(stderr, "wsight: of %d messages bytes are missing\n", raw.Incomplete)
		}
		if raw.Undecoded > 0 {
			fmt.Fprintf(stderr, "wsight: %d messages could not be decoded and are left out\n", raw.Undecoded)
		}
	}
	return failed, nil
}

func (x *exporting) writer(r *readings, out io.Writer) export.Writer {
	switch x.format.value {
	case "csv":
		return export.NewCSV(out, export.CSVOptions{Frames: x.frames || x.selecting.frames(), Hash: r.opts.Dissect.Hash, Inputs: x.count(r.args)})
	case "har":
		return export.NewHAR(out, export.HAROptions{Hash: r.opts.Dissect.Hash, Version: versionText()})
	case "md":
		return export.NewLadder(out)
	case "mermaid":
		return export.NewMermaid(out)
	case "raw":
		return export.NewRaw(out, x.filter != nil && x.filter.Names("type"))
	}
	return export.NewJSONL(out, export.JSONOptions{Frames: x.frames || x.selecting.frames(), Hash: x.hash, Payload: export.PayloadText, Inputs: x.count(r.args)})
}

// packets writes pcapng: the events of a first reading say which packets of
// the second one to copy.
func (x *exporting) packets(r *readings, out io.Writer, stderr io.Writer) (failed, err error) {
	src, err := r.source()
	if err != nil {
		return nil, err
	}
	picker := export.NewPCAPNG(src.Groups())
	if _, failed = r.run(src, r.selection(picker.Event), nil); r.interrupted() {
		return failed, nil
	}
	to, err := picker.Begin(out, versionText(), r.input.keys)
	if err != nil {
		return nil, err
	}
	var broken error
	_, failed = r.last(func(dissect.Event) {}, func(p *capture.Packet, tcp int64) {
		if broken == nil {
			broken = picker.Packet(to, p, tcp)
		}
	})
	if broken == nil {
		broken = to.Flush()
	}
	fmt.Fprintf(stderr, "wsight: %d packets, copied as they are, with all secrets that are in them\n", picker.Packets)
	if picker.Uncommented > 0 {
		fmt.Fprintf(stderr, "wsight: %d findings have no comment\n", picker.Uncommented)
	}
	return failed, broken
}

// readings read the same input once or several times.
type readings struct {
	input  *input
	cmd    *cobra.Command
	args   []string
	opts   session.Options
	filter *query.Filter
	survey *query.Survey
	spool  *os.File // what came from standard input, to be read again
}

// prepare makes an input that can be read again, if that is needed, and reads
// it a first time for what the filter wants to know beforehand.
func (r *readings) prepare(twice bool) error {
	if !twice {
		return nil
	}
	if err := r.keep(); err != nil {
		return err
	}
	if r.filter == nil || !r.filter.Late() {
		return nil
	}
	src, err := r.source()
	if err != nil {
		return err
	}
	r.survey = r.filter.Survey()
	_, _ = r.run(src, r.survey.Event, nil) // what fails fails again when it is told
	return nil
}

// keep copies standard input to a file without a name.
func (r *readings) keep() error {
	for _, name := range r.input.names(r.args) {
		info, err := os.Stat(name)
		switch {
		case name == "-":
		case err == nil && !info.Mode().IsRegular() && !info.IsDir():
			return fmt.Errorf("%s can be read only once, and this takes two readings: pipe it into '-'", name)
		default:
			continue
		}
		f, err := os.CreateTemp("", "wsight-input-")
		if err != nil {
			return err
		}
		r.spool = f
		_ = os.Remove(f.Name())
		if _, err := io.Copy(f, &untilDone{r.cmd.Context(), r.cmd.InOrStdin()}); err != nil && r.cmd.Context().Err() == nil {
			return &inputError{fmt.Errorf("standard input: %w", err)}
		}
	}
	return nil
}

// untilDone reads until its context is done.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, io.EOF
	}
	return u.Reader.Read(p)
}

func (r *readings) close() {
	if r.spool != nil {
		_ = r.spool.Close()
	}
}

func (r *readings) interrupted() bool { return r.cmd.Context().Err() != nil }

// source opens the input, from its beginning.
func (r *readings) source() (*capture.Inputs, error) {
	if r.spool == nil {
		return r.input.open(r.cmd, r.args, capture.Options{})
	}
	if _, err := r.spool.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	r.cmd.SetIn(r.spool)
	return r.input.open(r.cmd, r.args, capture.Options{})
}

func (r *readings) run(src capture.Source, handle func(dissect.Event), trace func(*capture.Packet, int64)) (session.Summary, error) {
	opts := r.opts
	opts.Dissect.Keys, opts.Trace = r.input.keys, trace
	return session.Run(r.cmd.Context(), src, opts, handle)
}

// selection returns what hands on to handle what the filter selects.
func (r *readings) selection(handle func(dissect.Event)) func(dissect.Event) {
	if r.filter == nil {
		return handle
	}
	return r.filter.Select(r.survey, handle).Event
}

// last is the reading that is told. The summary is nil when the input could
// not be opened.
func (r *readings) last(handle func(dissect.Event), trace func(*capture.Packet, int64)) (*session.Summary, error) {
	src, err := r.source()
	if err != nil {
		return nil, err
	}
	if r.filter != nil {
		selection := r.filter.Select(r.survey, handle)
		defer (&selecting{}).warn(r.cmd.ErrOrStderr(), selection)
		handle = selection.Event
	}
	sum, failed := r.run(src, handle, trace)
	return &sum, failed
}

// An outlet is where an export goes: a file that has no name until it is
// complete, or standard output.
type outlet struct {
	*bufio.Writer
	file *capture.NewFile // nil: standard output
}

func create(name string, stdout io.Writer) (*outlet, error) {
	if name == "-" {
		return &outlet{Writer: bufio.NewWriterSize(stdout, 256<<10)}, nil
	}
	f, err := capture.Create(name)
	if err != nil {
		return nil, err
	}
	return &outlet{bufio.NewWriterSize(f, 256<<10), f}, nil
}

func (o *outlet) commit() error {
	err := o.Flush()
	if o.file == nil || err != nil {
		return err
	}
	return o.file.Commit()
}

func (o *outlet) discard() {
	if o.file != nil {
		o.file.Discard()
	}
}

func isTerminalOut(w io.Writer) bool { return width(w) > 0 }
