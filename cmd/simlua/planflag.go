package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"simlua.example/luabind"
)

// planFlag is --plan: which plan is played instead of the script's own, as
// luabind.WithPlan takes it. --swarm is another way to set it.
type planFlag string

func (p *planFlag) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(p, "plan", "play the plan of another `FILE`, which returns a function(plan), or none"+
		"\n(none: everything starts, and nothing is harmed)")
	flags.Var((*swarmFlag)(p), "swarm", "play chaos.swarm with its defaults: each seed draws which faults there are")
	flags.Lookup("swarm").NoOptDefVal = "true"
	must(cmd.MarkFlagFilename("plan", "lua"))
}

const onePlan = "a run has one plan"

func (p *planFlag) String() string { return string(*p) }
func (p *planFlag) Type() string   { return "FILE" }

func (p *planFlag) Set(text string) error {
	switch {
	case text == "":
		return errors.New("expected the name of a file, or none")
	case *p == luabind.SwarmPlan && text != luabind.SwarmPlan:
		return &exclusion{"plan", "swarm", onePlan}
	case *p != "" && string(*p) != text:
		return fmt.Errorf("%s, and it is %s", onePlan, *p)
	}
	*p = planFlag(text)
	return nil
}

// swarmFlag is --swarm.
type swarmFlag planFlag

func (s *swarmFlag) String() string { return strconv.FormatBool(*s == luabind.SwarmPlan) }
func (s *swarmFlag) Type() string   { return "bool" }

func (s *swarmFlag) Set(text string) error {
	on, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("expected true or false")
	}
	if !on {
		return nil
	}
	if *s != "" && *s != luabind.SwarmPlan {
		return &exclusion{"plan", "swarm", onePlan}
	}
	*s = luabind.SwarmPlan
	return nil
}
