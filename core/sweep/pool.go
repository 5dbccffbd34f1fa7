package sweep

import (
	"maps"
	"slices"
	"time"

	"simlua.example/core/sweep/stats"
)

// pool is the calls of one operation over many runs: exact to three digits, and,
// in coarser bins, as each replica of the seeds has them. Its size depends on how
// far latencies are apart, not on how many there are.
type pool struct {
	calls, unfinished int64
	bins              map[time.Duration]int64 // by the low end of a Bin
	replicas          map[time.Duration]*replicaCounts
}

// replicaCounts is a number of calls in each replica.
type replicaCounts [stats.Replicas]uint64

func newPool() *pool {
	return &pool{bins: map[time.Duration]int64{}, replicas: map[time.Duration]*replicaCounts{}}
}

// weights say how often each replica has a seed.
type weights = replicaCounts

func newWeights(seed uint64) *weights {
	w := new(weights)
	for i := range w {
		w[i] = stats.Weight(seed, i)
	}
	return w
}

// coarse is how many bits of a value fewer its bin has in the replicas: 2^7
// bins an octave, less than 1 % apart.
const coarse = 3

func (p *pool) add(r *Row, o *Operation, w *weights) {
	if !Known(r.Verdict) {
		return
	}
	p.unfinished += o.Unfinished
	for _, b := range o.Latency {
		p.calls += b.Count
		p.bins[b.Low] += b.Count
		low := b.Low >> (shift(b.Low) + coarse) << (shift(b.Low) + coarse)
		counts := p.replicas[low]
		if counts == nil {
			counts = new(replicaCounts)
			p.replicas[low] = counts
		}
		for i := range counts {
			counts[i] += w[i] * uint64(b.Count)
		}
	}
}

// quantile is the pooled one: so many percent of all calls took at most so long.
func (p *pool) quantile(percent int) (value time.Duration, ok bool) {
	var all Latency
	for _, low := range slices.Sorted(maps.Keys(p.bins)) {
		all = append(all, Bin{low, p.bins[low]})
	}
	return all.Percentile(percent)
}

// interval is what the quantile varies in when seeds are drawn anew; its ends are
// those of their bins, outwards. A replica without calls does not count.
func (p *pool) interval(percent int) (lo, hi time.Duration) {
	lows := slices.Sorted(maps.Keys(p.replicas))
	bins := make([]*replicaCounts, len(lows))
	for i, low := range lows {
		bins[i] = p.replicas[low]
	}
	var values []float64
	for i := range stats.Replicas {
		if bin, ok := quantileOf(bins, i, uint64(percent)); ok {
			values = append(values, float64(lows[bin]))
		}
	}
	if len(values) == 0 {
		return 0, 0
	}
	first, last := stats.Percentiles(values, stats.Confidence)
	high := time.Duration(last)
	return time.Duration(first), high + 1<<(shift(high)+coarse) - 1
}

// quantileOf is the bin of a replica's quantile; ok is false when it has no calls.
func quantileOf(bins []*replicaCounts, replica int, percent uint64) (bin int, ok bool) {
	total := uint64(0)
	for _, counts := range bins {
		total += counts[replica]
	}
	rank := max(1, (total*percent+99)/100)
	for bin, counts := range bins {
		if counts[replica] >= rank {
			return bin, true
		}
		rank -= counts[replica]
	}
	return 0, false
}
