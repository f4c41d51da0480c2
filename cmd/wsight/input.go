package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"wsight/capture"
	"wsight/dissect/tls"
)

// input is where packets come from: the flags that all commands share.
type input struct {
	files          []string // of -r
	join, separate bool
	keylog         string
	keys           *tls.KeyLog // nil when nothing can be decrypted
}

func (in *input) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&in.files, "read", "r", nil, "capture to read; the same as naming it")
	f.BoolVar(&in.join, "join", false, "take several files as one capture, even if they overlap in time")
	f.BoolVar(&in.separate, "separate", false, "take several files as separate vantage points, even if they do not overlap")
	f.StringVar(&in.keylog, "keylog", os.Getenv("SSLKEYLOGFILE"), "TLS key log (RFC 9850) that opens wss:// connections; the environment variable SSLKEYLOGFILE does the same")
	_ = cmd.MarkFlagFilename("keylog")
	cmd.MarkFlagsMutuallyExclusive("join", "separate")
	_ = cmd.MarkFlagFilename("read", "pcap", "pcapng", "gz", "zst")
}

// open opens what the flags and args name.
func (in *input) open(cmd *cobra.Command, args []string, options capture.Options) (*capture.Inputs, error) {
	names := in.names(args)
	if len(in.files)+len(args) == 0 && isTerminal(cmd.InOrStdin()) {
		return nil, errors.New("no capture was named: type 'wsight FILE', or pipe one in: 'tcpdump -U -w - | wsight -'")
	}
	if err := in.readKeys(); err != nil {
		return nil, err
	}
	options.Secrets = in.keys.AddBlock
	options.Join, options.Separate, options.Input = in.join, in.separate, cmd.InOrStdin()
	src, err := capture.Open(cmd.Context(), names, options)
	if err != nil {
		return nil, &inputError{err}
	}
	return src, nil
}

// readKeys reads the key log. Secrets that a capture carries are added later.
func (in *input) readKeys() error {
	in.keys = new(tls.KeyLog)
	if in.keylog == "" {
		return nil
	}
	f, err := os.Open(in.keylog)
	if err != nil {
		return &inputError{fmt.Errorf("key log: %w", err)}
	}
	defer f.Close()
	var buf [64 << 10]byte
	for {
		n, err := f.Read(buf[:])
		in.keys.Add(buf[:n])
		if err == io.EOF {
			in.keys.End()
			return nil
		}
		if err != nil {
			return &inputError{fmt.Errorf("key log: %w", err)}
		}
	}
}

// names returns what to read: standard input when nothing was named.
func (in *input) names(args []string) []string {
	names := append(append([]string(nil), in.files...), args...)
	if len(names) == 0 {
		return []string{"-"}
	}
	return names
}

// count returns how many inputs there are.
func (in *input) count(args []string) int { return len(in.names(args)) }

// streaming reports whether an input may still be written: what is known of
// it has to be shown at once.
func (in *input) streaming(args []string) bool {
	return slices.ContainsFunc(in.names(args), func(name string) bool {
		info, err := os.Stat(name)
		return name == "-" || err == nil && !info.Mode().IsRegular()
	})
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width returns how many cells a line of w has, 0 when w is no terminal.
func width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

// colored decides about colour: the flag, then NO_COLOR, then the terminal.
func colored(flag string, w io.Writer) bool {
	switch flag {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && width(w) > 0
}

// where says where reading stopped, for people.
func where(err error) error { return &inputError{fmt.Errorf("%w", err)} }
