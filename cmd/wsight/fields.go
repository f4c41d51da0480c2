package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"wsight/query"
)

func fieldsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "fields [WORD]",
		Short: "list the fields that --where and the filter bar know, or those whose name or meaning holds WORD",
		Long: `fields lists what --where can ask for, and / in the screens. Conditions compare fields by ==, !=, <, >,
<=, >=, in, contains, startsWith, endsWith and matches (a regular expression),
and are joined by and, or, not. json("$.a[0]") looks into payloads.

Short forms may stand beside them: is:problem, host:api, code:1006, and bare
words, which search payloads.

  wsight print --where 'type == "text" && dir == "s2c" && length > 1000' FILE
  wsight print --where 'is:problem host:api' FILE
  wsight --where 'is:problem' FILE       the screens, filtered`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			word := strings.ToLower(strings.Join(args, ""))
			out := bufio.NewWriter(cmd.OutOrStdout())
			found := false
			for _, f := range query.Fields() {
				if !strings.Contains(f.Name, word) && !strings.Contains(strings.ToLower(f.Doc), word) {
					continue
				}
				found = true
				doc := f.Doc
				if len(f.Words) > 0 {
					doc += ": " + strings.Join(f.Words, ", ")
				}
				fmt.Fprintf(out, "%-20s %-14s %-22s %s\n", f.Name, f.Type, f.Kinds, doc)
			}
			for _, form := range query.IsForms() {
				if name := "is:" + form.Name; strings.Contains(name, word) {
					found = true
					fmt.Fprintf(out, "%-20s %-37s %s\n", name, "short for", form.Stands)
				}
			}
			if !found {
				return fmt.Errorf("there is no field like %q; 'wsight fields' lists them", word)
			}
			return out.Flush()
		},
	}
}
