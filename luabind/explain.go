package luabind

import (
	"context"
	"errors"

	"simlua.example/core"
)

var errUnexplained = errors.New("the plan says nothing about its seeds: that of chaos.swarm, or --swarm, does")

// Explain returns what the plan writes to the log before it waits for anything: of
// chaos.swarm, what a seed has in store. Nothing else is played.
func (p *Program) Explain(set []string, seed uint64) ([]string, error) {
	parsed, err := parseSettings(set)
	if err != nil {
		return nil, err
	}
	r, err := p.newRun(parsed, p.brake)
	if err != nil {
		return nil, err
	}
	scenario := r.scenario()
	if scenario.Plan == nil {
		return nil, errUnexplained
	}
	if err := scenario.Validate(); err != nil {
		return nil, p.prefixed(err)
	}
	scenario.Always, scenario.Checks = nil, nil
	scenario.Limits.Steps = 1 // the plan begins, and waits
	cluster, err := core.NewCluster(scenario, core.Settings{Seed: seed, Keep: core.KeepLines, Brake: p.brake})
	if err != nil {
		return nil, err
	}
	return firstWords(cluster.Run(context.Background()))
}

// firstWords are what the plan has logged.
func firstWords(r *core.Result) (lines []string, err error) {
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactLog && f.Machine == "" {
			lines = append(lines, f.Text)
		}
	}
	switch {
	case r.Err != nil:
		return nil, r.Err
	case len(lines) == 0:
		return nil, errUnexplained
	}
	return lines, nil
}
