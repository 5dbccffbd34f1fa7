package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// world is a program with faults that fails for some sets of them.
type world struct {
	faults []core.Fault
	// fails says why the run fails, if it does, with these faults and this n.
	fails func(happen map[string]bool, n int) string
	at    time.Duration // of the failure
	plays atomic.Int64
}

func newWorld(ids ...string) *world {
	w := &world{}
	for i, text := range ids {
		id, err := core.ParseFaultID(text)
		if err != nil {
			panic(err)
		}
		w.faults = append(w.faults, core.Fault{ID: id, Kind: core.FaultLoss, At: time.Duration(i) * time.Second})
	}
	w.at = time.Hour
	return w
}

// losses are faults of one stream.
func losses(stream string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s#%d", stream, 3*i+1))
	}
	return ids
}

func (w *world) play(ctx context.Context, r sweep.Run) (*sweep.Row, error) {
	w.plays.Add(1)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	happen := map[string]bool{}
	for i := range w.faults {
		if id := w.faults[i].ID; !r.Mask.Withholds(id) {
			happen[id.String()] = true
		}
	}
	n := 0
	for _, set := range r.Set {
		if _, err := fmt.Sscanf(set, "n=%d", &n); err != nil {
			return nil, err
		}
	}
	result := &core.Result{Seed: r.Seed, Verdict: core.Pass, Time: time.Hour, Steps: 1}
	if why := w.fails(happen, n); why == "refused" {
		return nil, errors.New("n is too small")
	} else if why != "" {
		result.Verdict = core.Fail
		result.Checks = []core.CheckResult{{Name: why, Kind: "check", Message: why, FailedAt: w.at}}
	}
	return sweep.NewRow(r, result), nil
}

func (w *world) shrink(jobs int, also ...sweep.Param) *sweep.Shrink {
	return &sweep.Shrink{Run: sweep.Run{Seed: 7}, Faults: w.faults, Also: also, Jobs: jobs, Play: w.play,
		Want: sweep.Signature{Verdict: core.Fail, Check: "lost", Reason: "lost"}}
}

// find shrinks with one job and with eight, which must come to the same.
func (w *world) find(t *testing.T, also ...sweep.Param) *sweep.Shrunk {
	t.Helper()
	one, err := w.shrink(1, also...).Find(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	eight, err := w.shrink(8, also...).Find(context.Background())
	if err != nil || !reflect.DeepEqual(one, eight) {
		t.Fatalf("1 job: %+v\n8 jobs: %+v, %v", one, eight, err)
	}
	return one
}

func names(left *sweep.Shrunk) string {
	var ids []string
	for i := range left.Faults {
		ids = append(ids, left.Faults[i].ID.String())
	}
	return strings.Join(ids, " ")
}

func when(holds bool) string {
	if holds {
		return "lost"
	}
	return ""
}

func TestShrink(t *testing.T) {
	ids := append(losses("plan", 15), append(losses("a>b/loss", 3000), losses("b>a/loss", 2000)...)...)
	w := newWorld(ids...)
	for _, test := range []struct {
		name  string
		fails func(map[string]bool, int) string
		left  string
		runs  int // at most
	}{
		{"without any fault", func(map[string]bool, int) string { return "lost" }, "", 2},
		{"one of the plan", func(h map[string]bool, _ int) string { return when(h["plan#4"]) }, "plan#4", 14},
		{"one of thousands", func(h map[string]bool, _ int) string { return when(h["b>a/loss#1234"]) }, "b>a/loss#1234", 30},
		{"two streams", func(h map[string]bool, _ int) string { return when(h["plan#4"] && h["a>b/loss#301"]) },
			"plan#4 a>b/loss#301", 60},
		{"five", func(h map[string]bool, _ int) string {
			return when(h["plan#4"] && h["plan#7"] && h["plan#10"] && h["a>b/loss#301"] && h["a>b/loss#7000"])
		}, "plan#4 plan#7 plan#10 a>b/loss#301 a>b/loss#7000", 150},
		{"another failure", func(h map[string]bool, _ int) string {
			if h["plan#4"] && !h["plan#7"] {
				return "found"
			}
			return when(h["plan#4"])
		}, "plan#4 plan#7", 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.fails = test.fails
			left := w.find(t)
			if names(left) != test.left || !left.Minimal || left.Row.Check() != "lost" {
				t.Errorf("got %s (%v, %v), want %s", names(left), left.Minimal, left.Row, test.left)
			}
			if left.Runs > test.runs {
				t.Errorf("%d runs, more than %d", left.Runs, test.runs)
			}
			w.proves(t, left)
		})
	}
}

// proves checks that nothing can be taken away.
func (w *world) proves(t *testing.T, left *sweep.Shrunk) {
	t.Helper()
	proof, err := w.shrink(3).Prove(context.Background(), left)
	if err != nil || len(proof) != len(left.Faults)+len(left.Also) {
		t.Fatalf("%v, %v", proof, err)
	}
	for _, p := range proof {
		if p.Same || p.Row == nil {
			t.Errorf("without %s it fails as it did", p.Removed)
		}
	}
}

