package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is how wide help becomes on wider terminals.
const helpWidth = 110

// A flagGroup is a heading of help, and the flags below it.
type flagGroup struct {
	heading string
	has     func(*pflag.Flag) bool
}

// flagGroups are tried in order: the limits, of which nobody needs one in most
// weeks, would drown the rest.
var flagGroups = []flagGroup{
	{"Limits on what is kept", func(f *pflag.Flag) bool { return strings.HasPrefix(f.Name, "max-") && f.Name != "max-payload" }},
	{"Live capture, and what has no end", func(f *pflag.Flag) bool {
		switch f.Name {
		case "interface", "count", "duration", "netns", "no-promiscuous", "ring-size", "snaplen":
			return true
		}
		return strings.HasPrefix(f.Name, "write")
	}},
	{"Flags", func(*pflag.Flag) bool { return true }},
}

// showUsage writes how a command is called, for a terminal so wide; 0 is one
// whose width is not known, and nothing is broken there.
func showUsage(cmd *cobra.Command, width int) string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if cmd.Runnable() {
		b.WriteString("  " + cmd.UseLine() + "\n")
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("  " + cmd.CommandPath() + " [command]\n\nAvailable Commands:\n")
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				b.WriteString("  " + folded(fmt.Sprintf("%-*s", sub.NamePadding(), sub.Name())+" "+sub.Short, sub.NamePadding()+3, width-2) + "\n")
			}
		}
	}
	groups := make([]*pflag.FlagSet, len(flagGroups))
	for i := range groups {
		groups[i] = pflag.NewFlagSet("", pflag.ContinueOnError)
	}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		for i, g := range flagGroups {
			if g.has(f) {
				groups[i].AddFlag(f)
				return
			}
		}
	})
	for i := len(groups) - 1; i >= 0; i-- {
		if groups[i].HasAvailableFlags() {
			b.WriteString("\n" + flagGroups[i].heading + ":\n" + strings.TrimRight(groups[i].FlagUsagesWrapped(width), " \n") + "\n")
		}
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nUse \"" + cmd.CommandPath() + " [command] --help\" for more information about a command.\n")
	}
	return b.String()
}

// folded breaks text between words into lines of so many cells, the later ones
// indented; a width below 1 breaks nothing.
func folded(text string, indent, width int) string {
	if width < 1 {
		return text
	}
	var b strings.Builder
	at := 0
	for len(text) > 0 {
		word := text[:len(text)-len(strings.TrimLeft(text, " "))]
		rest := text[len(word):]
		if i := strings.IndexByte(rest, ' '); i >= 0 {
			word, text = word+rest[:i], rest[i:]
		} else {
			word, text = word+rest, ""
		}
		n := utf8.RuneCountInString(word)
		if at > indent && at+n > width {
			word = strings.TrimLeft(word, " ")
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at, n = indent, utf8.RuneCountInString(word)
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}
