package main

import (
	"cmp"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wsight/session"
)

const about = `wsight shows what happened on the WebSocket connections of a packet capture.

It rebuilds the TCP streams, finds the upgrade handshakes and checks them,
decodes, unmasks, inflates and reassembles what follows, and names what is
wrong, with the section of the RFC and what to do about it.

  wsight capture.pcap                    screens; lines when the output is no terminal
  wsight doctor capture.pcap             what broke, who did it, how to mend it
  wsight print --json capture.pcapng.gz  the same as JSON lines
  wsight -i eth0 tcp port 8080           live
  tcpdump -U -w - | wsight -             live, from another program
  wsight findings handshake-accept-wrong what a finding means`

// newRoot returns the command tree.
func newRoot() *cobra.Command {
	p := newPrint()
	root := &cobra.Command{
		Use:           "wsight [FILE...]",
		Short:         "see and explain the WebSocket traffic of a capture",
		Long:          about,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          screens{p}.run,
	}
	p.flags(root)
	p.rows = session.DefaultRows
	root.Flags().Var(&p.rows, "max-rows", "rows that the screens keep; beyond it the oldest go")
	root.AddCommand(printCommand(), exportCommand(), statsCommand(), doctorCommand(), interfacesCommand(), findingsCommand(), fieldsCommand(), formatsCommand(), versionCommand(), manCommand(root))
	root.SetFlagErrorFunc(wrongFlag)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		out := cmd.OutOrStdout()
		wide := min(width(out), helpWidth)
		io.WriteString(out, strings.TrimSpace(cmp.Or(cmd.Long, folded(cmd.Short, 0, wide)))+"\n\n"+showUsage(cmd, wide))
	})
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		return errors.Join(exclusive(cmd, "join", "separate"), exclusive(cmd, "json", "format"))
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	return root
}

// addCompletion adds the command completion, which writes to where root does
// by now. As cobra makes it, a shell that it does not know is no mistake.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Short = "print what completes commands and flags in a shell"
			cmd.Args = cobra.NoArgs
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}
