package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"wsight/dissect/payload"
)

func formatsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "formats [WORD]",
		Short: "list the formats of messages that --decode knows, or those whose name or title holds WORD",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			word := strings.ToLower(strings.Join(args, ""))
			out := bufio.NewWriter(cmd.OutOrStdout())
			found := false
			list := func(name, title string) {
				if strings.Contains(name, word) || strings.Contains(strings.ToLower(title), word) {
					fmt.Fprintf(out, "%-12s %s\n", name, title)
					found = true
				}
			}
			list(automatic, "What each connection speaks, by its subprotocol, target and first messages")
			for _, f := range payload.All() {
				list(f.Name, f.Title)
			}
			if !found {
				return fmt.Errorf("there is no format like %q; 'wsight formats' lists them", word)
			}
			return out.Flush()
		},
	}
}
