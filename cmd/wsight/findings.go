package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wsight/finding"
)

func findingsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "findings [CODE]",
		Short: "list everything that wsight can find, or explain one finding",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			wide := min(width(cmd.OutOrStdout()), helpWidth)
			out := bufio.NewWriter(cmd.OutOrStdout())
			if len(args) == 0 {
				for _, r := range finding.All() {
					fmt.Fprintln(out, folded(fmt.Sprintf("%-38s %-8s %s", r.Code, r.Severity, r.Title), 48, wide))
				}
				return out.Flush()
			}
			rule, ok := finding.Code(args[0]).Rule()
			if !ok {
				return unknownCode(args[0])
			}
			explain(out, rule, wide)
			return out.Flush()
		},
		ValidArgsFunction: completeCodes,
	}
}

func explain(w io.Writer, r finding.Rule, wide int) {
	fmt.Fprintf(w, "%s (%s)\n", r.Code, r.Severity)
	fmt.Fprintf(w, "%s\n", r.Title)
	if r.Section != "" {
		fmt.Fprintf(w, "%s\n", r.Section)
	}
	fmt.Fprintf(w, "\n%s\n", folded(r.Advice, 0, wide))
}

// unknownCode says that there is no such finding, and which come close.
func unknownCode(name string) error {
	var near, all []string
	for _, r := range finding.All() {
		all = append(all, string(r.Code))
		if name != "" && (strings.Contains(string(r.Code), name) || strings.Contains(name, string(r.Code))) {
			near = append(near, string(r.Code))
		}
	}
	if len(near) > 0 {
		return fmt.Errorf("there is no finding %q; there is %s", name, strings.Join(near, ", "))
	}
	if hint := meant("", name, all); hint != "" {
		return fmt.Errorf("there is no finding %q%s", name, hint)
	}
	return fmt.Errorf("there is no finding %q; 'wsight findings' lists them", name)
}

func completeCodes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var words []string
	for _, r := range finding.All() {
		words = append(words, string(r.Code)+"\t"+r.Title)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// codes checks the codes that a flag names.
func codes(names []string) ([]finding.Code, error) {
	var out []finding.Code
	for _, name := range names {
		code := finding.Code(name)
		if _, ok := code.Rule(); !ok {
			return nil, unknownCode(name)
		}
		out = append(out, code)
	}
	return out, nil
}
