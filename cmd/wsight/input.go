package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect/tls"
	"wsight/session"
)

// input is where packets come from: the flags that all commands share.
type input struct {
	files          []string // of -r
	join, separate bool
	keylog         string
	keys           *tls.KeyLog // nil when nothing can be decrypted
	growing        *sync.Mutex // held while keys grow, by whoever looks from outside
	still          *tls.KeyLog // a copy of keys that does not grow; nil: none was asked for
	listening
	bounds
}

func (in *input) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&in.files, "read", "r", nil, "capture `FILE` to read; the same as naming it")
	f.BoolVar(&in.join, "join", false, "take several files as one capture, even if they overlap in time")
	f.BoolVar(&in.separate, "separate", false, "take several files as separate vantage points, even if they do not overlap")
	f.StringVar(&in.keylog, "keylog", os.Getenv("SSLKEYLOGFILE"), "TLS key log `FILE` (RFC 9850) that opens wss:// connections; the environment variable SSLKEYLOGFILE does the same")
	_ = cmd.MarkFlagFilename("keylog")
	in.listening.flags(cmd)
	in.bounds.flags(cmd)
	cmd.MarkFlagsMutuallyExclusive("join", "separate")
	_ = cmd.MarkFlagFilename("read", "pcap", "pcapng", "gz", "zst")
}

// source opens what the flags and args name, and puts into opts how it is to
// be read. With -i, args are the filter.
func (in *input) source(cmd *cobra.Command, args []string, opts *session.Options) (*feed, error) {
	live := len(in.interfaces) > 0
	if !live && len(in.files)+len(args) == 0 && isTerminal(cmd.InOrStdin()) {
		return nil, nothingNamed(cmd.ErrOrStderr())
	}
	if err := in.check(cmd, in.names(args), args); err != nil {
		return nil, err
	}
	if err := in.times(); err != nil {
		return nil, err
	}
	if err := in.spared(args, in.write); err != nil {
		return nil, err
	}
	growing := live || in.follow || slices.Contains(in.names(args), "-")
	keys, err := in.readKeys(growing, cmd.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	in.give(opts, live)
	opts.Inputs, opts.Prompt = in.count(args), in.streaming(args)
	opts.Dissect.Keys, opts.KeysMayCome = in.keys, keys != nil
	var f *feed
	if live {
		f, err = in.listen(cmd, in.filterText+strings.Join(args, " "), opts)
	} else {
		f, err = in.read(cmd, args, opts)
	}
	if err != nil {
		keys.close()
		return nil, err
	}
	f.keys = keys
	return f, nil
}

// read opens files and streams.
func (in *input) read(cmd *cobra.Command, args []string, opts *session.Options) (*feed, error) {
	f := &feed{stderr: cmd.ErrOrStderr(), silent: in.silent}
	var err error
	if f.selection, err = newSelection(in.filterText, f.stderr); err != nil {
		return nil, err
	}
	if f.selection != nil {
		opts.Select = f.selection.accepts
	}
	options := capture.Options{
		Secrets: in.secrets(), MaxBlock: int(in.block), Input: cmd.InOrStdin(), Join: in.join, Separate: in.separate,
	}
	if in.follow {
		f.Source, err = capture.Follow(in.names(args)[0], options)
	} else {
		f.files, err = capture.Open(cmd.Context(), in.names(args), options)
		f.Source = f.files
	}
	if err != nil {
		return nil, unread(err)
	}
	return f, in.keep(f)
}

// names returns what to read: standard input when nothing was named, the
// interfaces with -i.
func (in *input) names(args []string) []string {
	if len(in.interfaces) > 0 {
		return in.interfaces
	}
	names := append(append([]string(nil), in.files...), args...)
	if len(names) == 0 {
		return []string{"-"}
	}
	return names
}

// count returns how many inputs there are. All interfaces are one; the files
// of a folder that is followed are more than one.
func (in *input) count(args []string) int {
	switch names := in.names(args); {
	case len(in.interfaces) > 0:
		return 1
	case in.follow && isFolder(names[0]):
		return 2
	default:
		return len(names)
	}
}

// spared returns an error when output is one of the files that are read, which
// writing it would replace. A hyphen is no file, though one may be called so.
func (in *input) spared(args []string, output string) error {
	to, err := os.Stat(output)
	if output == "-" || err != nil || !to.Mode().IsRegular() {
		return nil
	}
	for _, name := range in.names(args) {
		if from, err := os.Stat(name); name != "-" && err == nil && os.SameFile(from, to) {
			return fmt.Errorf("%s is being read: write to another file", output)
		}
	}
	return nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// streaming reports whether an input may still be written: what is known of
// it has to be shown at once.
func (in *input) streaming(args []string) bool {
	return in.follow || len(in.interfaces) > 0 || slices.ContainsFunc(in.names(args), func(name string) bool {
		info, err := os.Stat(name)
		return name == "-" || err == nil && !info.Mode().IsRegular()
	})
}

// cut tells, in sum and on stderr, that files were not read to their end
// because of an interrupt. For what is streamed that is the usual end.
func (in *input) cut(cmd *cobra.Command, args []string, sum *session.Summary) {
	if cmd.Context().Err() == nil || in.streaming(args) {
		return
	}
	sum.Complete = false
	fmt.Fprintf(cmd.ErrOrStderr(), "wsight: interrupted after %s: what follows them was not read\n", plural(sum.Packets, "packet"))
}
