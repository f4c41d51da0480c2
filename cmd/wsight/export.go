package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect"
	"wsight/export"
	"wsight/reassembly"
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
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if !cmd.Flags().Changed("format") {
			return fmt.Errorf("what to write is missing: add --format %s", x.format.Type())
		}
		return nil
	}
	f.StringVarP(&x.output, "output", "o", "-", "`FILE` to write; - is standard output")
	f.BoolVar(&x.secrets, "show-secrets", false, "do not mask cookies, credentials and tokens")
	f.BoolVar(&x.frames, "frames", false, "jsonl, csv: also every frame")
	f.BoolVar(&x.hash, "hash", false, "jsonl, csv, har: also the SHA-256 of every message")
	f.Var(&x.maxPayload, "max-payload", "how much of a message is kept and written; raw keeps 256MiB if nothing else is said")
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
	if x.output == "-" && (x.format.value == "pcapng" || x.format.value == "raw") && isTerminal(cmd.OutOrStdout()) {
		return fmt.Errorf("%s is nothing for a terminal: name a file with -o", x.format.value)
	}
	if err := x.spared(args, x.output); err != nil {
		return err
	}
	r := &readings{input: &x.input, cmd: cmd, args: args, opts: opts, filter: x.filter}
	defer r.close()
	if err := r.prepare(x.format.value == "pcapng"); err != nil {
		return err
	}
	out, err := create(x.output, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	defer out.discard()
	failed, err := x.write(r, out)
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	interrupted := r.interrupted() && !x.streaming(args)
	if interrupted && out.file != nil {
		return &inputError{fmt.Errorf("interrupted: %s was not written", x.output)}
	}
	if err := out.commit(); err != nil {
		return err
	}
	if interrupted {
		return &inputError{errors.New("interrupted: what follows was not read, and is not in the output")}
	}
	return unread(failed)
}

// write writes the whole output. The first error is that of the input, which
// does not keep what was read before it from being written.
func (x *exporting) write(r *readings, out *outlet) (failed, err error) {
	stderr := r.cmd.ErrOrStderr()
	if x.format.value == "pcapng" {
		return x.packets(r, out, stderr)
	}
	w := x.writer(r, out)
	if lines, ok := w.(sheet); ok {
		r.stream = stream{lines, out}
	}
	defer bounded(w, int64(x.kept), stderr)()
	handle := w.Event
	if !x.secrets && x.format.value != "raw" {
		handle = export.Masked(handle)
	}
	sum, failed, err := r.tell(handle, nil)
	if err != nil {
		return nil, err
	}
	raw, ok := w.(*export.Raw)
	if err := w.Close(sum); err != nil {
		if !ok {
			err = &inputError{err} // what raw says is mostly about the selection
		}
		return nil, err
	}
	if ok {
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
		return export.NewCSV(out, export.CSVOptions{Frames: x.frames || x.selecting.frames(), Hash: r.opts.Dissect.Hash, Inputs: x.count(r.args), Decoded: x.asked()})
	case "har":
		return export.NewHAR(out, export.HAROptions{Hash: r.opts.Dissect.Hash, Decode: x.asked(), Version: versionText()})
	case "md":
		return export.NewLadder(out)
	case "mermaid":
		return export.NewMermaid(out)
	case "raw":
		return export.NewRaw(out, x.filter != nil && x.filter.Names("type"))
	}
	return export.NewJSONL(out, export.JSONOptions{Frames: x.frames || x.selecting.frames(), Hash: x.hash, Payload: export.PayloadText, Decode: x.asked(), Masked: !x.secrets, Inputs: x.count(r.args)})
}

// packets writes pcapng: the events of a first reading say which packets of
// the second one to copy.
func (x *exporting) packets(r *readings, out io.Writer, stderr io.Writer) (failed, err error) {
	src, opts, err := r.source()
	if err != nil {
		return nil, err
	}
	picker := export.NewPCAPNG(src.files.Groups())
	picker.Keep(opts.Kept)
	handle := picker.Event
	if r.filter != nil {
		r.filter.Keep(opts.Kept)
		handle = r.filter.Select(r.survey, handle).Event
	}
	opts.Fragments = func(tcp int64, parts []reassembly.Part) {
		for _, part := range parts {
			picker.Part(part.File, part.Packet, tcp)
		}
	}
	if _, failed = session.Run(r.cmd.Context(), src, opts, handle); r.interrupted() {
		return failed, nil
	}
	to, err := picker.Begin(out, versionText(), r.input.keys)
	if err != nil {
		return nil, err
	}
	var broken error
	_, failed, err = r.tell(func(dissect.Event) {}, func(p *capture.Packet, tcp int64) {
		if broken == nil {
			broken = picker.Packet(to, p, tcp)
		}
	})
	if err != nil {
		return nil, err
	}
	if broken == nil {
		broken = to.Flush()
	}
	fmt.Fprintf(stderr, "wsight: %d packets, copied as they are, with all secrets that are in them\n", picker.Packets)
	if picker.Uncommented > 0 {
		fmt.Fprintf(stderr, "wsight: %d findings have no comment\n", picker.Uncommented)
	}
	if picker.Unplaced > 0 {
		fmt.Fprintf(stderr, "wsight: %d fragments of IP datagrams are missing\n", picker.Unplaced)
	}
	return failed, broken
}
