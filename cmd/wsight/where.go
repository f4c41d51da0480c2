package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wsight/query"
	"wsight/session"
)

// selecting is the flag --where, and what it may ask for: --decode.
type selecting struct {
	decodes
	text   string
	filter *query.Filter // nil: everything
}

func (s *selecting) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.text, "where", "", "show only what `EXPR` selects, such as 'type == \"text\" && length > 1000' or 'is:problem'; see 'wsight fields'")
	_ = cmd.RegisterFlagCompletionFunc("where", completeFields)
	s.decodes.flags(cmd)
}

// parse reads the expression, and sees to it that opts gives what it asks for.
func (s *selecting) parse(opts *session.Options) error {
	var err error
	if opts.Decode, err = s.decoding(); err != nil || s.text == "" {
		return err
	}
	f, err := query.Parse(s.text)
	var syntax *query.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("--where: %w\n  %s", err, strings.ReplaceAll(syntax.Caret(), "\n", "\n  "))
	}
	if err != nil {
		return err
	}
	s.filter = f
	if f.Decoded() && len(opts.Decode.Rules) == 0 {
		opts.Decode.Rules = []session.DecodeRule{{}}
	}
	opts.Dissect.Hash = opts.Dissect.Hash || f.Names("sha256")
	return nil
}

// payloads reports whether payloads have to be kept, be they shown or not.
func (s *selecting) payloads(opts *session.Options) bool {
	return len(opts.Decode.Rules) > 0 || s.filter != nil && s.filter.Payload()
}

// frames reports whether the expression asks for frames, which are else shown
// only with --frames.
func (s *selecting) frames() bool {
	return s.filter != nil && s.filter.Kinds()&query.Frame != 0 && s.filter.Kinds()&query.Message == 0
}

// warnCut says what the filter could not see.
func warnCut(stderr io.Writer, sel *query.Selection) {
	if n := sel.Truncated(); n > 0 {
		fmt.Fprintf(stderr, "wsight: --where looked at the beginning of %d messages that --max-payload cut\n", n)
	}
	if n := sel.Forgotten(); n > 0 {
		fmt.Fprintf(stderr, "wsight: --where let the handshakes of %d connections go for want of room (--max-kept)\n", n)
	}
}

// completeFields completes the end of an expression.
func completeFields(_ *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
	from, list := query.Complete(text, nil)
	var words []string
	for _, c := range list {
		words = append(words, text[:from]+c.Text+"\t"+c.Doc)
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
