package sweep_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// fake plays nothing: every seventh seed fails.
func fake(_ context.Context, run sweep.Run) (*sweep.Row, error) {
	for range run.Seed * 7919 % 13 { // let others overtake
		runtime.Gosched()
	}
	result := &core.Result{Verdict: core.Pass, Reason: "DONE", Time: time.Duration(run.Seed), Digest: run.Seed}
	if run.Seed%7 == 0 {
		result.Verdict, result.Reason = core.Fail, "count does not hold"
		result.Checks = []core.CheckResult{{Name: "count", Kind: "expect", Message: fmt.Sprint("got ", run.Seed)}}
	}
	return sweep.NewRow(run, result), nil
}

// rows plays a sweep and returns its rows as JSON lines.
func rows(t *testing.T, s *sweep.Sweep) (lines []string, err error) {
	t.Helper()
	err = s.Rows(t.Context(), func(r *sweep.Row) error {
		line, err := json.Marshal(r)
		lines = append(lines, string(line))
		return err
	})
	return lines, err
}

func seeds(t *testing.T, text string) sweep.Seeds {
	t.Helper()
	s, err := sweep.ParseSeeds(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Rows come in order of seeds, then variants, however many are played at once.
func TestOrder(t *testing.T) {
	want, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-500"), Variants: 2, Play: fake})
	if err != nil || len(want) != 1000 {
		t.Fatalf("%d rows, %v", len(want), err)
	}
	if !strings.HasPrefix(want[1], `{"variant":1,"seed":1,"verdict":"pass"`) {
		t.Errorf("the second row is %s", want[1])
	}
	for _, jobs := range []int{2, 8} {
		got, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-500"), Variants: 2, Jobs: jobs, Play: fake})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%d jobs: %d rows, %v; others than with one", jobs, len(got), err)
		}
	}
}

// The shards of a sweep have its rows, each once.
func TestShards(t *testing.T) {
	whole, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-10,20-30"), Play: fake})
	if err != nil {
		t.Fatal(err)
	}
	parts := make([][]string, 4)
	for i := range parts {
		shard := sweep.Shard{I: uint64(i) + 1, N: 4}
		s := &sweep.Sweep{Seeds: seeds(t, "1-10,20-30"), Shard: shard, Jobs: 3, Play: fake}
		if parts[i], err = rows(t, s); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range whole {
		if got := parts[i%4][i/4]; got != want {
			t.Errorf("row %d is %s, want %s", i, got, want)
		}
	}
}

// StopAfter counts in order of seeds, and what is played beyond is not told.
func TestStopAfter(t *testing.T) {
	for _, jobs := range []int{1, 8} {
		got, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-"), Jobs: jobs, StopAfter: 3, Play: fake})
		if err != nil || len(got) != 21 {
			t.Errorf("%d jobs: %d rows, %v; want 21", jobs, len(got), err)
		}
	}
}

// When a sweep is cancelled, there are the rows of the longest finished prefix.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	mind := errors.New("another mind")
	var played atomic.Int64
	play := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		if run.Seed == 50 { // is slow, and all others overtake it
			<-ctx.Done()
			return sweep.NewRow(run, &core.Result{Verdict: core.Interrupted}), nil
		}
		if played.Add(1) == 80 {
			cancel(mind)
		}
		return fake(ctx, run)
	}
	last := uint64(0)
	s := &sweep.Sweep{Seeds: seeds(t, "1-100"), Jobs: 4, Play: play}
	err := s.Rows(ctx, func(r *sweep.Row) error {
		last = r.Seed
		return nil
	})
	if !errors.Is(err, mind) || last != 49 {
		t.Errorf("ended with %v behind seed %d, want %v behind 49", err, last, mind)
	}
}

// So it is among rows that were played before.
func TestCancelledAmongKept(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	mind := errors.New("another mind")
	s := &sweep.Sweep{Seeds: seeds(t, "1-"), Play: noPlay, Kept: func(run sweep.Run) (*sweep.Row, error) {
		if run.Seed == 50 {
			cancel(mind)
		}
		return fake(ctx, run)
	}}
	if err := s.Rows(ctx, func(*sweep.Row) error { return nil }); !errors.Is(err, mind) {
		t.Errorf("ended with %v, want %v", err, mind)
	}
}

// An error of Play, and of the sink, ends a sweep.
func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	_, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-"), Jobs: 4,
		Play: func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
			if run.Seed == 30 {
				return nil, broken
			}
			return fake(ctx, run)
		}})
	if !errors.Is(err, broken) {
		t.Errorf("an error of Play: %v", err)
	}
	told := 0
	s := &sweep.Sweep{Seeds: seeds(t, "1-"), Jobs: 4, Play: fake}
	err = s.Rows(t.Context(), func(*sweep.Row) error { told++; return broken })
	if !errors.Is(err, broken) || told != 1 {
		t.Errorf("an error of the sink: %v after %d rows", err, told)
	}
}

// A run that panics is a row.
func TestPanic(t *testing.T) {
	got, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "6-8"), Jobs: 2,
		Play: func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
			if run.Seed == 7 {
				panic("index 12 out of range")
			}
			return fake(ctx, run)
		}})
	want := `{"seed":7,"verdict":"defect","reason":"index 12 out of range","pattern":"index \u003cn\u003e out of range",` +
		`"time_ns":0,"steps":0,"digest":"0000000000000000"}`
	if err != nil || len(got) != 3 || got[1] != want {
		t.Errorf("%v: %s", err, strings.Join(got, "\n"))
	}
}

// A void run is played again, alone.
func TestVoid(t *testing.T) {
	var atWork atomic.Int64
	busy := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		atWork.Add(1)
		defer atWork.Add(-1)
		if run.Seed%10 == 0 {
			return sweep.NewVoid(run, "too slow"), nil
		}
		return fake(ctx, run)
	}
	fresh := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		for range 100 {
			runtime.Gosched()
		}
		if n := atWork.Load(); n != 0 {
			return nil, fmt.Errorf("%d others were at work", n)
		}
		if run.Seed == 20 {
			return sweep.NewVoid(run, "too slow, again"), nil
		}
		return fake(ctx, run)
	}
	want, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-40"), Play: fake})
	if err != nil {
		t.Fatal(err)
	}
	guarded := &sweep.Guarded{Beside: busy, Alone: fresh}
	got, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-40"), Jobs: 4, Play: guarded.Play})
	if err != nil || !strings.Contains(got[19], `"verdict":"void","reason":"too slow, again"`) {
		t.Fatalf("%v: %s", err, got[19])
	}
	got[19] = want[19]
	if !slices.Equal(got, want) {
		t.Error("what was not void has other rows")
	}
}

// Rows of an earlier sweep are not played again.
func TestKept(t *testing.T) {
	want, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-100"), Play: fake})
	if err != nil {
		t.Fatal(err)
	}
	var played, kept atomic.Int64
	got, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-100"), Jobs: 4,
		Play: func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
			played.Add(1)
			return fake(ctx, run)
		},
		Keep: func(*sweep.Row) error { kept.Add(1); return nil },
		Kept: func(run sweep.Run) (*sweep.Row, error) {
			if run.Seed%3 == 0 {
				return nil, nil
			}
			return fake(context.Background(), run)
		}})
	if err != nil || !slices.Equal(got, want) || played.Load() != 33 || kept.Load() != 33 {
		t.Errorf("%v: %d rows, %d played, %d kept", err, len(got), played.Load(), kept.Load())
	}
}
