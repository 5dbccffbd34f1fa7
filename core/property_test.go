package core_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// propertiesOf are the results of all properties, a line each.
func propertiesOf(r *core.Result) string {
	var b strings.Builder
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "%s %s: held %v, evaluated %d", c.Kind, c.Name, c.Held, c.Evaluated)
		if c.Reached {
			fmt.Fprintf(&b, ", reached at %v", c.ReachedAt)
		}
		if c.Message != "" {
			fmt.Fprintf(&b, " (%s)", c.Message)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func wantProperties(t *testing.T, r *core.Result, want ...string) {
	t.Helper()
	if got := strings.TrimSpace(propertiesOf(r)); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// once is a scenario with all that is to hold once, or never.
func once(unreachable bool) *core.Scenario {
	return &core.Scenario{
		Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
			for i := range 4 {
				_ = env.Gauge("n", i)
				_ = env.Sometimes("odd", i%2 == 1)
				_ = env.Sometimes("large", i > 100)
				_ = env.Sleep(time.Second)
			}
			_ = env.Reachable("the end")
			if unreachable {
				return env.Unreachable("the impossible")
			}
			return nil
		})},
		Sometimes: []core.Sometimes{
			{Name: "two", Reached: func(w *core.World) (bool, error) { return w.Gauges()[0].Value == 2.0, nil }},
			{Name: "nine", Reached: func(w *core.World) (bool, error) { return w.Gauges()[0].Value == 9.0, nil }},
		},
		Expects: []core.Expectation{{Name: "elsewhere", Kind: core.KindReachable},
			{Name: "the impossible", Kind: core.KindUnreachable}},
	}
}

func TestWhatHoldsOnce(t *testing.T) {
	r := play(t, once(false), core.Settings{})
	wantVerdict(t, r, core.Pass, "every bot has returned")
	wantProperties(t, r,
		"sometimes two: held true, evaluated 3, reached at 2s",
		"sometimes nine: held true, evaluated 4",
		"reachable elsewhere: held true, evaluated 0",
		"unreachable the impossible: held true, evaluated 0",
		"sometimes odd: held true, evaluated 4, reached at 1s",
		"sometimes large: held true, evaluated 4",
		"reachable the end: held true, evaluated 1, reached at 4s")
	var told []string
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactReached {
			told = append(told, fmt.Sprintf("%v %s %s", f.At, f.Service, f.Text))
		}
	}
	if got, want := strings.Join(told, "; "), "1s a.lan odd; 2s  two; 4s a.lan the end"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestUnreachable(t *testing.T) {
	r := play(t, once(true), core.Settings{})
	wantVerdict(t, r, core.Fail, "the impossible does not hold")
	if c := r.Checks[3]; c.Held || c.Message != "a.lan: it was reached" || c.FailedAt != 4*time.Second {
		t.Errorf("%+v", c)
	}
}

// A property that cannot be asked fails.
func TestSometimesThatErrs(t *testing.T) {
	s := once(false)
	s.Sometimes[0].Reached = func(*core.World) (bool, error) { return false, errors.New("no such gauge") }
	wantVerdict(t, play(t, s, core.Settings{}), core.Fail, "two does not hold")
}

// electing is a scenario whose service finds a leader so long after each boot, and
// loses it at some moment of the run, perhaps. Its bot returns at once.
func electing(takes, loses time.Duration, plan func(*core.Control) error) *core.Scenario {
	noLeader := errors.New("there is no leader")
	return &core.Scenario{
		Services: []core.ServiceSpec{
			service("node.lan", func(env core.Env) error {
				_ = env.Sleep(takes)
				_ = env.Gauge("leader", true)
				if loses > 0 {
					_ = env.SleepUntil(loses)
					_ = env.Gauge("leader", nil)
				}
				return env.Sleep(time.Hour)
			}),
			bot("client.lan", func(core.Env) error { return nil }),
		},
		Plan: plan,
		Eventually: []core.Eventually{{Name: "a leader", Within: 10 * time.Second, Holds: func(w *core.World) error {
			if len(w.GaugesOf("leader")) == 0 {
				return noLeader
			}
			return nil
		}}},
		Limits: core.Limits{Time: time.Minute},
	}
}

// strike starts everything and takes the node down from 5 s to 8 s of the run.
func strike(p *core.Control) error {
	_ = p.Start("*")
	at(5, p)
	_ = p.PowerFail("node.lan")
	at(8, p)
	return p.Start("node.lan")
}

