package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownFlag adds to a mistake in the flags of a command which flag may have
// been meant.
func unknownFlag(cmd *cobra.Command, err error) error {
	message := err.Error()
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		message += didYouMean("--", nearest(unknown.GetSpecifiedName(), flagNames(cmd)))
	}
	return &usageError{message, cmd.CommandPath()}
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// nearest finds names as cobra finds commands: by spelling.
func nearest(name string, names []string) []string {
	index := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, n := range names {
		index.AddCommand(&cobra.Command{Use: n, Run: func(*cobra.Command, []string) {}})
	}
	return index.SuggestionsFor(name)
}

func didYouMean(prefix string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + prefix + strings.Join(names, " or "+prefix) + "?"
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
