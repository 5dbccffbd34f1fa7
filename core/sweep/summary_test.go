package sweep_test

import (
	"context"
	"math/rand"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

func summarise(t *testing.T, s *sweep.Sweep, o sweep.SummaryOptions) *sweep.Summary {
	t.Helper()
	summary := sweep.NewSummary(o)
	if err := s.Rows(t.Context(), func(r *sweep.Row) error { summary.Add(r); return nil }); err != nil {
		t.Fatal(err)
	}
	return summary
}

// What is merged from rows has the percentiles of all values together, up to one
// in a thousand.
func TestMerged(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	merged := sweep.NewMerged()
	var all []time.Duration
	for range 500 {
		values := make([]time.Duration, random.Intn(40))
		for i := range values {
			values[i] = time.Duration(random.ExpFloat64() * float64(time.Second))
		}
		all = append(all, values...)
		merged.AddLatency(sweep.NewLatency(values))
	}
	slices.Sort(all)
	for percent := 1; percent <= 100; percent++ {
		exact := int64(core.Percentile(all, percent))
		if got, ok := merged.Percentile(percent); !ok || got < exact || float64(got) > float64(exact)*1.001 {
			t.Errorf("p%d is %d, want %d", percent, got, exact)
		}
	}
	if _, ok := sweep.NewMerged().Percentile(50); ok {
		t.Error("none has a percentile")
	}
}

// The rank of a percentile is the nearest one for every count.
func TestMergedRank(t *testing.T) {
	for n := 1; n <= 300; n++ {
		merged := sweep.NewMerged()
		values := make([]time.Duration, n)
		for i := range values {
			values[i] = time.Duration(i)
			merged.Add(int64(i), 1)
		}
		for _, percent := range []int{50, 90, 99, 100} {
			exact := int64(core.Percentile(values, percent))
			if got, _ := merged.Percentile(percent); got != exact {
				t.Fatalf("p%d of 0 to %d is %d, want %d", percent, n-1, got, exact)
			}
		}
	}
}

// Void runs and defects are counted, and are in no share, no distribution and no
// digest.
func TestUnknownRuns(t *testing.T) {
	lost := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		switch run.Seed {
		case 3:
			return sweep.NewVoid(run, "too slow"), nil
		case 5:
			return sweep.NewDefect(run, "broken"), nil
		}
		return fake(ctx, run)
	}
	without := summarise(t, &sweep.Sweep{Seeds: seeds(t, "1-2,4,6-20"), Play: fake}, sweep.SummaryOptions{})
	with := summarise(t, &sweep.Sweep{Seeds: seeds(t, "1-20"), Play: lost}, sweep.SummaryOptions{})
	if with.Known() != 18 || with.Failing() != 2 || with.Digest() != without.Digest() {
		t.Errorf("%d known, %d failing, digest %v; want 18, 2, %v",
			with.Known(), with.Failing(), with.Digest(), without.Digest())
	}
	share, low, high, ok := with.Share(2)
	wantShare, wantLow, wantHigh, _ := without.Share(2)
	if share != wantShare || low != wantLow || high != wantHigh || !ok {
		t.Errorf("2 are %v (%v to %v)", share, low, high)
	}
	if n := with.Measures()[0].Values.Count(); n != 18 {
		t.Errorf("%d runs are in a distribution, want 18", n)
	}
	if n := len(with.Groups()); n != 3 {
		t.Errorf("%d ways not to pass, want 3", n)
	}
}

// There is a bound on ways to fail.
func TestManySignatures(t *testing.T) {
	play := func(_ context.Context, run sweep.Run) (*sweep.Row, error) {
		word := ""
		for n := run.Seed; n > 0; n /= 10 {
			word += string(rune('a' + n%10))
		}
		return sweep.NewRow(run, &core.Result{Verdict: core.Crash, Reason: "no " + word}), nil
	}
	s := summarise(t, &sweep.Sweep{Seeds: seeds(t, "1-1500"), Play: play}, sweep.SummaryOptions{})
	if len(s.Groups()) != sweep.MaxSignatures || s.Others != 500 {
		t.Errorf("%d groups and %d others", len(s.Groups()), s.Others)
	}
}

// The notable seeds are those with the largest numbers, and the first failures.
func TestNotable(t *testing.T) {
	random := rand.New(rand.NewSource(3))
	times, faults := random.Perm(200), random.Perm(200)
	play := func(_ context.Context, run sweep.Run) (*sweep.Row, error) {
		i := run.Seed - 1
		return sweep.NewRow(run, &core.Result{Verdict: core.Pass, Time: time.Duration(times[i]),
			Trace: &core.Trace{Faults: slices.Repeat([]core.Fault{{Kind: core.FaultKill}}, faults[i])}}), nil
	}
	want := map[uint64]string{}
	for i := range times {
		if times[i] >= 197 {
			want[uint64(i)+1] = "slowest"
		}
		if faults[i] >= 197 {
			want[uint64(i)+1] += "most faults"
		}
	}
	s := summarise(t, &sweep.Sweep{Seeds: seeds(t, "1-200"), Play: play}, sweep.SummaryOptions{})
	for _, r := range s.Seeds() {
		if want[r.Seed] != r.Notable {
			t.Errorf("seed %d is here because %q, want %q", r.Seed, r.Notable, want[r.Seed])
		}
		delete(want, r.Seed)
	}
	if len(want) > 0 {
		t.Errorf("missing are %v", want)
	}
	for _, m := range s.Measures() {
		if m.Name == "faults: kill" && (m.Max != 199 || m.MaxAt != uint64(slices.Index(faults, 199))+1) {
			t.Errorf("most kills are %d with seed %d", m.Max, m.MaxAt)
		}
	}
}
