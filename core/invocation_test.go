package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// asked plays operations of histories and returns what was kept of them, a line each.
func asked(t *testing.T, limits core.Limits, run core.EngineFunc) (r *core.Result, lines []string) {
	t.Helper()
	limits.Time = 5 * time.Second
	r = play(t, &core.Scenario{Services: []core.ServiceSpec{service("a.lan", run)}, Limits: limits}, core.Settings{})
	for _, h := range r.Trace.Histories {
		for _, c := range h.Calls {
			lines = append(lines, fmt.Sprintf("%s p%d %d-%d %s %v %v=%v %s@%v+%v", h.Name, c.Process, c.Invoked, c.Completed,
				c.F, c.Key, c.Input, c.Output, c.Err, c.Start, c.Latency))
		}
		if h.Cut {
			lines = append(lines, h.Name+" cut")
		}
	}
	return r, lines
}

func wantCalls(t *testing.T, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

// What nobody knows the outcome of ends a client: the process goes on as another one.
// What is certain does not, and no failed read.
func TestInvoke(t *testing.T) {
	r, lines := asked(t, core.Limits{}, func(env core.Env) error {
		ask := func(f string, value any, err error) {
			_, _ = env.Invoke(core.Invocation{History: "register", F: f, Key: "x", Value: value}, func() (any, error) {
				return 7, err
			})
		}
		env.Go("other", func() error {
			_, err := env.Invoke(core.Invocation{History: "queue", F: "dequeue"}, func() (any, error) {
				return nil, env.Sleep(time.Hour)
			})
			return err
		})
		ask("write", 7, nil)
		_ = env.Sleep(time.Second)
		ask("read", nil, nil)
		ask("write", 8, fmt.Errorf("write: %w", core.ErrRefused))
		ask("write", 8, fmt.Errorf("no: %w", core.ErrFail))
		ask("read", nil, core.ErrTimeout)
		ask("get", nil, core.ErrTimeout)
		ask("write", 9, core.ErrTimeout)
		ask("read", nil, nil)
		return env.Sleep(time.Hour)
	})
	wantCalls(t, lines,
		"register p1 1-2 write x 7=7 @0s+0s",
		"register p1 4-5 read x <nil>=7 @1s+0s",
		"register p1 6-7 write x 8=<nil> refused@1s+0s",
		"register p1 8-9 write x 8=<nil> fail@1s+0s",
		"register p1 10-11 read x <nil>=<nil> timeout@1s+0s",
		"register p1 12-13 get x <nil>=<nil> timeout@1s+0s",
		"register p1 14-15 write x 9=<nil> timeout@1s+0s",
		"register p3 16-17 read x <nil>=7 @1s+0s",
		"queue p2 3-0 dequeue <nil> <nil>=<nil> unfinished@0s+5s")
	o := r.Trace.Operations
	if len(o) != 9 || o[0].Name != "register write" || o[0].Input != nil || o[8].Err != core.Unfinished {
		t.Errorf("%+v", o)
	}
}

// One that is never heard of again is there, too: its end is open.
func TestInvokeThatNeverEnds(t *testing.T) {
	_, lines := asked(t, core.Limits{}, func(env core.Env) error {
		env.Go("killed", func() error {
			_, err := env.Invoke(core.Invocation{History: "h", F: "write", Value: 1}, func() (any, error) {
				env.Crash(0)
				return nil, nil
			})
			return err
		})
		return env.Sleep(time.Hour)
	})
	wantCalls(t, lines, "h p1 1-0 write <nil> 1=<nil> unfinished@0s+0s")
}

// A history keeps as much as it may, and says when that is not all.
func TestHistoryIsCut(t *testing.T) {
	_, lines := asked(t, core.Limits{Facts: 2}, func(env core.Env) error {
		for i := range 4 {
			_, _ = env.Invoke(core.Invocation{History: "h", F: "write", Key: i}, func() (any, error) { return nil, nil })
		}
		return env.Sleep(time.Hour)
	})
	wantCalls(t, lines, "h p1 1-2 write 0 <nil>=<nil> @0s+0s", "h p1 3-4 write 1 <nil>=<nil> @0s+0s", "h cut")
	_, lines = asked(t, core.Limits{}, func(env core.Env) error {
		_, _ = env.Invoke(core.Invocation{History: "h", F: "w", Value: strings.Repeat("x", core.MaxPlainBytes)},
			func() (any, error) { return nil, nil })
		return env.Sleep(time.Hour)
	})
	wantCalls(t, lines, "h p1 1-2 w <nil> <nil>=<nil> @0s+0s", "h cut")
}

func TestWhatNoHistoryCanHave(t *testing.T) {
	var said []string
	asked(t, core.Limits{}, func(env core.Env) error {
		ask := func(i core.Invocation, fn func() (any, error)) {
			if _, err := env.Invoke(i, fn); err != nil {
				said = append(said, err.Error())
			}
		}
		none := func() (any, error) { return nil, nil }
		ask(core.Invocation{F: "read"}, none)
		ask(core.Invocation{History: "h"}, none)
		ask(core.Invocation{History: "h", F: "read", Key: []any{1}}, none)
		ask(core.Invocation{History: "h", F: "read", Key: "a"}, none)
		ask(core.Invocation{History: "h", F: "read", Key: 1}, none)
		ask(core.Invocation{History: "h", F: "poll"}, none)
		ask(core.Invocation{History: "h", F: "read", Key: true}, none)
		ask(core.Invocation{History: "h", F: "read", Key: "b"}, func() (any, error) {
			ask(core.Invocation{History: "g", F: "read"}, none)
			return nil, nil
		})
		return env.Sleep(time.Hour)
	})
	wantCalls(t, said,
		"an operation of a history has the name of the history, and f: what is done",
		"an operation of a history has the name of the history, and f: what is done",
		`history "h", read: a key is a number, a string or a boolean`,
		`history "h", read: all keys of a history are of one type: so far it had strings, and now numbers`,
		`history "h", read: all keys of a history are of one type: so far it had strings, and now booleans`,
		`history "g", read: this process is at an operation of a history already: one at a time, others are for other processes`)
}

// BenchmarkInvoke is what one operation of a history costs, and BenchmarkMeasureCall
// what one costs that is in none.
func BenchmarkInvoke(b *testing.B) {
	benchmarkOperations(b, func(env core.Env, i int) {
		asks := core.Invocation{History: "h", F: "write", Key: "x", Value: i}
		_, _ = env.Invoke(asks, func() (any, error) { return i, nil })
	})
}

func BenchmarkMeasureCall(b *testing.B) {
	benchmarkOperations(b, func(env core.Env, i int) {
		_, _ = env.MeasureCall("write", i, func() (any, error) { return i, nil })
	})
}

func benchmarkOperations(b *testing.B, one func(env core.Env, i int)) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{bot("a.lan", func(env core.Env) error {
			b.ResetTimer()
			for i := range b.N {
				one(env, i)
			}
			b.StopTimer()
			return nil
		})},
		Limits: core.Limits{Facts: 1 << 30},
	}
	b.ReportAllocs()
	c, err := core.NewCluster(s, core.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	c.Run(b.Context())
}
