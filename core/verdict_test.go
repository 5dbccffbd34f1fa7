package core_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
)

// What was under way when its process died, or the run ended, is counted too.
func TestUnfinishedOperations(t *testing.T) {
	limited := kinded{"limited"}
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error {
			_ = env.Measure("quick", func() error { return env.Sleep(time.Second) })
			_ = env.Measure("limited", func() error { return limited })
			_ = env.Measure("odd", func() error { return errors.New("odd") })
			return env.Measure("slow", func() error { return env.Sleep(time.Hour) })
		})},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			_ = p.Sleep(3 * time.Second)
			_ = p.Kill("*")
			_ = p.Start("*")
			return p.Sleep(5 * time.Second)
		},
		Limits: core.Limits{Time: 10 * time.Second},
	}
	var got []string
	for _, o := range play(t, s, core.Settings{}).Trace.Operations {
		got = append(got, fmt.Sprintf("%s %v %s", o.Name, o.Latency, o.Err))
	}
	once := "quick 1s  limited 0s limited odd 0s error"
	want := fmt.Sprintf("[%s slow 2s unfinished %s slow 6s unfinished]", once, once)
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

type kinded struct{ kind string }

func (k kinded) Error() string { return k.kind }
func (k kinded) Kind() string  { return k.kind }

func TestCrashesAreCounted(t *testing.T) {
	spec := service("a.lan", func(core.Env) error { return errors.New("no configuration\nat line 3") })
	spec.Restart = time.Second
	r := play(t, &core.Scenario{Services: []core.ServiceSpec{spec}, Limits: core.Limits{Time: 3500 * time.Millisecond}},
		core.Settings{})
	if m := r.Machines[0]; m.Crashes != 4 || m.Crash != "a.lan: no configuration" {
		t.Errorf("got %+v", m)
	}
}

func TestPlanThatNeverWaits(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error { return env.Sleep(time.Hour) })},
		Plan: func(p *core.Control) error {
			for {
				if err := errors.Join(p.Start("*"), p.Kill("*"), p.Sleep(0)); err != nil {
					return err
				}
			}
		},
	}
	wantVerdict(t, play(t, s, core.Settings{}), core.Crash, "without waiting")
}

func TestWhereAStuckBotWaits(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
		env.Go("reader", func() error {
			env.Where(func() string { return "a.lua:7" })
			_ = env.Sleep(time.Second)
			_, err := env.NewFuture().Wait(core.Forever)
			return err
		})
		_, err := env.NewFuture().Wait(core.Forever)
		return err
	})}}
	r := play(t, s, core.Settings{})
	want := []core.Waiting{{Service: "a.lan", Where: "a.lan"}, {Service: "a.lan", Where: "a.lua:7", Since: time.Second}}
	if r.Verdict != core.Stuck || fmt.Sprint(r.Waiting) != fmt.Sprint(want) {
		t.Errorf("got %s %v, want %v", r.Verdict, r.Waiting, want)
	}
}

// A stop, kill, pause or power cut that finds nothing to harm is no fault.
func TestHarmlessHarmIsNoFault(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error { return env.Sleep(time.Hour) })},
		Plan: func(p *core.Control) error {
			return errors.Join(p.Stop("*", core.StopOptions{}), p.Kill("*"), p.Pause("*"), p.PowerFail("*"),
				p.Start("*"), p.Pause("*"), p.Pause("*"))
		},
	}
	faults := play(t, s, core.Settings{}).Trace.Faults
	if len(faults) != 1 || faults[0].ID.String() != "plan#5" {
		t.Errorf("got %d faults: %v", len(faults), faults)
	}
}

func TestTooManyGauges(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error {
		for i := range core.MaxGauges + 1 {
			if err := env.Gauge(fmt.Sprint("g", i), i); err != nil {
				return err
			}
		}
		return nil
	})}}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Crash, "gauge g10000: a run has at most 10000 gauges")
}

func TestTooManyExpectations(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error {
		for i := range 2 * core.MaxExpectations {
			if err := env.Expect(fmt.Sprint("e", i%(core.MaxExpectations+1)), i == 0, "no"); err != nil {
				return err
			}
		}
		return nil
	})}}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Crash, `expectation "e10000": a run has at most 10000 names of expectations`)
	if len(r.Checks) != core.MaxExpectations || !r.Checks[0].Held || r.Checks[9999].Evaluated != 1 {
		t.Errorf("%d checks", len(r.Checks))
	}
}

