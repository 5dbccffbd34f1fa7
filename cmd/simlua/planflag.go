package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// planFlag is --plan: which plan is played instead of the script's own, as
// luabind.WithPlan takes it.
type planFlag string

func (p *planFlag) register(cmd *cobra.Command) {
	cmd.Flags().Var(p, "plan", "play the plan of another `FILE`, which returns a function(plan), or none"+
		"\n(none: everything starts, and nothing is harmed)")
	must(cmd.MarkFlagFilename("plan", "lua"))
}

func (p *planFlag) String() string { return string(*p) }
func (p *planFlag) Type() string   { return "FILE" }

func (p *planFlag) Set(text string) error {
	if text == "" {
		return errors.New("expected the name of a file, or none")
	}
	*p = planFlag(text)
	return nil
}
