package stats

import "slices"

// Replicas is how many samples of seeds an interval is resampled from.
const Replicas = 200

// Weight is how often a replica drew a seed: a draw of the Poisson distribution
// with mean 1 that depends on the two only (the Poisson bootstrap, Hanley &
// MacGibbon 2006; Chamandy et al. 2012). So a sample of seeds is known to all who
// work on parts of it, in any order, and nobody keeps it.
func Weight(seed uint64, replica int) uint64 {
	u := mix(mix(seed) + uint64(replica)*golden)
	w := uint64(0)
	for w < uint64(len(poisson)) && u >= poisson[w] {
		w++
	}
	return w
}

// golden is 2^64 over the golden ratio, odd: the step of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// mix is the step and the output function of SplitMix64 (Steele, Lea & Flood
// 2014): all bits of x decide about all bits of the result.
func mix(x uint64) uint64 {
	x += golden
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// poisson holds the probabilities of at most 0, 1, 2 … with mean 1, as shares of
// 2^64, as far as such a share can tell them from 1.
var poisson = func() (upTo []uint64) {
	sum, term := uint64(0), uint64(0x5e2d58d8b3bcdf1a) // 2^64 over e
	for k := uint64(1); term > 0; k++ {
		sum += term
		upTo = append(upTo, sum)
		term /= k
	}
	return upTo
}()

// Percentiles is the interval that the confidence of replicas lies in, as many
// of them above as below (Efron's percentile interval). They are sorted in
// place; it panics when there are none.
func Percentiles(replicas []float64, confidence float64) (lo, hi float64) {
	slices.Sort(replicas)
	out := int(float64(len(replicas)) * (1 - confidence) / 2)
	return replicas[out], replicas[len(replicas)-1-out]
}
