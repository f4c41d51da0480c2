package main

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"wsight/dissect/payload"
)

func formatsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "formats",
		Short: "list the formats of messages that --decode knows",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := bufio.NewWriter(cmd.OutOrStdout())
			fmt.Fprintf(out, "%-12s %s\n", automatic, "What each connection speaks, by its subprotocol, target and first messages")
			for _, f := range payload.All() {
				fmt.Fprintf(out, "%-12s %s\n", f.Name, f.Title)
			}
			return out.Flush()
		},
	}
}
