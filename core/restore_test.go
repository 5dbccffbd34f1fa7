package core_test

import (
	"testing"
	"time"

	"simlua.example/core"
)

// A clock that is restored shows what it would have if nobody had touched it, and
// no mask keeps it from that.
func TestRestoreClock(t *testing.T) {
	only := core.Only(core.FaultID{Stream: "plan", Ordinal: 1})
	for _, mask := range []core.Mask{{}, only} {
		var d diary
		healed := 0
		s := &core.Scenario{
			Machines: []core.MachineSpec{{Name: "a.lan", Clock: core.ClockSpec{Offset: time.Second, DriftPPM: 1000}}},
			Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error {
				for range 4 {
					d.write(env, "tick")
					_ = env.Sleep(10 * time.Second)
				}
				return nil
			})},
			Plan: func(p *core.Control) error {
				_ = p.Start("*")
				_ = p.RestoreClock("*")
				_ = p.Sleep(15 * time.Second)
				offset := -time.Second
				_ = p.Clock("*", core.ClockChange{Offset: &offset})
				_ = p.Sleep(10 * time.Second)
				return p.RestoreClock("a*")
			},
		}
		r := play(t, s, core.Settings{Mask: mask, Keep: core.KeepLines})
		d.want(t, "1s a.lan tick", "11.01s a.lan tick", "19.005s a.lan tick", "31.03s a.lan tick")
		for _, f := range r.Trace.Facts {
			if f.Kind == core.FactHeal {
				healed++
			}
		}
		if f := r.Trace.Faults; len(f) != 1 || f[0].End != 25*time.Second || healed != 1 {
			t.Errorf("faults %v, healed %d times", f, healed)
		}
	}
}