// Only log lines, faults, operations and changes of gauges are signs of life:
// a service that crashes and boots for ever is idle.
func TestSignsOfLife(t *testing.T) {
	const idle = 10 * time.Second
	for name, c := range map[string]struct {
		live func(core.Env, time.Duration) error
		want time.Duration
	}{
		"nothing":     {func(core.Env, time.Duration) error { return nil }, idle},
		"crashes":     {func(core.Env, time.Duration) error { return errors.New("again") }, idle},
		"expects":     {func(env core.Env, _ time.Duration) error { return env.Expect("x", false, "no") }, idle},
		"connections": {func(env core.Env, _ time.Duration) error { _, _ = env.Dial("a.lan:7", 1); return nil }, idle},
		"logs":        {func(env core.Env, _ time.Duration) error { env.Log(core.Info, "x"); return nil }, 30 * time.Second},
		"gauges": {func(env core.Env, now time.Duration) error {
			return env.Gauge("x", float64(now))
		}, 30 * time.Second},
		"same gauge": {func(env core.Env, _ time.Duration) error { return env.Gauge("x", 1) }, idle},
		"operations": {func(env core.Env, _ time.Duration) error {
			return env.Measure("x", func() error { return nil })
		}, 30 * time.Second},
	} {
		clock := time.Duration(0)
		spec := service("a.lan", func(env core.Env) error {
			for {
				if err := c.live(env, clock); err != nil {
					return err
				}
				clock += time.Second
				if err := env.Sleep(time.Second); err != nil {
					return err
				}
			}
		})
		spec.Restart = time.Second
		r := play(t, &core.Scenario{Services: []core.ServiceSpec{spec}, Limits: core.Limits{Idle: idle,
			Time: 30 * time.Second}}, core.Settings{})
		if got := r.Time; got != c.want {
			t.Errorf("%s: the run ended at %v, not %v: %s", name, got, c.want, r.Reason)
		}
	}
}

// A fault is one entry, and counted once when it is dropped.
func TestDroppedFaultsCountOnce(t *testing.T) {
	profile := core.Profile{Loss: core.Always}
	for _, keep := range []core.Keep{core.KeepNone, core.KeepAll} {
		m := newMailing(profile, 10)
		m.Limits.Facts = 7
		r := m.play(t, core.Settings{Keep: keep})
		facts := 0
		if keep == core.KeepAll { // two machines on, two boots, three faults; one return
			facts = 7
		}
		wantDropped := 3
		if keep == core.KeepAll {
			wantDropped++
		}
		if len(r.Trace.Faults) != 7 || len(r.Trace.Facts) != facts || r.Trace.Dropped != wantDropped {
			t.Errorf("keeping %d: %d faults, %d facts, %d dropped", keep, len(r.Trace.Faults), len(r.Trace.Facts),
				r.Trace.Dropped)
		}
	}
}

// A service that waits to be started again is not, once a plan has said otherwise.
func TestARestartIsCalledOff(t *testing.T) {
	type control = *core.Control
	for name, c := range map[string]struct {
		plan  func(p control)
		fails int   // that many boots
		boots []int // when they were, in seconds
	}{
		"left alone":     {func(control) {}, 1, []int{0, 10}},
		"stopped":        {func(p control) { _ = p.Stop("a.lan", core.StopOptions{}) }, 1, []int{0}},
		"killed":         {func(p control) { _ = p.Kill("a.lan") }, 1, []int{0}},
		"started before": {func(p control) { _ = p.Start("a.lan") }, 2, []int{0, 2, 12}},
		"started before, and killed": {func(p control) {
			_ = p.Start("a.lan")
			_ = p.Sleep(time.Second)
			_ = p.Kill("a.lan")
		}, 1, []int{0, 2}},
	} {
		var boots []int
		s := &core.Scenario{
			Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error {
				if boots = append(boots, int(env.Now()/time.Second)); len(boots) <= c.fails {
					return errors.New("oops")
				}
				return env.Sleep(time.Hour)
			})},
			Limits: core.Limits{Time: time.Minute},
			Plan: func(p *core.Control) error {
				_ = p.Start("*")
				_ = p.Sleep(2 * time.Second)
				c.plan(p)
				return nil
			},
		}
		s.Services[0].Restart = 10 * time.Second
		if play(t, s, core.Settings{}); !slices.Equal(boots, c.boots) {
			t.Errorf("%s: boots at %d, want %d", name, boots, c.boots)
		}
	}
}
