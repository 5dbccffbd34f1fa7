package sweep

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"simlua.example/core"
	"simlua.example/core/sweep/stats"
)

// What one comparison has at most: variants, and operations that are shown without
// being asked for.
const (
	MaxVariants   = 32
	MaxOperations = 100
)

// Comparison puts variants side by side that were played with the same seeds.
// Seeds are added in any number of steps; it keeps one number a metric, variant
// and seed, since medians of differences need them, and no rows.
type Comparison struct {
	bases      []int // of each variant, the one it is compared with; itself: none
	seeds      []uint64
	tallies    []Tally
	fixed      []*series
	operations map[string]*operationSeries
	digest     core.Digest
	leftOut    map[string]bool // operations beyond MaxOperations, as many as mostNames
}

// Tally counts how the runs of one variant came out. Known verdicts are those of
// the program: the others say nothing about it.
type Tally struct {
	Runs, Pass, Fail, Stuck, Crash, Void, Defect int
}

// Known is how many runs say something about the program.
func (t *Tally) Known() int { return t.Pass + t.Fail + t.Stuck + t.Crash }

// series are the values of one metric by variant, then seed. NaN is no value.
type series struct {
	Metric
	values [][]float64
	chosen bool
	total  bool            // shown as a sum, and not tested
	found  bool            // some run had what the metric names
	known  map[string]bool // what else it could have named
}

// operationSeries is what is shown of each operation.
type operationSeries struct {
	p50, p99 *series
	pools    []*pool // by variant
}

// mostNames bounds the names that are kept for suggestions.
const mostNames = 1000

// NewComparison compares variants by metrics. A variant is compared with the one
// whose index bases has for it.
func NewComparison(bases []int, metrics []Metric) *Comparison {
	c := &Comparison{bases: bases, tallies: make([]Tally, len(bases)),
		operations: map[string]*operationSeries{}, leftOut: map[string]bool{}}
	c.fixed = []*series{c.newSeries(passed())}
	if !slices.ContainsFunc(metrics, func(m Metric) bool { return m.Spec == "survived" }) {
		total := c.newSeries(survived())
		total.total = true
		c.fixed = append(c.fixed, total)
	}
	for _, m := range metrics {
		s := c.newSeries(m)
		s.chosen = true
		c.fixed = append(c.fixed, s)
	}
	return c
}

// percentile is the metric of an operation, whatever its name.
func percentile(word, operation string) Metric {
	kind, err := findKind(word)
	m := Metric{Name: word + ":" + operation, Spec: word + ":" + operation, kind: kind}
	if err := cmp.Or(err, kind.bind(&m, word, operation)); err != nil {
		panic("sweep: " + err.Error())
	}
	return m
}

// FirstIsBase are the bases of n variants that are compared with the first one.
func FirstIsBase(n int) []int { return make([]int, n) }

func (c *Comparison) newSeries(m Metric) *series {
	s := &series{Metric: m, values: make([][]float64, len(c.bases)), known: map[string]bool{}, found: m.named == nil}
	for v := range s.values {
		s.values[v] = slices.Repeat([]float64{math.NaN()}, len(c.seeds))
	}
	return s
}

// Add adds the rows of one seed, one a variant in their order.
func (c *Comparison) Add(rows []*Row) {
	weights := newWeights(rows[0].Seed)
	c.digest.Add(rows[0].Seed)
	for v, r := range rows {
		c.tallies[v].add(r)
		if Known(r.Verdict) {
			c.digest.Add(uint64(v))
			c.digest.Add(uint64(r.Digest))
		}
		for i := range r.Operations {
			if o := c.operation(r.Operations[i].Name); o != nil {
				o.pools[v].add(r, &r.Operations[i], weights)
			}
		}
	}
	c.each(func(s *series) {
		for v, r := range rows {
			s.add(v, r)
		}
	})
	c.seeds = append(c.seeds, rows[0].Seed)
}

func (t *Tally) add(r *Row) {
	t.Runs++
	switch r.Verdict {
	case core.Pass:
		t.Pass++
	case core.Fail:
		t.Fail++
	case core.Stuck:
		t.Stuck++
	case core.Crash:
		t.Crash++
	case Defect:
		t.Defect++
	default:
		t.Void++
	}
}

func (s *series) add(variant int, r *Row) {
	value, ok := s.Of(r)
	if !ok {
		value = math.NaN()
	}
	s.values[variant] = append(s.values[variant], value)
	if s.found {
		return
	}
	found, known := s.named(r)
	s.found = found
	for _, name := range known {
		if len(s.known) < mostNames {
			s.known[name] = true
		}
	}
}

// operation is what is known of an operation, from now on if not before; nil for
// one too many.
func (c *Comparison) operation(name string) *operationSeries {
	o := c.operations[name]
	switch {
	case o == nil && len(c.operations) == MaxOperations:
		if len(c.leftOut) < mostNames {
			c.leftOut[name] = true
		}
	case o == nil:
		o = &operationSeries{p50: c.newSeries(percentile("p50", name)), p99: c.newSeries(percentile("p99", name))}
		for range c.bases {
			o.pools = append(o.pools, newPool())
		}
		c.operations[name] = o
	}
	return o
}

// each visits all series: those of operations by name, and not where a metric
// that was asked for is the same one.
func (c *Comparison) each(visit func(*series)) {
	for _, s := range c.fixed {
		visit(s)
	}
	for _, name := range slices.Sorted(maps.Keys(c.operations)) {
		for _, s := range []*series{c.operations[name].p50, c.operations[name].p99} {
			if !c.asked(s.Spec) {
				visit(s)
			}
		}
	}
}

