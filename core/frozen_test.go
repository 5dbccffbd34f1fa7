package core_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// TestPowerCutOfAPausedMachine loses the packets that waited for the machine to go on.
func TestPowerCutOfAPausedMachine(t *testing.T) {
	m := newMailing(core.Ideal, 6)
	planned(m, func(p *core.Control) error {
		return errors.Join(p.Sleep(120*time.Millisecond), p.Pause("b.east"), p.Sleep(200*time.Millisecond),
			p.PowerFail("b.east"), p.Start("b.east"))
	})
	r := m.play(t, core.Settings{})
	conserved(t, r)
	if l := r.Links[0]; l.InFlight != 0 || l.PowerFailed != 3 { // two have waited
		t.Errorf("got %+v", l)
	}
	if got := strings.Join(m.arrivals, ", "); got != "50ms 0, 450ms 4, 550ms 5" {
		t.Errorf("got %s", got)
	}
}

// TestPausedMachineSendsNothing kills a service of a paused machine, whose stack
// then has something to say.
func TestPausedMachineSendsNothing(t *testing.T) {
	m := newMailing(core.Ideal, 0)
	m.Services[0] = bot("a.west", func(env core.Env) error { return env.Sleep(2 * time.Second) })
	planned(m, func(p *core.Control) error {
		_ = errors.Join(p.Sleep(time.Second), p.Pause("b.east"), p.Kill("b.east"))
		m.send("b.east", "a.west", 1) // what Release would send
		return errors.Join(p.Sleep(500*time.Millisecond), p.Resume("b.east"))
	})
	conserved(t, m.play(t, core.Settings{}))
	if got := strings.Join(m.arrivals, ", "); got != "1.55s 1" {
		t.Errorf("got %s", got)
	}
}

// TestRestartEndsWithThePower cuts the power of a machine that is about to start
// its service again: there is nothing left to stop.
func TestRestartEndsWithThePower(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{{Machine: "a.west", Restart: time.Hour,
		Boot: func() (core.Engine, error) {
			return core.EngineFunc(func(core.Env) error { return errors.New("oops") }), nil
		}}}}
	s.Plan = func(p *core.Control) error {
		return errors.Join(p.Start("*"), p.Sleep(time.Second), p.PowerFail("a.west"), p.Kill("a.west"))
	}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Pass, "nothing left to do")
	if len(r.Trace.Faults) != 1 {
		t.Errorf("got %+v", r.Trace.Faults)
	}
}
