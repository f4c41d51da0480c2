package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"wsight/session"
	"wsight/tui"
)

// screens is what the root command does: the terminal UI when a person looks,
// the lines of print when stdout is anything else.
type screens struct{ *printing }

func (s screens) run(cmd *cobra.Command, args []string) error {
	if len(s.interfaces) == 0 {
		if err := misspelt(cmd.Root(), args); err != nil {
			return err
		}
	}
	if s.json || width(cmd.OutOrStdout()) == 0 {
		return s.printing.run(cmd, args)
	}
	if term := os.Getenv("TERM"); term == "" || term == "dumb" {
		fmt.Fprintf(cmd.ErrOrStderr(), "wsight: the terminal (TERM=%q) cannot show screens, so here are the lines of 'wsight print'\n", term)
		return s.printing.run(cmd, args)
	}
	return s.show(cmd, args)
}

// show opens the terminal UI.
func (s screens) show(cmd *cobra.Command, args []string) error {
	ignore, err := codes(s.ignore)
	if err != nil {
		return err
	}
	opts := session.Options{Ignore: ignore}
	if err := s.parse(&opts); err != nil {
		return err
	}
	// What the filter asks for beside that is read again when it asks.
	opts.Dissect.Hash = false
	if opts.Decode, err = s.decoding(); err != nil {
		return err
	}
	// The terminal belongs to the screens, from which files can be saved.
	s.silent, s.savesLater = true, true
	src, err := s.source(cmd, args, &opts)
	if err != nil {
		return err
	}
	src.stderr = io.Discard // the screens say it themselves
	doctor := tui.NewDoctor()
	recording := session.RecordOptions{Options: opts, Rows: int64(s.rows), Spool: int64(s.spool), Watch: doctor.Observe, Keys: s.keysNow}
	look := tui.Options{
		Color: colored(s.color.value, cmd.OutOrStdout()), ASCII: plainMarks(s.ascii, cmd.OutOrStdout()),
		Title: strings.Join(titles(s.names(args)), ", "), Inputs: s.count(args), Growing: s.streaming(args), Where: s.text, Decode: opts.Decode, Doctor: doctor, After: cmd.ErrOrStderr(),
	}
	if src.files != nil {
		recording.Reread, look.Progress = src.files.Reread, src.files.Progress
	}
	recording.Packets = s.streaming(args)
	look.Unkept = recording.Packets && !s.follow && s.write == ""
	rec := session.NewRecord(recording)
	defer rec.Close()
	look.Packets = func(ctx context.Context, connections []int, w io.Writer) (tui.Saved, error) {
		if !recording.Packets {
			return s.packets(ctx, cmd, args, connections, w)
		}
		var groups [][]int
		if src.files != nil {
			groups = src.files.Groups()
		}
		return s.kept(ctx, rec, groups, connections, w)
	}
	err = tui.Run(cmd.Context(), rec, src, look)
	if errors.Is(err, tui.ErrNoTerminal) {
		return fmt.Errorf("%w; 'wsight print' writes lines", err)
	}
	return unread(err)
}

// titles are the names of inputs for people.
func titles(names []string) []string {
	var out []string
	for _, name := range names {
		if name == "-" {
			out = append(out, "standard input")
		} else {
			out = append(out, filepath.Base(name))
		}
	}
	return out
}
