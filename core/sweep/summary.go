package sweep

import (
	"cmp"
	"slices"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep/stats"
)

// Summary is what the rows of one variant come to. Rows are added in order of
// the seeds' positions, so that it depends on the rows only; it does not grow
// with their number, unless every seed is asked for.
type Summary struct {
	Runs     int // rows added
	Verdicts map[core.Verdict]int
	First    uint64 // the first seed
	Last     uint64 // the last one

	groups     map[Signature]*Group
	inOrder    []*Group
	Others     int // runs with signatures beyond MaxSignatures
	operations map[string]*Calls
	measures   measures
	checks     map[string]*CheckCount
	properties properties
	notable    notable
	seeds      []SeedRow
	perSeed    bool
	biased     bool
	digest     core.Digest
}

// SummaryOptions say what a Summary is to keep.
type SummaryOptions struct {
	PerSeed bool // every seed: memory grows with their number
	Biased  bool // when to stop depended on the rows: shares have no interval
}

// MaxSignatures is how many signatures of failures a Summary tells apart. Runs
// with further ones are counted together.
const MaxSignatures = 1000

// NewSummary is the summary of no rows.
func NewSummary(o SummaryOptions) *Summary {
	return &Summary{Verdicts: map[core.Verdict]int{}, groups: map[Signature]*Group{}, operations: map[string]*Calls{},
		measures: newMeasures(), checks: map[string]*CheckCount{}, perSeed: o.PerSeed, biased: o.Biased}
}

// Group is the runs that failed in one way.
type Group struct {
	Signature
	Count int
	First SeedRow // the one with the smallest seed
}

// CheckCount is how often a check failed, and how often it was never evaluated.
type CheckCount struct {
	Name             string
	Failed, Untested int
}

// Add adds the row of the next seed.
func (s *Summary) Add(r *Row) {
	if s.Runs == 0 {
		s.First = r.Seed
	}
	s.Last = r.Seed
	s.Runs++
	s.Verdicts[r.Verdict]++
	seed := newSeedRow(r)
	if r.Verdict != core.Pass {
		s.group(r.Signature(), seed)
	}
	if s.perSeed {
		s.seeds = append(s.seeds, seed)
	}
	if !Known(r.Verdict) {
		return
	}
	s.digest.Add(r.Seed)
	s.digest.Add(uint64(r.Digest))
	s.notable.add(seed)
	s.measures.add(r)
	for i := range r.Operations {
		s.calls(&r.Operations[i])
	}
	for i := range r.Failed {
		s.check(r.Failed[i].Check).Failed++
	}
	for _, name := range r.Untested {
		s.check(name).Untested++
	}
	s.properties.add(r)
}

func (s *Summary) group(signature Signature, seed SeedRow) {
	g := s.groups[signature]
	switch {
	case g != nil:
	case len(s.inOrder) == MaxSignatures:
		s.Others++
		return
	default:
		g = &Group{Signature: signature, First: seed}
		s.groups[signature] = g
		s.inOrder = append(s.inOrder, g)
	}
	g.Count++
}

func (s *Summary) check(name string) *CheckCount {
	c := s.checks[name]
	if c == nil {
		c = &CheckCount{Name: name}
		s.checks[name] = c
	}
	return c
}

// Known is how many runs say something about the program: all but those that
// are void or ended in a defect of simlua.
func (s *Summary) Known() (n int) {
	for verdict, count := range s.Verdicts {
		if Known(verdict) {
			n += count
		}
	}
	return n
}

// Failing is how many of the known runs did not pass.
func (s *Summary) Failing() int { return s.Known() - s.Verdicts[core.Pass] }

// Share is how many of the known runs count is, with its interval: that of
// Wilson, at stats.Confidence.
func (s *Summary) Share(count int) (share, low, high float64, hasInterval bool) {
	known := s.Known()
	if known == 0 {
		return 0, 0, 0, false
	}
	low, high = stats.Wilson(count, known, stats.Confidence)
	return float64(count) / float64(known), low, high, !s.biased
}

// Groups are the failures, the most frequent first, then by smallest seed.
func (s *Summary) Groups() []*Group {
	groups := slices.Clone(s.inOrder)
	slices.SortStableFunc(groups, func(a, b *Group) int { return b.Count - a.Count })
	return groups
}

// Checks are those that failed or were never evaluated in some run, by name.
func (s *Summary) Checks() []*CheckCount { return sorted(s.checks) }

// Digest of all known runs, by seed: the same digest, the same runs.
func (s *Summary) Digest() Digest { return Digest(s.digest.Sum()) }

// SeedRow is a Row as a line of a table.
type SeedRow struct {
	Seed     uint64
	Verdict  core.Verdict
	Check    string
	Message  string // what the check said, or why the run ended
	FailedAt time.Duration
	Step     uint64 // in which it failed
	Time     time.Duration
	Steps    uint64
	Faults   int64
	Downtime time.Duration // of all machines
	Digest   Digest
	Notable  string // why it is worth a line, when not all seeds are shown
}

func newSeedRow(r *Row) SeedRow {
	downtime, _ := Total(r.Machines, "downtime_ns")
	row := SeedRow{Seed: r.Seed, Verdict: r.Verdict, Time: r.Time, Steps: r.Steps, Faults: r.Faults.Sum(),
		Downtime: time.Duration(downtime), Digest: r.Digest}
	if r.Verdict == core.Pass {
		return row
	}
	row.Check, row.Message = r.Check(), r.Reason
	if row.Check != "" {
		row.Message = r.Failed[0].Message
	}
	row.FailedAt, row.Step = r.FailedAt()
	return row
}

// Seeds are all rows when they were asked for, else the notable ones.
func (s *Summary) Seeds() []SeedRow {
	if s.perSeed {
		return s.seeds
	}
	return s.notable.rows()
}

// How many seeds are notable.
const (
	mostFailing = 10
	mostSlow    = 3
	mostFaulty  = 3
)

// notable are the rows worth a line of their own.
type notable struct{ failing, slow, faulty []SeedRow }

func (n *notable) add(r SeedRow) {
	if r.Verdict != core.Pass && len(n.failing) < mostFailing {
		n.failing = append(n.failing, r)
	}
	n.slow = largest(n.slow, r, mostSlow, func(r *SeedRow) int64 { return int64(r.Time) })
	if r.Faults > 0 {
		n.faulty = largest(n.faulty, r, mostFaulty, func(r *SeedRow) int64 { return r.Faults })
	}
}

// largest keeps so many rows with the largest numbers, the earlier one of two.
func largest(rows []SeedRow, r SeedRow, most int, of func(*SeedRow) int64) []SeedRow {
	if len(rows) == most && of(&rows[most-1]) >= of(&r) {
		return rows
	}
	place, _ := slices.BinarySearchFunc(rows, r, func(a, b SeedRow) int {
		if of(&a) >= of(&b) {
			return -1
		}
		return 1
	})
	rows = slices.Insert(rows, place, r)
	return rows[:min(len(rows), most)]
}

// rows are the notable ones by seed, each once, with all that is notable.
func (n *notable) rows() []SeedRow {
	var all []SeedRow
	for _, kind := range []struct {
		rows []SeedRow
		why  string
	}{{n.failing, "fails"}, {n.slow, "slowest"}, {n.faulty, "most faults"}} {
		for _, r := range kind.rows {
			i, known := slices.BinarySearchFunc(all, r, func(a, b SeedRow) int { return cmp.Compare(a.Seed, b.Seed) })
			if known {
				all[i].Notable += ", " + kind.why
				continue
			}
			r.Notable = kind.why
			all = slices.Insert(all, i, r)
		}
	}
	return all
}
