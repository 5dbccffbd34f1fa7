package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// reached are the flags of sweep about what is to hold once in some run of many:
// sim.sometimes, env:sometimes and env:reachable.
type reached struct{ require, until bool }

func (r *reached) register(cmd *cobra.Command) {
	registerRequireReached(cmd, &r.require, "was reached by no seed")
	cmd.Flags().BoolVar(&r.until, "until-reached", false,
		"end as soon as every sometimes and reachable was reached by a seed")
	exclude(cmd, "until-reached", "shard", "no shard knows what the others have reached")
	exclude(cmd, "until-reached", "stop-after", "a sweep ends when everything was reached, or after so many failures")
}

// registerRequireReached adds --require-reached; what says when it strikes.
func registerRequireReached(cmd *cobra.Command, require *bool, what string) {
	cmd.Flags().BoolVar(require, "require-reached", false, "exit with 1 when a sometimes or a reachable "+what)
}

// enough is what ends a sweep that has reached everything; nil when nothing does.
func (r *reached) enough(s *sweep.Summary, scenario *core.Scenario) (func() bool, error) {
	switch {
	case !r.until:
		return nil, nil
	case !scenario.HasProperties():
		return nil, errors.New("--until-reached: the script has nothing to reach: sim.sometimes, env:sometimes or " +
			"env:reachable declare it")
	}
	return untilReached(s), nil
}

// untilReached says whether each property was reached that is known by then.
func untilReached(s *sweep.Summary) func() bool {
	return func() bool { return s.Known() > 0 && len(s.Unreached()) == 0 }
}

// missed says on standard error what had to be reached and was not, and returns the
// exit code for it.
func (a *app) missed(require bool, names []string, code int) int {
	if !require || len(names) == 0 || code != exitPass {
		return code
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	fmt.Fprintf(a.stderr, "simlua: --require-reached: never reached: %s\n", core.List(quoted))
	return exitFail
}
