package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// tester is a scenario of one service, which restarts, and a bot that waits.
func tester(run func(core.Env) error) *core.Scenario {
	return &core.Scenario{Services: []core.ServiceSpec{
		{Machine: "s.net", Restart: time.Second, Boot: func() (core.Engine, error) { return core.EngineFunc(run), nil }},
		{Machine: "b.net", Bot: true, Boot: func() (core.Engine, error) {
			return core.EngineFunc(func(env core.Env) error { return env.Sleep(20 * time.Second) }), nil
		}},
	}}
}

func played(t *testing.T, s *core.Scenario, mask core.Mask) *core.Result {
	t.Helper()
	c, err := core.NewCluster(s, core.Settings{Seed: 3, Mask: mask})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(t.Context())
	if r.Verdict != core.Pass {
		t.Fatalf("%s: %s", r.Verdict, r.Reason)
	}
	return r
}

func faultsOf(r *core.Result) string {
	var ids []string
	for _, f := range r.Trace.Faults {
		id := f.ID.String()
		if f.Masked {
			id = "(" + id + ")"
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

// Withholding a fault point keeps the names of those that come after, and what
// Env.Random gives.
func TestFaultPointsAreMasked(t *testing.T) {
	drawn := ""
	unlucky := tester(func(env core.Env) error {
		drawn += fmt.Sprint(env.Random().Int(1, 100), " ")
		for {
			fires, err := env.FaultPoint("a, b", core.Always/4)
			if err != nil {
				return err
			}
			if fires {
				env.Crash(0)
			}
			if err := env.Sleep(time.Second); err != nil {
				return err
			}
		}
	})
	full := played(t, unlucky, core.Mask{})
	before := drawn
	first := full.Trace.Faults[0].ID
	drawn = ""
	less := played(t, unlucky, core.Withhold(first))
	if len(full.Trace.Faults) < 3 || first.Stream != "s.net/point/a, b" {
		t.Fatal(faultsOf(full))
	}
	if want := "(" + first.String() + ")"; !strings.HasPrefix(faultsOf(less), want) {
		t.Errorf("without %s: %s", first, faultsOf(less))
	}
	if second := full.Trace.Faults[1].ID.String(); !strings.Contains(faultsOf(less), second) {
		t.Errorf("%s is not in %s", second, faultsOf(less))
	}
	if !strings.HasPrefix(before, drawn[:3]) {
		t.Errorf("drawn %s, then %s", before, drawn)
	}
}

// A crash and a power failure that are withheld return.
func TestCrashIsMasked(t *testing.T) {
	returned := 0
	s := tester(func(env core.Env) error {
		env.Crash(time.Second)
		env.PowerFail(time.Second)
		returned++
		return env.Sleep(time.Minute)
	})
	ids := []core.FaultID{{Stream: "s.net/crash", Ordinal: 2}, {Stream: "s.net/power_fail", Ordinal: 1}}
	r := played(t, s, core.Withhold(ids...))
	if got := faultsOf(r); got != "s.net/crash#1 (s.net/crash#2) (s.net/power_fail#1)" || returned != 1 {
		t.Errorf("%d returned: %s", returned, got)
	}
}

// Nothing that a process does after its crash can be seen, and its other
// processes die with it.
func TestCrashEndsTheService(t *testing.T) {
	after := 0
	s := tester(func(env core.Env) error {
		if env.Now() > 0 {
			return nil
		}
		defer func() { env.Log(core.Info, "deferred") }()
		env.Go("other", func() error { defer func() { after++ }(); return env.Sleep(time.Second) })
		_ = env.Sleep(500 * time.Millisecond)
		env.PowerFail(2 * time.Second)
		after += 10
		return nil
	})
	r := played(t, s, core.Mask{})
	if after != 1 || r.Machines[0].Boots != 2 || r.Machines[0].Kills != 1 || r.Machines[0].Downtime != 2*time.Second {
		t.Errorf("%d: %+v", after, r.Machines[0])
	}
	for _, f := range r.Trace.Facts {
		if f.Text == "deferred" {
			t.Error("a dead process wrote to the log")
		}
	}
}
