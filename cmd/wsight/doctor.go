package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/export"
	"wsight/finding"
	"wsight/session"
)

// doctoring is the command doctor.
type doctoring struct {
	input
	json, ascii, secrets  bool
	format, failOn, color choice
	ignore                []string
}

func doctorCommand() *cobra.Command {
	d := &doctoring{
		format: choice{"text", []string{"text", "md", "json"}},
		failOn: choice{"error", []string{"error", "warning", "note"}},
		color:  choice{"auto", []string{"auto", "always", "never"}},
	}
	cmd := &cobra.Command{
		Use:   "doctor [FILE...]",
		Short: "explain what broke the WebSockets of a capture, who did it, and how to mend it",
		Long: `doctor reads captures to their end and says what went wrong: one entry for each
cause, with the party whose change mends it, the packets that show it, what
followed from it, and the lines of configuration to change.

It sees most when both sides of a proxy are in the capture, or in two:

  sudo tcpdump -i any -s 0 -w both.pcap tcp      on the proxy
  wsight doctor both.pcap
  wsight doctor client.pcap server.pcap          captured on two hosts

Cookies, credentials and tokens are masked unless --show-secrets is given.

Exit status: 0 nothing at or above --fail-on was found, 1 something was, 2 wrong
usage, 3 the input could not be opened or not be read to its end, or the output
not be written.`,
		RunE: d.run,
	}
	d.input.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&d.json, "json", false, "the same as --format json")
	f.BoolVar(&d.ascii, "ascii", false, "use ASCII only")
	f.BoolVar(&d.secrets, "show-secrets", false, "do not mask cookies, credentials and tokens")
	f.StringSliceVar(&d.ignore, "ignore", nil, "findings that are not looked at, by `CODE`")
	choose(cmd, &d.format, "format", "text for people, Markdown for a ticket, or JSON lines for programs")
	choose(cmd, &d.failOn, "fail-on", "how severe a finding has to be for exit status 1")
	choose(cmd, &d.color, "color", "whether headlines are coloured")
	_ = cmd.RegisterFlagCompletionFunc("ignore", completeCodes)
	cmd.MarkFlagsMutuallyExclusive("json", "format")
	return cmd
}

// doctorPayload is how much of a message the checks look at. Nothing of it is
// kept or shown.
const doctorPayload = 64 << 10

func (d *doctoring) run(cmd *cobra.Command, args []string) error {
	ignore, err := codes(d.ignore)
	if err != nil {
		return err
	}
	opts := session.Options{Ignore: ignore}
	src, err := d.source(cmd, args, &opts)
	if err != nil {
		return err
	}
	if d.json {
		d.format.value = "json"
	}
	opts.Dissect.MaxPayload, opts.Dissect.Unframed = doctorPayload, true
	judge := verdict.New()
	observe := judge.Observe
	records := export.NewRecords(d.count(args), d.secrets)
	if d.format.value == "json" {
		observe = func(e dissect.Event) { judge.Observe(e); records.Event(e) }
	}
	sum, failed := session.Run(cmd.Context(), src, opts, observe)
	d.cut(cmd, args, &sum)
	told := report{judge.Diagnoses(export.Quality(sum)), judge, records, sum}
	if n := judge.Early(); n > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "wsight: %d connections with trouble were judged before the capture was over, for want of room: what they have in common with later ones is not told\n", n)
	}
	if err := d.print(cmd, args, told); err != nil {
		return err
	}
	if failed != nil {
		return unread(failed)
	}
	if found(told.list, d.failOn.value) {
		return errFound
	}
	return nil
}

// A report is what doctor has to tell.
type report struct {
	list    []verdict.Diagnosis
	judge   *verdict.Verdict
	records *export.Records // what goes before the diagnoses with --format json
	sum     session.Summary
}

// print writes the report in the format that was asked for.
func (d *doctoring) print(cmd *cobra.Command, args []string, r report) error {
	out := cmd.OutOrStdout()
	opts := export.DoctorOptions{
		Color: colored(d.color.value, out), ASCII: plainMarks(d.ascii, out), Width: width(out), Inputs: baseNames(d.names(args)), Secrets: d.secrets,
		Copies: r.judge.Copies,
	}
	var text []byte
	switch d.format.value {
	case "json":
		text = r.records.Doctor(r.list, r.sum)
	case "md":
		text = export.DoctorMarkdown(r.list, opts)
	default:
		text = export.DoctorText(r.list, opts)
	}
	if _, err := out.Write(text); err != nil {
		return err
	}
	if n := r.records.Lost(); n > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "wsight: the lines of %d connections were let go for want of room\n", n)
	}
	return nil
}

// baseNames returns the names without their folders, which are nobody's
// business in a ticket.
func baseNames(paths []string) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = filepath.Base(path)
	}
	return names
}

// found reports whether one of the diagnoses is at least that severe.
func found(list []verdict.Diagnosis, failOn string) bool {
	least := map[string]finding.Severity{"error": finding.Error, "warning": finding.Warning, "note": finding.Note}[failOn]
	for _, d := range list {
		if d.Code != "" && d.Severity >= least {
			return true
		}
	}
	return false
}
