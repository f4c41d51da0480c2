// Command wsight shows what happened on the WebSocket connections of a packet
// capture, and why they broke.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"wsight/safe"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of writing, and no failure
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // the second interrupt ends what the first could not
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit status, part of the contract of the command line.
const (
	exitDone  = 0
	exitFound = 1 // doctor found something at or above --fail-on
	exitUsage = 2
	exitInput = 3 // the input could not be opened, or not be read to its end; or the output not be written
)

// run is the whole program: it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	addCompletion(root)
	addHelp(root)
	cmd, err := root.ExecuteContextC(ctx)
	if cmd.Name() == "help" {
		cmd = root
	}
	var failed *inputError
	var written *fs.PathError
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitDone
	case errors.Is(err, errFound):
		return exitFound
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "wsight: interrupted before anything was read")
		return exitInput
	case errors.As(err, &failed), errors.As(err, &written) && written.Op == "write":
		fmt.Fprintln(stderr, "wsight:", message(err))
		return exitInput
	}
	fmt.Fprintln(stderr, "wsight:", message(err))
	fmt.Fprintf(stderr, "Type '%s --help' for %s.\n", cmd.CommandPath(), listed(cmd))
	return exitUsage
}

// listed says what the help of cmd lists.
func listed(cmd *cobra.Command) string {
	if cmd.HasAvailableSubCommands() {
		return "the commands and flags"
	}
	return "the flags"
}

// message returns what err says, fit for a terminal: names of files and words
// of the command line stand in it as they are.
func message(err error) string {
	return safe.Form{Multiline: true}.Text(err.Error())
}

// errFound says that doctor found something, which it has printed already.
var errFound = errors.New("something was found")

// An inputError says that the input was not read to its end, or the output not
// written.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

// unread makes an inputError of err, and nothing of nil.
func unread(err error) error {
	if err == nil {
		return nil
	}
	return &inputError{err}
}
