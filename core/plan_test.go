package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// stormy is a plan of two processes, each of which kills one of two services at
// moments of its own.
func stormy() *core.Scenario {
	idle := func() (core.Engine, error) {
		return core.EngineFunc(func(env core.Env) error { return env.Sleep(time.Hour) }), nil
	}
	return &core.Scenario{
		Services: []core.ServiceSpec{
			{Machine: "a.net", Boot: idle}, {Machine: "b.net", Boot: idle},
			{Machine: "bot.net", Bot: true, Boot: func() (core.Engine, error) {
				return core.EngineFunc(func(env core.Env) error { return env.Sleep(10 * time.Second) }), nil
			}},
		},
		Plan: func(p *core.Control) error {
			if err := p.Start("*"); err != nil {
				return err
			}
			for _, name := range []string{"a", "b"} {
				if err := p.Go(name, func(own *core.Control) error { return storm(own, name+".net") }); err != nil {
					return err
				}
			}
			return p.WaitForBots()
		},
	}
}

func storm(p *core.Control, machine string) error {
	for {
		if err := p.Sleep(time.Duration(p.Random().Int(1e8, 2e9))); err != nil {
			return err
		}
		if err := p.Kill(machine); err != nil {
			return err
		}
		if p.Random().Chance(core.Always / 2) {
			if err := p.Start(machine); err != nil {
				return err
			}
		}
	}
}

// ownFaults tells when and how the faults of one stream came.
func ownFaults(r *core.Result, stream string) string {
	var text []string
	for _, f := range r.Trace.Faults {
		if f.ID.Stream == stream {
			text = append(text, fmt.Sprint(f.ID, " ", f.At))
		}
	}
	return strings.Join(text, ", ")
}

// Withholding a fault of one process leaves the others as they were.
func TestProcessesOfThePlanAreApart(t *testing.T) {
	full := played(t, stormy(), core.Mask{})
	a, b := ownFaults(full, "plan/a"), ownFaults(full, "plan/b")
	if strings.Count(a, "#") < 2 || strings.Count(b, "#") < 2 || strings.Contains(a, b[strings.Index(b, " "):]) {
		t.Fatalf("%s\n%s", a, b)
	}
	less := played(t, stormy(), core.Withhold(core.FaultID{Stream: "plan/a", Ordinal: 1}))
	if got := ownFaults(less, "plan/b"); got != b {
		t.Errorf("got %s, want %s", got, b)
	}
	if got := ownFaults(less, "plan/a"); !strings.HasPrefix(got, a[:strings.Index(a, ",")]) {
		t.Errorf("got %s, want %s first", got, a)
	}
}

// A plan that never heals, or never stops starting processes, is told so; what is
// healed makes room.
func TestAPlanIsBounded(t *testing.T) {
	partition := func(p *core.Control) error {
		return coretest.Err(p.Partition(core.Side{"a.net"}, core.Side{"b.net"}, core.PartitionOptions{}))
	}
	forever := func(do func(*core.Control, int) error) func(*core.Control) error {
		return func(p *core.Control) error {
			for i := range 150_000 {
				if i%1000 == 0 {
					_ = p.Sleep(time.Millisecond)
				}
				if err := do(p, i); err != nil {
					return err
				}
			}
			return p.Start("*")
		}
	}
	for want, plan := range map[string]func(*core.Control, int) error{
		"partition a.net<>b.net: 100000 stand already, and no more can: heal some first": func(p *core.Control, _ int) error {
			return partition(p)
		},
		`process "p10000": a plan starts at most 10000 processes in a run: let one do several things`: func(p *core.Control, i int) error {
			return p.Go(fmt.Sprint("p", i), func(*core.Control) error { return nil })
		},
		"": func(p *core.Control, i int) error {
			if i%9000 == 0 {
				if err := p.Heal(nil, nil); err != nil {
					return err
				}
			}
			return partition(p)
		},
	} {
		s := stormy()
		s.Plan = forever(plan)
		if r := play(t, s, core.Settings{}); want == "" && r.Verdict != core.Pass || !strings.Contains(r.Reason, want) {
			t.Errorf("%s: %s, want %s", r.Verdict, r.Reason, want)
		}
	}
}
