package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simlua.example/core"
)

// unknownFlag adds to a mistake in the flags of a command which flag may have
// been meant.
func unknownFlag(cmd *cobra.Command, err error) error {
	message := err.Error()
	var unknown *pflag.NotExistError
	var both *exclusion
	var parsed *strconv.NumError
	switch {
	case errors.As(err, &unknown):
		message += didYouMean("--", unknown.GetSpecifiedName(), flagNames(cmd))
	case errors.As(err, &both):
		message = both.Error()
	case errors.As(err, &parsed): // flags that take no word, as --swarm=false, are all that pflag reads itself
		message = strings.TrimSuffix(message, parsed.Error()) + "expected true or false"
	}
	return &usageError{message, cmd.CommandPath()}
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// didYouMean goes behind a message about a name that is not known.
func didYouMean(prefix, name string, known []string) string {
	if meant := core.Closest(name, known); meant != "" {
		return "; did you mean " + prefix + meant + "?"
	}
	return ""
}

// one accepts exactly one argument.
func one(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return &usageError{"which " + what + "?", cmd.CommandPath()}
		case 1:
			return nil
		}
		return &usageError{"one " + what + " at a time, not also " + strings.Join(args[1:], " "), cmd.CommandPath()}
	}
}

// completeScript completes the name of a script.
func completeScript(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"lua"}, cobra.ShellCompDirectiveFilterFileExt
}
