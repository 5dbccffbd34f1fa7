package core_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"simlua.example/core"
)

// An expectation that no run came to is untested; one that is required fails it.
func TestDeclaredExpectations(t *testing.T) {
	for _, required := range []bool{false, true} {
		s := &core.Scenario{
			Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
				_ = env.Expect("unknown", true, nil)
				_ = env.Expect("reached", true, nil)
				return nil
			})},
			Expects: []core.Expectation{{Name: "missed"}, {Name: "reached", Required: required},
				{Name: "missed", Required: required}},
			Checks: []core.Check{{Name: "told", Holds: func(*core.Result) (string, error) { return "7 of 7", nil }}},
		}
		r := play(t, s, core.Settings{})
		if required {
			wantVerdict(t, r, core.Fail, "missed was never tested")
		} else {
			wantVerdict(t, r, core.Pass, "every bot has returned")
		}
		var got []string
		for _, c := range r.Checks {
			got = append(got, fmt.Sprint(c.Name, " ", c.Held, " ", c.Evaluated, " ", c.Message))
		}
		want := []string{"missed true 0 ", "reached true 1 ", "unknown true 1 ", "told true 1 7 of 7"}
		if required {
			want[0] = "missed false 0 required, and never tested"
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A run that stops at its first failure does so in that step, and leaves alone
// what can only be said of a whole run.
func TestStopAtFirstFailure(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
			for i := range 10 {
				_ = env.Gauge("n", i)
				_ = env.Expect("below five", i < 5, "it is five")
				_ = env.Sleep(time.Second)
			}
			return nil
		})},
		Expects: []core.Expectation{{Name: "never", Required: true}},
		Checks:  []core.Check{{Name: "whole", Holds: func(*core.Result) (string, error) { return "", errors.New("asked") }}},
		Limits:  core.Limits{StopAtFirstFailure: true},
	}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Fail, "below five does not hold")
	if r.Time != 5*time.Second || r.Checks[2].Evaluated != 0 || !r.Checks[2].Held || !r.Checks[0].Held {
		t.Errorf("at %v: %+v", r.Time, r.Checks)
	}
	s.Always = []core.Invariant{{Name: "below three", Holds: func(w *core.World) error {
		if g := w.Gauges(); len(g) > 0 && g[0].Value == 3.0 {
			return errors.New("three")
		}
		return nil
	}}}
	if r := play(t, s, core.Settings{}); r.Time != 3*time.Second || r.Reason != "below three does not hold" {
		t.Errorf("at %v: %s", r.Time, r.Reason)
	}
}