// What comes after the failure goes with one run.
func TestShrinkForgetsTheFuture(t *testing.T) {
	w := newWorld(losses("plan", 1000)...)
	w.at = 3 * time.Second
	w.fails = func(h map[string]bool, _ int) string { return when(h["plan#1"] && h["plan#10"]) }
	if left := w.find(t); names(left) != "plan#1 plan#10" || left.Runs > 10 {
		t.Errorf("got %s after %d runs", names(left), left.Runs)
	}
}

// A parameter shrinks, too: to where one less fails no more in this way.
func TestShrinkAlso(t *testing.T) {
	w := newWorld(losses("plan", 40)...)
	for _, test := range []struct {
		name  string
		fails func(map[string]bool, int) string
		left  string
		n     uint64
	}{
		{"to nothing", func(h map[string]bool, _ int) string { return when(h["plan#4"]) }, "plan#4", 0},
		{"to a bound", func(h map[string]bool, n int) string { return when(h["plan#4"] && n >= 17) }, "plan#4", 17},
		{"not at all", func(h map[string]bool, n int) string { return when(h["plan#4"] && n >= 1000) }, "plan#4", 1000},
		{"where it is refused", func(h map[string]bool, n int) string {
			if n < 10 {
				return "refused"
			}
			return when(h["plan#4"])
		}, "plan#4", 10},
		{"fewer faults for fewer", func(h map[string]bool, n int) string {
			return when(h["plan#4"] && n >= 3 && (h["plan#7"] || n < 500))
		}, "plan#4", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.fails = test.fails
			left := w.find(t, sweep.Param{Name: "n", Value: 1000})
			if names(left) != test.left || left.Also[0].Value != test.n || !left.Minimal || left.Runs > 60 {
				t.Errorf("got %s and %s (%v) after %d runs, want %s and n=%d", names(left), left.Also[0], left.Minimal,
					left.Runs, test.left, test.n)
			}
			if test.n > 0 {
				w.proves(t, left)
			}
		})
	}
}

// A search ends, however much is needed.
func TestShrinkIsBounded(t *testing.T) {
	w := newWorld(losses("plan", 520)...)
	w.fails = func(h map[string]bool, _ int) string { return when(len(h) >= 515) }
	left := w.find(t)
	if left.Minimal || left.Runs != sweep.MostShrinkRuns || left.Row == nil {
		t.Errorf("minimal %v after %d runs", left.Minimal, left.Runs)
	}
	proof, err := w.shrink(2).Prove(context.Background(), left)
	same := 0
	for _, p := range proof {
		if p.Same {
			same++
		}
	}
	if err != nil || same != len(left.Faults) && len(left.Faults) > 515 {
		t.Errorf("%d of %d can go: %v", same, len(left.Faults), err)
	}
}

func TestShrinkOfWhatDoesNotFailAgain(t *testing.T) {
	w := newWorld(losses("plan", 3)...)
	w.fails = func(map[string]bool, int) string { return "" }
	if _, err := w.shrink(2).Find(context.Background()); !errors.Is(err, sweep.ErrNotReproduced) {
		t.Errorf("got %v", err)
	}
}

// Errors, and the end of the context, end it.
func TestShrinkEnds(t *testing.T) {
	w := newWorld(losses("plan", 300)...)
	w.fails = func(h map[string]bool, _ int) string { return when(len(h) > 100) }
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	s := w.shrink(4)
	s.Tried = func(runs, left int) {
		if runs == 20 {
			cancel(enough)
		}
	}
	if left, err := s.Find(ctx); !errors.Is(err, enough) || left.Minimal || left.Runs != 20 || left.Row == nil {
		t.Errorf("after %d runs: %v", left.Runs, err)
	}
	s = w.shrink(4)
	broken := errors.New("no workers")
	s.Play = func(ctx context.Context, r sweep.Run) (*sweep.Row, error) {
		if w.plays.Load()%7 == 6 {
			return nil, broken
		}
		return w.play(ctx, r)
	}
	if left, err := s.Find(context.Background()); left != nil || !errors.Is(err, broken) {
		t.Errorf("got %+v, %v", left, err)
	}
}

// A defect says nothing of what it was played for: it ends the search, with the run.
func TestShrinkMeetsADefect(t *testing.T) {
	w := newWorld(losses("plan", 9)...)
	w.fails = func(h map[string]bool, _ int) string { return when(h["plan#4"]) }
	for jobs := 1; jobs < 9; jobs += 7 {
		s := w.shrink(jobs)
		s.Play = func(ctx context.Context, r sweep.Run) (*sweep.Row, error) {
			if r.Mask.Only && len(r.Mask.IDs) == 0 {
				return sweep.NewDefect(r, "it panicked"), nil
			}
			return w.play(ctx, r)
		}
		left, err := s.Find(context.Background())
		var defect *sweep.DefectError
		if left != nil || !errors.As(err, &defect) || defect.Reason != "it panicked" || len(defect.Run.Mask.IDs) > 0 {
			t.Errorf("got %+v, %v", left, err)
		}
	}
}
