package sweep

import (
	"math"

	"simlua.example/core/sweep/stats"
)

// Difference is how one variant differs from the one it is compared with, over
// the seeds that tell: both runs are known, and both have a value. Of whether
// there is a value, it is over all seeds with two known runs, and a value is 1.
type Difference struct {
	Variant, Base       int
	Pairs               int
	Higher, Lower, Ties int            // pairs in which the variant has the higher value, the lower one, the same
	Median              float64        // of the differences, variant less base; 0 without pairs
	Interval            stats.Interval // of it
	HasInterval         bool
	P                   float64 // of the test, uncorrected
	Adjusted            float64 // by Holm, over all cells that were tested; 0 without pairs
	Mark                Mark
	Loss                uint64 // the first seed that is lower, when Lower > 0

	better Direction
}

// Mark says that a difference is more than chance.
type Mark string

// The marks.
const (
	NoMark  Mark = ""
	Better  Mark = "better"
	Worse   Mark = "worse"
	Differs Mark = "differs" // no direction is declared
)

// Wins and losses of the variant; ok is false when no direction is declared.
func (d *Difference) Wins() (wins, losses int, ok bool) {
	switch d.better {
	case Higher:
		return d.Higher, d.Lower, true
	case Lower:
		return d.Lower, d.Higher, true
	}
	return 0, 0, false
}

func (d *Difference) mark(adjusted float64) {
	d.Adjusted = adjusted
	if adjusted > stats.Level {
		return
	}
	wins, losses, ok := d.Wins()
	switch {
	case !ok:
		d.Mark = Differs
	case wins > losses:
		d.Mark = Better
	default:
		d.Mark = Worse
	}
}

// pairing is one metric of two variants, seed by seed.
type pairing struct {
	s             *series
	known         *series // has a value when a run is known
	seeds         []uint64
	base, variant int
}

// each visits the seeds with two known runs.
func (p *pairing) each(visit func(seed uint64, base, variant float64)) {
	for i := range p.s.values[p.base] {
		if math.IsNaN(p.known.values[p.base][i]) || math.IsNaN(p.known.values[p.variant][i]) {
			continue
		}
		visit(p.seeds[i], p.s.values[p.base][i], p.s.values[p.variant][i])
	}
}

// difference is that of the values.
func (p *pairing) difference() Difference {
	d := Difference{Variant: p.variant, Base: p.base, better: p.s.Better}
	var differences []float64
	onlyBase, onlyVariant := 0, 0 // seeds for which only one has a value
	p.each(func(seed uint64, base, variant float64) {
		switch hasBase, hasVariant := !math.IsNaN(base), !math.IsNaN(variant); {
		case hasBase && hasVariant:
			d.count(seed, base, variant)
			differences = append(differences, variant-base)
		case hasBase:
			onlyBase++
		case hasVariant:
			onlyVariant++
		}
	})
	d.P = stats.SignTest(d.Higher, d.Lower)
	d.withNoValueWorst(onlyVariant, onlyBase)
	d.Median, d.Interval, d.HasInterval = stats.Median(differences, stats.Confidence)
	return d
}

func (d *Difference) count(seed uint64, base, variant float64) {
	d.Pairs++
	switch {
	case variant > base:
		d.Higher++
	case variant < base:
		if d.Lower++; d.Lower == 1 {
			d.Loss = seed
		}
	default:
		d.Ties++
	}
}

// withNoValueWorst makes P that of a difference which holds both without the
// pairs that lack a value and with them, no value being worse than any: where it
// can be said what is worse.
func (d *Difference) withNoValueWorst(moreWins, moreLosses int) {
	wins, losses, ok := d.Wins()
	if !ok {
		return
	}
	allWins, allLosses := wins+moreWins, losses+moreLosses
	if (wins > losses) != (allWins > allLosses) {
		d.P = 1
		return
	}
	d.P = max(d.P, stats.SignTest(allWins, allLosses))
}

// noValue is the difference in whether there is a value: none is worse where it is
// declared what is.
func (p *pairing) noValue(declared bool) Difference {
	d := Difference{Variant: p.variant, Base: p.base}
	if declared {
		d.better = Higher
	}
	p.each(func(seed uint64, base, variant float64) {
		d.count(seed, oneIf(!math.IsNaN(base)), oneIf(!math.IsNaN(variant)))
	})
	d.P = stats.McNemar(d.Higher, d.Lower)
	return d
}
