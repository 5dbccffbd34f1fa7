package coretest

import (
	"context"
	"testing"

	"simlua.example/core"
)

// Run plays a scenario over Network and Disk and returns its result. It fails
// the test when the scenario is not valid or the verdict is not pass.
func Run(t testing.TB, s *core.Scenario, seed uint64) *core.Result {
	t.Helper()
	return play(t, s, core.Settings{Seed: seed, Network: Network, Disk: Disk})
}

func play(t testing.TB, s *core.Scenario, settings core.Settings) *core.Result {
	t.Helper()
	c, err := core.NewCluster(s, settings)
	if err != nil {
		t.Fatalf("the scenario is not valid:\n%v", err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Pass {
		t.Fatalf("seed %d: %s after %v: %s\n%v", r.Seed, r.Verdict, r.Time, r.Reason, r.Err)
	}
	return r
}