func TestEventually(t *testing.T) {
	const s = time.Second
	endless := func(p *core.Control) error {
		_ = strike(p)
		return p.Sleep(time.Hour)
	}
	for name, c := range map[string]struct {
		takes, loses time.Duration
		plan         func(*core.Control) error
		verdict      core.Verdict
		end          time.Duration
		want         string
	}{
		"no plan": {3 * s, 0, nil, core.Pass, 10 * s,
			"held true, evaluated 1, reached at 3s (it held from 3s after the calm began)"},
		"at the last moment": {10 * s, 0, nil, core.Pass, 10 * s,
			"held true, evaluated 1, reached at 10s (it held from 10s after the calm began)"},
		"gone at the last moment": {3 * s, 10 * s, nil, core.Fail, 10 * s,
			"held false, evaluated 1 (not 10s after the calm began, at 10s: there is no leader)"},
		"in time": {3 * s, 0, strike, core.Pass, 18 * s,
			"held true, evaluated 1, reached at 11s (it held from 3s after the calm began)"},
		"too late": {12 * s, 0, strike, core.Fail, 18 * s,
			"held false, evaluated 1 (not 10s after the calm began, at 18s: there is no leader)"},
		"not for good": {3 * s, 17 * s, strike, core.Fail, 18 * s,
			"held false, evaluated 1 (not 10s after the calm began, at 18s: there is no leader)"},
		"a plan without an end": {3 * s, 0, endless, core.Pass, 60 * s, "held true, evaluated 0 (the plan went on to the end: " +
			"let it return, as with chaos.until_time, or call plan:calm())"},
		"a plan that is calm": {3 * s, 0, func(p *core.Control) error {
			_ = strike(p)
			_ = p.PowerFail("node.lan")
			at(20, p)
			_ = p.Calm()
			return p.Sleep(time.Hour)
		}, core.Pass, 30 * s, "held true, evaluated 1, reached at 23s (it held from 3s after the calm began)"},
		"calm, and harm": {3 * s, 0, func(p *core.Control) error {
			_ = strike(p)
			_ = p.Calm()
			at(12, p)
			return strike(p)
		}, core.Pass, 22 * s, "held true, evaluated 1, reached at 15s (it held from 3s after the calm began)"},
		"a fault that stays": {3 * s, 0, func(p *core.Control) error {
			_ = strike(p)
			return p.Pause("node.lan")
		}, core.Pass, 8 * s, "held true, evaluated 0 (the plan has left pause plan#2 (node.lan) as it is: heal it, or call " +
			"plan:calm())"},
		"later": {3 * s, 25 * s, func(p *core.Control) error {
			_ = strike(p)
			return p.Go("on", func(p *core.Control) error {
				_ = p.Calm()
				return p.WaitForBots()
			})
		}, core.Pass, 18 * s, "held true, evaluated 1, reached at 11s (it held from 3s after the calm began)"},
	} {
		t.Run(name, func(t *testing.T) {
			r := play(t, electing(c.takes, c.loses, c.plan), core.Settings{})
			wantVerdict(t, r, c.verdict, "")
			wantProperties(t, r, "eventually a leader: "+c.want)
			if r.Time != c.end {
				t.Errorf("the run ended at %v, not %v", r.Time, c.end)
			}
		})
	}
}

// A deadline that is the end of the run is tested.
func TestEventuallyAtTheEnd(t *testing.T) {
	for limit, evaluated := range map[time.Duration]int{10 * time.Second: 1, 10*time.Second - 1: 0} {
		s := electing(10*time.Second-1, 0, nil)
		s.Limits.Time = limit
		if c := play(t, s, core.Settings{}).Checks[0]; !c.Held || c.Evaluated != evaluated {
			t.Errorf("at most %v: %+v", limit, c)
		}
	}
}

// A wait that would have ended at the deadline, and did before, leaves nothing to do then.
func TestEventuallyWhenNothingIsLeft(t *testing.T) {
	s := electing(0, 0, nil)
	s.Eventually[0].Holds = func(*core.World) error { return nil }
	s.Services[0] = service("node.lan", func(env core.Env) error {
		found := env.NewFuture()
		env.Go("search", func() error {
			_ = env.Sleep(3 * time.Second)
			found.Set(nil)
			return nil
		})
		_, err := found.Wait(10 * time.Second)
		return err
	})
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Pass, "")
	if c := r.Checks[0]; c.Evaluated != 1 || r.Time != 10*time.Second {
		t.Errorf("at %v: %+v", r.Time, c)
	}
}

// What holds at the deadline must go on to hold.
func TestEventuallyForGood(t *testing.T) {
	s := electing(3*time.Second, 25*time.Second, strike)
	s.Services[1] = bot("client.lan", func(env core.Env) error { return env.Sleep(time.Minute - 1) })
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Fail, "a leader does not hold")
	wantProperties(t, r, "eventually a leader: held false, evaluated 2 (no longer at 25s: there is no leader)")
}

// A run that ends before the deadline has not tested it.
func TestEventuallyCutShort(t *testing.T) {
	s := electing(3*time.Second, 0, strike)
	s.Services[1] = bot("client.lan", func(env core.Env) error {
		_ = env.Sleep(12 * time.Second)
		env.Halt("enough")
		return nil
	})
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Pass, "enough")
	wantProperties(t, r, "eventually a leader: held true, evaluated 0 (the run ended 4s after the calm began, "+
		"before 10s were over)")
}

// Calm takes the chance out of links and disks, and of fault points.
func TestCalm(t *testing.T) {
	fired := map[string]bool{}
	s := electing(time.Second, 0, func(p *core.Control) error {
		_ = p.Start("*")
		_ = p.Sleep(time.Second)
		return p.Calm()
	})
	s.Services[0] = service("node.lan", func(env core.Env) error {
		for range 4 {
			yes, _ := env.FaultPoint("p", core.Always)
			fired[fmt.Sprint(env.Now())] = yes
			_ = env.Sleep(600 * time.Millisecond)
		}
		return env.Gauge("leader", true)
	})
	wantVerdict(t, play(t, s, core.Settings{}), core.Pass, "")
	if got := fmt.Sprint(fired); got != "map[0s:true 1.2s:false 1.8s:false 600ms:true]" {
		t.Error(got)
	}
}
