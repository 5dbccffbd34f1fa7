package sweep_test

import (
	"context"
	"fmt"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// reaching plays seeds of which every fifth reaches one property and none the other.
func reaching(_ context.Context, run sweep.Run) (*sweep.Row, error) {
	if run.Seed == 5 {
		return sweep.NewVoid(run, "the host"), nil
	}
	return sweep.NewRow(run, &core.Result{Verdict: core.Pass, Checks: []core.CheckResult{
		{Name: "fifth", Kind: core.KindReachable, Held: true, Reached: run.Seed%5 == 0},
		{Name: "never", Kind: core.KindSometimes, Held: true},
	}}), nil
}

func TestProperties(t *testing.T) {
	summary := sweep.NewSummary(sweep.SummaryOptions{})
	s := &sweep.Sweep{Seeds: sweep.SeedRange(1, 20), Play: reaching}
	if err := s.Rows(t.Context(), func(r *sweep.Row) error { summary.Add(r); return nil }); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, p := range summary.Properties() {
		got += fmt.Sprintln(*p)
	}
	if want := "{fifth reachable 19 3 10}\n{never sometimes 19 0 0}\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := fmt.Sprint(summary.Unreached()); got != "[never]" {
		t.Error(got)
	}
}

// A sweep ends when there is enough, whatever is played at once.
func TestEnough(t *testing.T) {
	for _, jobs := range []int{1, 8} {
		played := 0
		s := &sweep.Sweep{Seeds: sweep.SeedRange(1, 1<<40), Jobs: jobs, Play: reaching,
			Enough: func() bool { return played == 7 }}
		if err := s.Rows(t.Context(), func(*sweep.Row) error { played++; return nil }); err != nil || played != 7 {
			t.Errorf("%d rows, %v", played, err)
		}
	}
}
