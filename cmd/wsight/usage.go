package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wsight/query"
)

// wrongFlag says what is wrong with a flag, and what may have been meant.
// What the packages below say of it is meant for programmers.
func wrongFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var bare *pflag.ValueRequiredError
	switch {
	case errors.As(err, &bare):
		value, _ := pflag.UnquoteUsage(bare.GetFlag())
		return fmt.Errorf("--%s wants a value behind it: --%s %s", bare.GetFlag().Name, bare.GetFlag().Name, value)
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		return fmt.Errorf("there is no flag --%s%s", unknown.GetSpecifiedName(), meant("--", unknown.GetSpecifiedName(), flagNames(cmd)))
	case errors.As(err, &unknown):
		return fmt.Errorf("there is no flag -%s", unknown.GetSpecifiedName())
	case errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "duration":
		return fmt.Errorf("--%s %q: that is no time: write a number with a unit, such as 30s, 10m or 1h", invalid.GetFlag().Name, invalid.GetValue())
	case errors.As(err, &invalid) && errors.As(err, new(*strconv.NumError)):
		return fmt.Errorf("--%s %q: that is no number", invalid.GetFlag().Name, invalid.GetValue())
	}
	return err
}

// flagNames returns the names of the flags of cmd.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// meant asks whether one of words was meant instead of word; "" when none is
// like it.
func meant(prefix, word string, words []string) string {
	near := query.Near(word, words)
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + prefix + strings.Join(near, " or "+prefix) + "?"
}

// misspelt returns an error when the first of args is no file but nearly the
// name of a command, which would be looked for as a file.
func misspelt(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := os.Stat(args[0]); err == nil {
		return nil
	}
	if hint := meant("wsight ", args[0], commandNames(root)); hint != "" {
		return fmt.Errorf("there is neither a command nor a file %q%s", args[0], hint)
	}
	return nil
}

// commandNames returns the names of the commands that help lists.
func commandNames(root *cobra.Command) []string {
	var names []string
	for _, cmd := range root.Commands() {
		names = append(names, cmd.Name())
	}
	return names
}

// exclusive returns an error when two flags are given that exclude each other.
func exclusive(cmd *cobra.Command, one, other string) error {
	if cmd.Flags().Changed(one) && cmd.Flags().Changed(other) {
		return fmt.Errorf("--%s and --%s exclude each other", one, other)
	}
	return nil
}

// addHelp adds the command help, which as cobra makes it takes a command
// that does not exist for no mistake.
func addHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "help" {
			continue
		}
		cmd.Short = "what a command does, and its flags"
		cmd.RunE = func(_ *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(root, strings.Join(args, " "))
			}
			return about.Help()
		}
	}
}

// noWords accepts no arguments, where cobra.NoArgs speaks of commands.
func noWords(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes nothing beside its flags, but got %q", cmd.Name(), args[0])
	}
	return nil
}

// unknownCommand says that there is no such command.
func unknownCommand(root *cobra.Command, name string) error {
	if hint := meant("", name, commandNames(root)); hint != "" {
		return fmt.Errorf("there is no command %q%s", name, hint)
	}
	return fmt.Errorf("there is no command %q; 'wsight --help' lists them", name)
}
