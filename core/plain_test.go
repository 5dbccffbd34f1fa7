package core_test

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// busy is a scenario with a fact of every kind that a Result can keep.
func busy() *core.Scenario {
	return &core.Scenario{
		Links: []core.LinkSpec{{A: "west", B: "east", AtoB: core.Profile{Loss: core.Always / 10}}},
		Services: []core.ServiceSpec{
			service("db.east", func(env core.Env) error {
				listener, err := env.Listen(1)
				if err != nil {
					return err
				}
				conn, err := listener.Accept(core.Forever)
				if err != nil {
					return err
				}
				db, err := env.Open("shop", core.DBOptions{})
				if err != nil {
					return err
				}
				for range 3 {
					_ = db.Bucket("b").Update(func(tx core.Tx) error { return tx.Put([]byte("k"), []byte("v")) })
				}
				_ = env.Gauge("stock", 3)
				_ = conn.Close()
				return env.Sleep(time.Hour)
			}),
			bot("b.west", func(env core.Env) error {
				_, _ = env.Dial("db.east:2", time.Second)
				_ = env.Measure("buy", func() error {
					conn, err := env.Dial("db.east:1", core.Forever)
					if err == nil {
						err = conn.Close()
					}
					return err
				})
				_, _ = env.MeasureCall("sell", []any{"tea", 2}, func() (any, error) { return map[string]any{"left": 1}, nil })
				_ = env.Expect("sums", false, "expected 1, got 2")
				env.Log(core.Info, "done")
				return env.Sleep(5 * time.Second)
			}),
		},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			_ = p.Sleep(time.Second)
			_, _ = p.Partition(core.Side{"west"}, core.Side{"east"}, core.PartitionOptions{})
			_ = p.Heal(nil, nil)
			return p.PowerFail("db*")
		},
		Always: []core.Invariant{{Name: "no stock", Holds: func(w *core.World) error {
			if len(w.GaugesOf("stock")) > 0 {
				return fmt.Errorf("there is some")
			}
			return nil
		}}},
	}
}

// A Result is plain data: whoever keeps it keeps nothing of its world.
func TestResultIsPlain(t *testing.T) {
	for _, keep := range []core.Keep{core.KeepNone, core.KeepLines, core.KeepAll} {
		c, err := core.NewCluster(busy(), networked(core.Settings{Keep: keep}))
		if err != nil {
			t.Fatal(err)
		}
		r := c.Run(t.Context())
		if way := coretest.NotPlain(r); way != "" {
			t.Errorf("keeping %d: %s", keep, way)
		}
		if len(r.Trace.Faults) < 2 || len(r.Trace.Operations) != 2 || len(r.Checks) != 2 {
			t.Errorf("keeping %d: %d faults, %d operations", keep, len(r.Trace.Faults), len(r.Trace.Operations))
		}
		kinds := map[core.FactKind]int{}
		for _, f := range r.Trace.Facts {
			kinds[f.Kind]++
			if f.Kind.Level() > keep {
				t.Errorf("keeping %d: a fact of kind %d", keep, f.Kind)
			}
		}
		want := map[core.Keep]int{core.KeepNone: 0, core.KeepLines: 8, core.KeepAll: 16}[keep]
		if len(kinds) != want {
			t.Errorf("keeping %d: kinds of facts %v", keep, slices.Sorted(maps.Keys(kinds)))
		}
	}
}

func TestNotPlainFindsWhatIsNot(t *testing.T) {
	for want, v := range map[string]any{
		".Observers[0] is a simlua.example/core_test.watcher": core.Settings{Observers: []core.Observer{&watcher{}}},
		".Network is a core.NetworkFactory":                   &core.Settings{Network: coretest.Network},
	} {
		if way := coretest.NotPlain(v); !strings.HasSuffix(way, want) {
			t.Errorf("got %q, want …%s", way, want)
		}
	}
}

func TestPlain(t *testing.T) {
	deep := any("deep")
	for range core.MaxPlainDepth + 1 {
		deep = []any{deep}
	}
	for _, c := range []struct {
		in, out any
		ok      bool
	}{
		{nil, nil, true}, {true, true, true}, {3, int64(3), true}, {3.0, int64(3), true}, {0.5, 0.5, true},
		{float64(1 << 60), float64(1 << 60), true}, {uint64(7), int64(7), true}, {[]byte("x"), "x", true},
		{uint64(math.MaxUint64), float64(math.MaxUint64), true}, {time.Second, "1s", true},
		{[]any{1, "a", nil}, []any{int64(1), "a", nil}, true}, {[]any(nil), []any{}, true},
		{map[string]any{"a": []any{2.0}}, map[string]any{"a": []any{int64(2)}}, true},
		{strings.Repeat("x", core.MaxPlainBytes), nil, false}, {deep, nil, false},
		{make([]any, core.MaxPlainBytes), nil, false},
		{map[string]any{strings.Repeat("x", core.MaxPlainBytes): 1}, nil, false},
	} {
		if out, ok := core.Plain(c.in); ok != c.ok || !reflect.DeepEqual(out, c.out) {
			t.Errorf("%.40v: got %#v %v, want %#v %v", c.in, out, ok, c.out, c.ok)
		}
	}
}
