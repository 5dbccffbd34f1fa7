package core_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"simlua.example/core"
)

// A value that stood for less than a step is seen, too; those set at once are
// seen at once.
func TestInvariantsMissNoValue(t *testing.T) {
	var seen []any
	s := &core.Scenario{
		Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
			for _, v := range []any{1, 2, 3} {
				_ = env.Gauge("n", v)
			}
			_ = env.Sleep(time.Second)
			for _, v := range []any{9, nil, 7, nil} {
				_ = env.Gauge("n", v)
			}
			return env.Gauges(map[string]any{"n": nil, "m": "x", "l": 1, "k": nil})
		})},
		Always: []core.Invariant{
			{Name: "sees all", Holds: func(w *core.World) error {
				n := any(nil)
				for _, g := range w.GaugesOf("n") {
					n = g.Value
				}
				seen = append(seen, n, len(w.Changed), len(w.Gauges()))
				return nil
			}},
			{Name: "never nine", Holds: func(w *core.World) error {
				if g := w.GaugesOf("n"); len(g) > 0 && g[0].Value == 9.0 {
					return errors.New("nine")
				}
				return nil
			}},
		},
	}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Fail, "never nine does not hold")
	want := []any{1.0, 1, 1, 2.0, 1, 1, 3.0, 1, 1, 9.0, 1, 1, nil, 1, 0, 7.0, 1, 1, nil, 1, 0, nil, 2, 2}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("got  %v\nwant %v", seen, want)
	}
	if c := r.Checks[1]; c.Evaluated != 4 || c.FailedAt != time.Second {
		t.Errorf("got %+v", c)
	}
}

// One gauge too many sets none of those that belong together.
func TestGaugesAtOnceOrNone(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
		many := map[string]any{}
		for i := range core.MaxGauges - 1 {
			many[fmt.Sprint("g", i)] = i
		}
		if err := env.Gauges(many); err != nil {
			return err
		}
		more := maps.Clone(many)
		more["g0"], more["x"], more["y"] = "new", 1, 2
		if env.Gauges(more) == nil {
			return errors.New("so many gauges stand")
		}
		return env.Gauge("x", 1)
	})}}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Pass, "every bot has returned")
	if all := r.Trace.Gauges; len(all) != core.MaxGauges || all[0].Value != 0.0 {
		t.Errorf("%d gauges; the first is %+v", len(all), all[0])
	}
}

// What a service had when it died is known until it boots again.
func TestLastGaugesOfTheDead(t *testing.T) {
	level := func(env core.Env) error {
		_ = env.Gauge("level", 1)
		_ = env.Sleep(time.Second)
		_ = env.Gauge("level", 2)
		return env.Sleep(time.Hour)
	}
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.lan", level), service("b.lan", level), service("c.lan", level)},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			_ = p.Sleep(5 * time.Second)
			_ = p.Kill("a*")
			_ = p.Kill("b*")
			_ = p.Start("b*")
			return p.Sleep(time.Second / 2)
		},
		Limits: core.Limits{Time: 5500 * time.Millisecond},
	}
	var got []string
	for _, g := range play(t, s, core.Settings{}).Trace.Gauges {
		got = append(got, fmt.Sprint(g.Service, " ", g.Value, " ", g.Down, " ", g.At))
	}
	want := []string{"a.lan 2 true 1s", "b.lan 1 false 5s", "c.lan 2 false 1s"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
