package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// mindTopics lets the commands that cobra brings along refuse what they do not
// know: they would help with something else instead.
func mindTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.RunE, cmd.Run = helpAbout(root, cmd.Run), nil
		case "completion":
			cmd.Args, cmd.RunE = cobra.ArbitraryArgs, completionFor
		}
	}
}

// helpAbout is help about a command that there is.
func helpAbout(root *cobra.Command, help func(*cobra.Command, []string)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if about, rest, err := root.Find(args); len(args) > 0 && (err != nil || about == root || len(rest) > 0) {
			message := fmt.Sprintf("there is no help about %q", args[0])
			return &usageError{message + didYouMean("", args[0], commandNames(root)), root.CommandPath()}
		}
		help(cmd, args)
		return nil
	}
}

// completionFor is what is left when no shell that is known was named.
func completionFor(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	message := fmt.Sprintf("there is no completion for %q", args[0])
	return &usageError{message + didYouMean("", args[0], commandNames(cmd)), cmd.CommandPath()}
}

// written is a writer that remembers its first error: not all of cobra does.
type written struct {
	w   io.Writer
	err error
}

func (w *written) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}
