package sweep_test

import (
	"context"
	"errors"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

func TestConfirm(t *testing.T) {
	verdict := func(v core.Verdict, played *int) sweep.Play {
		return func(_ context.Context, r sweep.Run) (*sweep.Row, error) {
			*played++
			return &sweep.Row{Seed: r.Seed, Verdict: v}, nil
		}
	}
	for _, c := range []struct {
		inMemory, inFiles, want core.Verdict
		confirmed               int // of 10,000 seeds
	}{
		{core.Pass, core.Pass, core.Pass, 88},
		{core.Fail, core.Fail, core.Fail, 10_000},
		{core.Stuck, core.Fail, sweep.Defect, 10_000},
		{core.Crash, core.Void, core.Void, 10_000},
		{core.Void, core.Pass, core.Void, 0},
		{sweep.Defect, core.Pass, sweep.Defect, 0},
	} {
		inMemory, inFiles := 0, 0
		play := sweep.Confirm(verdict(c.inMemory, &inMemory), verdict(c.inFiles, &inFiles))
		for seed := range uint64(10_000) {
			row, err := play(t.Context(), sweep.Run{Seed: seed})
			if err != nil || row.Verdict != c.want {
				t.Fatalf("%s, then %s: %v %v", c.inMemory, c.inFiles, row, err)
			}
		}
		if inMemory != 10_000 || inFiles != c.confirmed {
			t.Errorf("%s: %d played, %d confirmed, want %d", c.inMemory, inMemory, inFiles, c.confirmed)
		}
	}
}

// A passing seed that is confirmed tells, too, that the ways differ.
func TestConfirmFindsWhatPassedOnlyInMemory(t *testing.T) {
	way := func(v core.Verdict) sweep.Play {
		return func(_ context.Context, r sweep.Run) (*sweep.Row, error) {
			return &sweep.Row{Seed: r.Seed, Verdict: v}, nil
		}
	}
	found := 0
	for seed := range uint64(1000) {
		row, err := sweep.Confirm(way(core.Pass), way(core.Fail))(t.Context(), sweep.Run{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		if row.Verdict == sweep.Defect {
			found++
		}
	}
	if found == 0 || found > 30 {
		t.Errorf("found in %d of 1,000 seeds", found)
	}
	gone := errors.New("gone")
	broken := func(context.Context, sweep.Run) (*sweep.Row, error) { return nil, gone }
	for _, play := range []sweep.Play{sweep.Confirm(broken, way(core.Pass)), sweep.Confirm(way(core.Fail), broken)} {
		if row, err := play(t.Context(), sweep.Run{}); row != nil || !errors.Is(err, gone) {
			t.Errorf("got %v, %v", row, err)
		}
	}
}
