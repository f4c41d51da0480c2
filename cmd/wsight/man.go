package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func manCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "man [COMMAND]",
		Short: "print the manual page of wsight or of a command, for man -l -",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			page := root
			if len(args) == 1 {
				found, _, err := root.Find(args)
				if err != nil {
					return err
				}
				if found == root { // whose arguments are files
					return unknownCommand(root, args[0])
				}
				page = found
			}
			page.DisableAutoGenTag = true
			page.Long = strings.ReplaceAll(page.Long, "\n  ", "\n    ") // Markdown fills what is indented by less
			return doc.GenMan(page, &doc.GenManHeader{Section: "1", Source: "wsight " + versionText(), Manual: "wsight"}, cmd.OutOrStdout())
		},
	}
}
