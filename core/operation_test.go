package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// Nearest rank: the smallest value that p percent do not exceed.
func TestPercentile(t *testing.T) {
	values := func(n int) []time.Duration {
		v := make([]time.Duration, n)
		for i := range v {
			v[i] = time.Duration(i + 1)
		}
		return v
	}
	for _, c := range []struct {
		n, p int
		want time.Duration
	}{
		{0, 50, 0}, {1, 50, 1}, {1, 99, 1}, {2, 50, 1}, {3, 50, 2}, {4, 50, 2}, {5, 90, 5}, {10, 90, 9}, {11, 90, 10},
		{100, 99, 99}, {101, 99, 100}, {1000, 50, 500}, {1000, 99, 990}, {1000, 100, 1000},
	} {
		if got := core.Percentile(values(c.n), c.p); got != c.want {
			t.Errorf("percentile %d of 1..%d = %d, want %d", c.p, c.n, got, c.want)
		}
	}
}

// Two processes of a service and one of another: who began and ended when is
// in the order of the sequence numbers, also at one moment.
func TestOperationsInOrder(t *testing.T) {
	ask := func(env core.Env, name string, input, output any, d time.Duration) {
		_, _ = env.MeasureCall(name, input, func() (any, error) { return output, env.Sleep(d) })
	}
	s := &core.Scenario{
		Services: []core.ServiceSpec{
			service("a.lan", func(env core.Env) error {
				env.Go("second", func() error {
					ask(env, "write", 7, nil, time.Second)
					ask(env, "hang", nil, "lost", time.Hour)
					return nil
				})
				ask(env, "read", nil, []any{7.0, "x"}, 2*time.Second)
				ask(env, "large", strings.Repeat("x", core.MaxPlainBytes), 1, 0)
				return env.Sleep(time.Hour)
			}),
			service("b.lan", func(env core.Env) error {
				_ = env.Measure("plain", func() error { return core.ErrTimeout })
				return env.Sleep(time.Hour)
			}),
		},
		Limits: core.Limits{Time: 5 * time.Second},
	}
	show := func(o core.Operation) string {
		return fmt.Sprintf("%s p%d %d-%d %v %v %s%v", o.Name, o.Process, o.Invoked, o.Completed, o.Input, o.Output,
			o.Err, map[bool]string{true: " oversize"}[o.Oversize])
	}
	want := "plain p2 2-3 <nil> <nil> timeout; write p3 4-5 7 <nil> ; read p1 1-7 <nil> [7 x] ; " +
		"large p1 8-9 <nil> 1  oversize; hang p3 6-0 <nil> <nil> unfinished"
	for _, keep := range []core.Keep{core.KeepAll, core.KeepNone} {
		c, err := core.NewCluster(s, core.Settings{Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		r := c.Run(t.Context())
		var got []string
		for _, o := range r.Trace.Operations {
			got = append(got, show(o))
			if keep == core.KeepNone && (o.Input != nil || o.Output != nil || o.Oversize) {
				t.Errorf("nobody wants the values of %s", show(o))
			}
		}
		if text := strings.Join(got, "; "); keep == core.KeepAll && text != want {
			t.Errorf("got %s\nwant %s", text, want)
		}
	}
}

// A function as input is called only when somebody keeps what it returns.
func TestInputNobodyKeeps(t *testing.T) {
	asked := 0
	s := &core.Scenario{Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
		later := func() any { asked++; return asked }
		_, err := env.MeasureCall("op", later, func() (any, error) { return later, nil })
		return err
	})}}
	for keep, want := range map[core.Keep]int{core.KeepNone: 0, core.KeepLines: 0, core.KeepAll: 2} {
		asked = 0
		c, err := core.NewCluster(s, core.Settings{Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		if c.Run(t.Context()); asked != want {
			t.Errorf("keeping %d: asked %d times, not %d", keep, asked, want)
		}
	}
}
