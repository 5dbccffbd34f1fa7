package sweep

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep/stats"
)

// row is a run by hand: a verdict, and the gauge "lost" where there is one.
func row(seed int, verdict core.Verdict, lost ...float64) *Row {
	r := &Row{Seed: uint64(seed), Verdict: verdict}
	for _, v := range lost {
		r.Gauges = append(r.Gauges, Gauge{Name: "lost", Service: "judge.net", Value: v})
	}
	return r
}

func metrics(t *testing.T, texts ...string) (all []Metric) {
	t.Helper()
	for _, text := range texts {
		m, err := ParseMetric(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// compareTwo compares what a function gives for each seed.
func compareTwo(t *testing.T, seeds int, rows func(seed int) []*Row, specs ...string) *Compared {
	t.Helper()
	c := NewComparison(FirstIsBase(2), metrics(t, specs...))
	for seed := range seeds {
		c.Add(rows(seed))
	}
	if err := c.Unknown(); err != nil {
		t.Fatal(err)
	}
	return c.Result()
}

func find(t *testing.T, c *Compared, name string) *ComparedMetric {
	t.Helper()
	for i := range c.Rows {
		if c.Rows[i].Name == name {
			return &c.Rows[i]
		}
	}
	t.Fatalf("no metric %q", name)
	return nil
}

// TestNoValueIsNotZero is the table made by hand that said 0 lost orders for
// both: the runs that got stuck had their gauge at 0, and were the ones that lost
// orders.
func TestNoValueIsNotZero(t *testing.T) {
	c := compareTwo(t, 40, func(seed int) []*Row {
		if seed%2 == 0 {
			return []*Row{row(seed, core.Pass, 0), row(seed, core.Stuck, 0)}
		}
		return []*Row{row(seed, core.Pass, 0), row(seed, core.Pass, 0)}
	}, "lost:lower=gauge:lost")
	lost := find(t, c, "lost")
	if l := lost.Levels[1]; l.Values != 20 || l.NoValue != 20 {
		t.Errorf("%+v", l)
	}
	d, n := lost.Differences[0], lost.NoValue.Differences[0]
	if d.Pairs != 20 || d.Ties != 20 || d.Mark != NoMark {
		t.Errorf("%+v", d)
	}
	if n.Pairs != 40 || n.Lower != 20 || n.Higher != 0 || n.Ties != 20 || n.Mark != Worse {
		t.Errorf("%+v", n)
	}
	if p := find(t, c, "passed").Differences[0]; p.Mark != Worse {
		t.Errorf("%+v", p)
	}
}

// TestBetterMustHoldBothWays: what is better only as far as there are values is
// not better.
func TestBetterMustHoldBothWays(t *testing.T) {
	rows := func(stuck int) func(int) []*Row {
		return func(seed int) []*Row {
			verdict := core.Pass
			if seed < stuck {
				verdict = core.Stuck
			}
			return []*Row{row(seed, core.Pass, 5), row(seed, verdict, 3)}
		}
	}
	for _, c := range []struct {
		stuck int
		spec  string
		want  Mark
	}{
		{0, "lost:lower=gauge:lost", Better}, {0, "lost:higher=gauge:lost", Worse}, {0, "lost=gauge:lost", Differs},
		{1, "lost:lower=gauge:lost", Better}, {15, "lost:lower=gauge:lost", NoMark},
		{15, "lost:higher=gauge:lost", Worse}, {15, "lost=gauge:lost", Differs}, {25, "lost:lower=gauge:lost", NoMark},
	} {
		result := compareTwo(t, 40, rows(c.stuck), c.spec)
		if d := find(t, result, "lost").Differences[0]; d.Mark != c.want || d.Pairs != 40-c.stuck || d.Median != -2 {
			t.Errorf("%d of 40 without a value, %s: want %q, got %+v", c.stuck, c.spec, c.want, d)
		}
	}
}

// TestVoidIsNoPair: of a void run nothing is known, not even that it has no value.
func TestVoidIsNoPair(t *testing.T) {
	c := compareTwo(t, 10, func(seed int) []*Row {
		if seed < 3 {
			return []*Row{row(seed, core.Pass, 1), row(seed, core.Void)}
		}
		return []*Row{row(seed, core.Pass, 1), row(seed, core.Crash)}
	}, "lost=gauge:lost")
	lost := find(t, c, "lost")
	if n := lost.NoValue.Differences[0]; n.Pairs != 7 || n.Lower != 7 {
		t.Errorf("%+v", n)
	}
	if lost.Levels[1].NoValue != 7 || c.Tallies[1].Void != 3 || find(t, c, "passed").Differences[0].Pairs != 7 {
		t.Errorf("%+v, %+v", lost.Levels[1], c.Tallies[1])
	}
	if lost.Differences[0].Pairs != 0 || lost.Differences[0].Adjusted != 0 {
		t.Errorf("tested without pairs: %+v", lost.Differences[0])
	}
}

// TestHolmCoversAllCells: p is multiplied by the number of cells of the whole
// comparison.
func TestHolmCoversAllCells(t *testing.T) {
	all := compareTwo(t, 8, func(seed int) []*Row {
		return []*Row{row(seed, core.Pass, 1), row(seed, core.Pass, 2)}
	}, "lost=gauge:lost", "twice=gauge:lost", "time")
	d := find(t, all, "lost").Differences[0]
	if all.Tests != 4 || d.P != 2.0/256 || math.Abs(d.Adjusted-4*2.0/256) > 1e-12 || d.Mark != Differs {
		t.Errorf("%d tests, %+v", all.Tests, d)
	}
}

// TestEqualVariantsGetNoMarks plays variants that differ by chance only: one
// comparison in twenty may mark anything. A table of many cells would, uncorrected.
func TestEqualVariantsGetNoMarks(t *testing.T) {
	const comparisons = 200
	r := rand.New(rand.NewPCG(7, 8))
	random := func(seed int) *Row {
		verdict := []core.Verdict{core.Pass, core.Pass, core.Pass, core.Fail, core.Stuck}[r.IntN(5)]
		out := row(seed, verdict, float64(r.IntN(4)))
		for i := range 4 {
			latency := NewLatency([]time.Duration{time.Duration(r.IntN(1e9)), time.Duration(r.IntN(1e9))})
			out.Operations = append(out.Operations, Operation{Name: fmt.Sprint("op", i), OK: 2, Latency: latency})
		}
		return out
	}
	marked := 0
	for range comparisons {
		c := compareTwo(t, 40, func(seed int) []*Row { return []*Row{random(seed), random(seed)} },
			"lost:lower=gauge:lost")
		if slices.ContainsFunc(slices.Concat(c.all()...), func(d Difference) bool { return d.Mark != NoMark }) {
			marked++
		}
	}
	if marked > comparisons*9/100 {
		t.Errorf("%d of %d comparisons of equals have a mark", marked, comparisons)
	}
}

// TestPooled compares the pooled quantile with that of all latencies in one list,
// and its interval with resampling the seeds in the plain way: drawing as many as
// there are, each draw from all of them.
func TestPooled(t *testing.T) {
	const seeds = 80
	r := rand.New(rand.NewPCG(9, 10))
	var all []time.Duration
	bySeed := make([][]time.Duration, seeds)
	c := NewComparison(FirstIsBase(1), nil)
	for seed := range seeds {
		slow := math.Exp(r.NormFloat64() * 0.7)
		for range 5 + r.IntN(30) {
			bySeed[seed] = append(bySeed[seed], time.Duration(slow*r.ExpFloat64()*3e8))
		}
		all = append(all, bySeed[seed]...)
		latency := NewLatency(slices.Clone(bySeed[seed]))
		o := Operation{Name: "op", OK: latency.Count(), Unfinished: 1, Latency: latency}
		c.Add([]*Row{{Seed: uint64(seed), Verdict: core.Pass, Operations: []Operation{o}}})
	}
	for _, percent := range []int{50, 99} {
		l := find(t, c.Result(), fmt.Sprintf("p%d:op", percent)).Levels[0]
		slices.Sort(all)
		exact := core.Percentile(all, percent)
		if off(l.Quantile, exact) > 0.001 || l.Unfinished != seeds || l.Calls != int64(len(all)) {
			t.Errorf("p%d: %+v, exactly %v", percent, l, exact)
		}
		lo, hi := resampled(r, bySeed, percent)
		if off(l.Lo, lo) > 0.15 || off(l.Hi, hi) > 0.15 || l.Lo > l.Quantile || l.Hi < l.Quantile {
			t.Errorf("p%d: %v from %v to %v; resampled in the plain way %v to %v", percent, l.Quantile, l.Lo, l.Hi, lo, hi)
		}
	}
}

func off(a, b time.Duration) float64 { return math.Abs(float64(a-b)) / float64(b) }

func resampled(r *rand.Rand, bySeed [][]time.Duration, percent int) (lo, hi time.Duration) {
	values := make([]float64, 1000)
	for i := range values {
		var drawn []time.Duration
		for range bySeed {
			drawn = append(drawn, bySeed[r.IntN(len(bySeed))]...)
		}
		slices.Sort(drawn)
		values[i] = float64(core.Percentile(drawn, percent))
	}
	a, b := stats.Percentiles(values, 0.95)
	return time.Duration(a), time.Duration(b)
}

// TestParseMetric has what is understood, and what is said of what is not.
func TestParseMetric(t *testing.T) {
	r := row(1, core.Fail, 3, 4)
	r.Gauges[1].Service = "other.net"
	r.Gauges = append(r.Gauges, Gauge{"a=b", "x.net", true, false}, Gauge{"who", "x.net", "me", false},
		Gauge{"gone", "x.net", 1.0, true})
	r.Time = time.Second
	r.Faults = Counts{"loss": 2, "reboot": 1}
	r.Links = []Counters{{"a>b", Counts{"lost": 2}}, {"b>a", Counts{"lost": 5}}}
	r.Machines = []Counters{{"x.net", Counts{"downtime_ns": 7}}}
	r.Operations = []Operation{{Name: "buy", OK: 3, Errors: Counts{"timeout": 2}, Unfinished: 1,
		Latency: NewLatency([]time.Duration{10, 20, 30, 40, 50})}}
	for _, c := range []struct{ text, want string }{
		{"gauge:lost", "gauge:lost = 7"}, {"x=gauge:lost@other.net", "x = 4"}, {"gauge:a=b", "gauge:a=b = 1"},
		{"x:lower=gauge:a=b", "x lower = 1"}, {":higher=time", "time higher = 1e+09 ns"}, {"gauge:who", "gauge:who none"},
		{"gauge:gone", "gauge:gone none"}, {"gauge:nowhere", "gauge:nowhere none"},
		{"p50:buy", "p50:buy = 30 ns"}, {"p100:buy", "p100:buy = 50 ns"}, {"p99:sell", "p99:sell none"},
		{"ok:buy", "ok:buy = 3"}, {"errors:buy", "errors:buy = 2"}, {"unfinished:buy", "unfinished:buy = 1"},
		{"count:buy", "count:buy = 6"}, {"count:sell", "count:sell none"}, {"faults", "faults = 3"},
		{"faults:loss", "faults:loss = 2"}, {"faults:wipe", "faults:wipe = 0"}, {"survived", "survived none"},
		{"link:lost", "link:lost = 7"}, {"link:lost@b>a", "link:lost@b>a = 5"}, {"link:lost@b>c", "link:lost@b>c none"},
		{"machine:downtime_ns", "machine:downtime_ns = 7 ns"}, {"machine:boots@x.net", "machine:boots@x.net = 0"},
		{"gague:lost", `unknown kind of metric "gague"; did you mean "gauge"?`},
		{"p0:buy", `unknown kind of metric "p0"; there is gauge, p99, count, ok, errors, unfinished, faults, survived, link, machine and time`},
		{"faults:los", `unknown kind of fault "los"; did you mean "loss"?`},
		{"link:loss", `unknown counter of a link "loss"; did you mean "lost"?`},
		{"gauge:", `expected gauge:NAME[@SERVICE], not "gauge:"`},
		{"x:smaller=gauge:lost", `expected NAME:lower=… or NAME:higher=…, which says what is better; not "x:smaller"`},
	} {
		m, err := ParseMetric(c.text)
		got := fmt.Sprint(err)
		if err == nil {
			got = strings.TrimSpace(m.Name+" "+string(m.Better)) + " none"
			if v, ok := m.Of(r); ok {
				unit := strings.TrimPrefix(string(m.Unit), "number")
				got = strings.TrimSpace(fmt.Sprintf("%s= %v %s", strings.TrimSuffix(got, "none"), v, unit))
			}
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
	}
	for _, kind := range []string{"gauge:lost", "time", "count:buy", "faults", "link:lost"} {
		r.Verdict = core.Stuck
		if _, ok := metrics(t, kind)[0].Of(r); ok {
			t.Errorf("a stuck run has %s", kind)
		}
	}
	if _, ok := metrics(t, "unfinished:buy")[0].Of(r); !ok {
		t.Error("a stuck run has no unfinished calls")
	}
}

// TestOddOperations: an operation may have any name.
func TestOddOperations(t *testing.T) {
	c := NewComparison(FirstIsBase(1), nil)
	for i, name := range []string{"", "lower=x", "a:b", "p99", "=", "x@y"} {
		o := Operation{Name: name, OK: 1, Latency: NewLatency([]time.Duration{5})}
		c.Add([]*Row{{Seed: uint64(i), Verdict: core.Pass, Operations: []Operation{o}}})
	}
	result := c.Result()
	if len(result.Rows) != 2+12 {
		t.Fatalf("%d rows", len(result.Rows))
	}
	for _, r := range result.Rows[2:] {
		if l := r.Levels[0]; l.Values != 1 || l.NoValue != 5 || !l.HasValue || l.Quantile != 5 {
			t.Errorf("%s: %+v", r.Name, l)
		}
	}
}

func TestUnknownMetrics(t *testing.T) {
	for spec, want := range map[string]string{
		"gauge:lots":          `unknown gauge "lots"; did you mean "lost"?`,
		"gauge:lost@jugde":    `unknown gauge "lost@jugde"; there is lost and lost@judge.net`,
		"p99:place_order":     `unknown operation "place_order"; there are none`,
		"gauge:lost@judge.nt": `unknown gauge "lost@judge.nt"; did you mean "lost@judge.net"?`,
	} {
		c := NewComparison(FirstIsBase(1), metrics(t, spec))
		c.Add([]*Row{row(1, core.Pass, 1)})
		if err := c.Unknown(); err == nil || err.Error() != "--metric "+spec+": no run has it: "+want {
			t.Errorf("%s: got %v, want %s", spec, err, want)
		}
	}
}

// BenchmarkComparison folds seeds of two variants, with four operations of 30
// calls each, and computes the result once.
func BenchmarkComparison(b *testing.B) {
	r := rand.New(rand.NewPCG(11, 12))
	var rows [64]*Row
	for i := range rows {
		rows[i] = row(i, core.Pass, float64(r.IntN(4)))
		for op := range 4 {
			var latencies []time.Duration
			for range 30 {
				latencies = append(latencies, time.Duration(r.ExpFloat64()*3e8))
			}
			o := Operation{Name: fmt.Sprint("op", op), OK: 30, Latency: NewLatency(latencies)}
			rows[i].Operations = append(rows[i].Operations, o)
		}
	}
	for _, seeds := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(seeds), func(b *testing.B) {
			for range b.N {
				c := NewComparison(FirstIsBase(2), nil)
				for i := range seeds {
					x, y := *rows[i%64], *rows[(i*7+3)%64]
					x.Seed, y.Seed = uint64(i), uint64(i)
					c.Add([]*Row{&x, &y})
				}
				c.Result()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*seeds), "ns/seed")
		})
	}
}