func (c *Comparison) asked(spec string) bool {
	return slices.ContainsFunc(c.fixed, func(s *series) bool { return s.Spec == spec })
}

// Unknown says which of the metrics no run had, with what was meant.
func (c *Comparison) Unknown() error {
	for _, s := range c.fixed {
		if !s.found && len(c.seeds) > 0 {
			return fmt.Errorf("--metric %s: no run has it: %w", s.String(), s.unknown())
		}
	}
	return nil
}

func (s *series) unknown() error {
	word, what, _ := strings.Cut(s.Spec, ":")
	kind := map[string]string{"gauge": "gauge", "link": "link", "machine": "machine"}[word]
	return core.Unknown(cmp.Or(kind, "operation"), what, slices.Sorted(maps.Keys(s.known)))
}

// Compared is what a Comparison has come to: plain data.
type Compared struct {
	Seeds   int // that all variants have played
	Tallies []Tally
	Rows    []ComparedMetric
	Tests   int // cells that were tested, of all Rows
	LeftOut int // operations beyond MaxOperations
	Digest  Digest
}

// ComparedMetric is one metric of all variants.
type ComparedMetric struct {
	Metric
	Chosen      bool // rather than shown anyway
	Total       bool // shown as a sum over runs, and not tested: no differences
	Pooled      int  // percent, of an operation whose levels are pooled, too; else zero
	Levels      []Level
	Differences []Difference // of each variant that is compared with another one
	NoValue     *NoValue     // nil when all runs have a value
}

// NoValue is which runs have no value, of one metric or several that have none in
// the same runs.
type NoValue struct {
	Rows        []int // of Compared
	Differences []Difference
}

// all are the differences of all rows, each once.
func (c *Compared) all() (all [][]Difference) {
	for i := range c.Rows {
		all = append(all, c.Rows[i].Differences)
		if n := c.Rows[i].NoValue; n != nil && n.Rows[0] == i {
			all = append(all, n.Differences)
		}
	}
	return all
}

// IsWorse says whether any difference is marked so.
func (c *Compared) IsWorse() bool {
	return slices.ContainsFunc(slices.Concat(c.all()...), func(d Difference) bool { return d.Mark == Worse })
}

// Result computes what is known so far.
func (c *Comparison) Result() *Compared {
	result := &Compared{Seeds: len(c.seeds), Tallies: c.tallies, LeftOut: len(c.leftOut),
		Digest: Digest(c.digest.Sum())}
	var all []*series
	c.each(func(s *series) {
		all = append(all, s)
		result.Rows = append(result.Rows, c.compare(s))
	})
	c.noValues(result, all)
	result.correct()
	return result
}

// noValues finds which metrics have no value in which runs. Metrics that have none
// in the same ones share a test.
func (c *Comparison) noValues(result *Compared, all []*series) {
	for i, s := range all {
		if result.Rows[i].Total || !slices.ContainsFunc(result.Rows[i].Levels, func(l Level) bool { return l.NoValue > 0 }) {
			continue
		}
		for j := range i {
			if other := result.Rows[j].NoValue; other != nil && other.Rows[0] == j && sameRuns(all[j], s) {
				result.Rows[i].NoValue = other
			}
		}
		if result.Rows[i].NoValue == nil {
			result.Rows[i].NoValue = new(NoValue)
		}
		result.Rows[i].NoValue.Rows = append(result.Rows[i].NoValue.Rows, i)
	}
	for i := range result.Rows {
		if n := result.Rows[i].NoValue; n != nil && n.Rows[0] == i {
			declared := slices.ContainsFunc(n.Rows, func(row int) bool { return all[row].Better != Undeclared })
			c.pairs(all[i], func(p pairing) { n.Differences = append(n.Differences, p.noValue(declared)) })
		}
	}
}

// sameRuns says whether two metrics have no value in the same runs.
func sameRuns(a, b *series) bool {
	for v := range a.values {
		for i := range a.values[v] {
			if math.IsNaN(a.values[v][i]) != math.IsNaN(b.values[v][i]) {
				return false
			}
		}
	}
	return true
}

// pairs visits each variant that is compared with another one.
func (c *Comparison) pairs(s *series, visit func(pairing)) {
	for v, base := range c.bases {
		if v != base {
			visit(pairing{s: s, known: c.fixed[0], seeds: c.seeds, base: base, variant: v})
		}
	}
}

func (c *Comparison) compare(s *series) ComparedMetric {
	row := ComparedMetric{Metric: s.Metric, Chosen: s.chosen, Total: s.total, Levels: make([]Level, len(c.bases))}
	for v := range c.bases {
		row.Levels[v] = newLevel(s.values[v], c.tallies[v].Known())
	}
	if word, name, _ := strings.Cut(s.Spec, ":"); c.operations[name] != nil {
		if percent, ok := percentOf(word); ok {
			row.Pooled = percent
			for v, p := range c.operations[name].pools {
				row.Levels[v].pool(p, percent)
			}
		}
	}
	if !s.total {
		c.pairs(s, func(p pairing) { row.Differences = append(row.Differences, p.difference()) })
	}
	return row
}

// correct corrects all cells that were tested for being many, and marks those
// that are left.
func (r *Compared) correct() {
	var cells []*Difference
	var p []float64
	for _, differences := range r.all() {
		for i := range differences {
			if d := &differences[i]; d.Pairs > 0 {
				cells, p = append(cells, d), append(p, d.P)
			}
		}
	}
	r.Tests = len(cells)
	for i, adjusted := range stats.Holm(p) {
		cells[i].mark(adjusted)
	}
}
