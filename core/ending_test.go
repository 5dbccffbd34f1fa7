package core_test

import (
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
)

func TestStuckBots(t *testing.T) {
	wait := func(env core.Env) error { _, err := env.NewFuture().Wait(core.Forever); return err }
	nap := func(env core.Env) error {
		for env.Sleep(time.Second) == nil {
		}
		return nil
	}
	doze := func(env core.Env) error { return env.Sleep(time.Hour) }
	poll := func(env core.Env) error {
		_ = env.Sleep(3 * time.Second)
		env.Log(core.Info, "polling")
		return nap(env)
	}
	for name, test := range map[string]struct {
		run    core.EngineFunc
		limits core.Limits
		reason string
	}{
		"drained": {wait, core.Limits{}, "nothing left to do: a.botnet has not returned: it waits since 0s (a.botnet)"},
		"time": {nap, core.Limits{Time: 90 * time.Second}, "time limit of 1m30s: a.botnet has not returned: " +
			`it waits since 1m30s (a.botnet); sim.limits { time = "3m" } allows more`},
		"idle": {doze, core.Limits{Idle: 7 * time.Second}, "idle limit of 7s: a.botnet has not returned: " +
			`it waits since 0s (a.botnet); sim.limits { idle = "14s" } allows more`},
		"polling": {poll, core.Limits{Idle: 7 * time.Second}, "idle limit of 7s: a.botnet has not returned, but " +
			"it still ran at 10s (a.botnet): no log line, operation, fault or change of a gauge since 3s; " +
			`sim.limits { idle = "14s" } allows more`},
		"steps": {nap, core.Limits{Steps: 5}, "step limit: 5 steps were taken: a.botnet has not returned: " +
			"it waits since 3s (a.botnet); sim.limits { steps = 10 } allows more"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &core.Scenario{Services: []core.ServiceSpec{bot("a.botnet", test.run)}, Limits: test.limits}
			wantVerdict(t, play(t, s, core.Settings{}), core.Stuck, test.reason)
		})
	}
	t.Run("never started", func(t *testing.T) {
		s := &core.Scenario{Services: []core.ServiceSpec{bot("a.botnet", nap)},
			Plan: func(p *core.Control) error { return p.Sleep(time.Second) }}
		wantVerdict(t, play(t, s, core.Settings{}), core.Stuck, `plan:start("*")`)
	})
}

// Of many bots, the reason names a dozen.
func TestManyStuckBots(t *testing.T) {
	s := &core.Scenario{Limits: core.Limits{Time: time.Minute}}
	doze := func(env core.Env) error { return env.Sleep(time.Hour) }
	for i := range 2 {
		s.Services = append(s.Services, bot(fmt.Sprintf("b%d.lan", i), doze))
	}
	wantVerdict(t, play(t, s, core.Settings{}), core.Stuck, "time limit of 1m: b0.lan and b1.lan have not returned: b0.lan waits")
	for i := range 98 {
		s.Services = append(s.Services, bot(fmt.Sprintf("b%d.lan", i+2), doze))
	}
	wantVerdict(t, play(t, s, core.Settings{}), core.Stuck, "b10.lan, b11.lan and 88 more have not returned")
	s.Plan = func(p *core.Control) error { return p.Start("b{2..99}.lan") }
	for i := 2; i < 100; i++ {
		s.Services[i] = service(fmt.Sprintf("b%d.lan", i), doze)
	}
	wantVerdict(t, play(t, s, core.Settings{}), core.Stuck, "b0.lan and b1.lan were never started; a plan starts")
}
