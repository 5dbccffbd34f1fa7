package sweep

import (
	"math"
	"slices"
	"time"

	"simlua.example/core/sweep/stats"
)

// Level is what one metric of one variant comes to, over the runs that are known.
type Level struct {
	Values, NoValue        int // runs with a value, and without one
	Sum                    float64
	Min, Median, Mean, Max float64 // NaN when there are no values

	// Of an operation only, over the calls of all runs that are known, also of those
	// that got stuck or crashed.
	Calls      int64 // that ended: those that the quantile is of
	Unfinished int64 // that did not
	Quantile   time.Duration
	Lo, Hi     time.Duration // the quantile's interval, from resampling seeds
	HasValue   bool          // whether there is a quantile
}

// Share is what share of the known runs passed, when the level is of that, with
// Wilson's interval.
func (l *Level) Share() (share, lo, hi float64) {
	lo, hi = stats.Wilson(int(l.Sum), l.Values, stats.Confidence)
	return l.Mean, lo, hi
}

func newLevel(values []float64, known int) Level {
	present := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	l := Level{Values: len(present), NoValue: known - len(present)}
	if len(present) == 0 {
		l.Min, l.Median, l.Mean, l.Max = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		return l
	}
	for _, v := range present {
		l.Sum += v
	}
	l.Mean = l.Sum / float64(len(present))
	l.Median, _, _ = stats.Median(present, stats.Confidence)
	l.Min, l.Max = present[0], present[len(present)-1]
	return l
}

func (l *Level) pool(p *pool, percent int) {
	l.Calls, l.Unfinished = p.calls, p.unfinished
	l.Quantile, l.HasValue = p.quantile(percent)
	l.Lo, l.Hi = p.interval(percent)
}
