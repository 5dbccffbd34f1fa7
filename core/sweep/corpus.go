package sweep

import (
	"slices"

	"simlua.example/core"
)

// Fate is what has become of a known failure.
type Fate string

// The fates.
const (
	New      Fate = "new"      // it was not known
	Ongoing  Fate = "ongoing"  // a run fails so, its own or one of the sweep
	Changed  Fate = "changed"  // no run fails so, and its own in another way
	Resolved Fate = "resolved" // no run fails so, and its own passes
	Unknown  Fate = "unknown"  // nothing is known of its own run, and no other fails so
)

// Corpus is the failures that are known of a variant, and those that a sweep has
// found: Add each known one with the row of its run, then Conclude.
type Corpus struct {
	Failures []*CorpusFailure // in order of Add, then the new ones
}

// CorpusFailure is a failure of a Corpus.
type CorpusFailure struct {
	*KnownFailure
	Fate  Fate
	Row   SeedRow // of its run
	IsOwn bool    // its run fails so
	Swept bool    // some seed of the sweep fails so; Seen is the smallest
	Seen  uint64
}

// Add adds a known failure with the row of its run.
func (c *Corpus) Add(k *KnownFailure, r *Row) {
	f := &CorpusFailure{KnownFailure: k, Row: newSeedRow(r), IsOwn: k.Is(r.Signature()), Fate: Changed}
	switch {
	case !Known(r.Verdict):
		f.Fate = Unknown
	case r.Verdict == core.Pass:
		f.Fate = Resolved
	case f.IsOwn:
		f.Fate = Ongoing
	}
	c.Failures = append(c.Failures, f)
}

// Conclude compares with what a sweep of the variant has found, and adds the
// failures that are new, each with its smallest seed, the build that saw it, and the
// name of the file to be.
func (c *Corpus) Conclude(v *Variant, s *Summary, build string) {
	known := c.Failures
	for _, g := range s.inOrder {
		isNew := Known(g.Verdict)
		for _, f := range known {
			if f.Is(g.Signature) {
				isNew = false
				f.sweptBy(g)
			}
		}
		if isNew {
			k := NewKnownFailure(v, g.Signature, g.First.Seed, build)
			k.File = k.Name()
			c.Failures = append(c.Failures, &CorpusFailure{KnownFailure: k, Fate: New, Row: g.First, IsOwn: true, Swept: true,
				Seen: g.First.Seed})
		}
	}
}

// sweptBy notes that runs of the sweep fail so. Groups come in order of their first
// seeds.
func (f *CorpusFailure) sweptBy(g *Group) {
	f.Fate = Ongoing
	if !f.Swept {
		f.Swept, f.Seen = true, g.First.Seed
	}
}

// Lost says whether simlua itself failed in the run of a known failure.
func (c *Corpus) Lost() bool {
	return slices.ContainsFunc(c.Failures, func(f *CorpusFailure) bool { return f.Row.Verdict == Defect })
}

// New are the failures that were not known.
func (c *Corpus) New() (failures []*CorpusFailure) {
	for _, f := range c.Failures {
		if f.Fate == New {
			failures = append(failures, f)
		}
	}
	return failures
}

// Failing says whether some run of a known failure failed, or one of the sweep did.
func (c *Corpus) Failing() bool { return c.has(New, Ongoing, Changed) }

// Unknown says whether nothing is known of some failure.
func (c *Corpus) Unknown() bool { return c.has(Unknown) }

func (c *Corpus) has(fates ...Fate) bool {
	for _, f := range c.Failures {
		for _, fate := range fates {
			if f.Fate == fate {
				return true
			}
		}
	}
	return false
}
