package stats

import "math"

// Wilson is the score interval of the probability behind k successes in n
// trials (Wilson 1927; method 3 of Newcombe 1998, without correction for
// continuity). Its coverage is near confidence on average; near 0 and 1 it can
// be lower. Of no trials it is 0 to 1. It panics when k is not from 0 to n, or
// confidence not between 0 and 1.
func Wilson(k, n int, confidence float64) (lo, hi float64) {
	if k < 0 || k > n || !(confidence > 0 && confidence < 1) {
		panic("stats: Wilson of counts or a confidence that cannot be")
	}
	if n == 0 {
		return 0, 1
	}
	z := math.Sqrt2 * math.Erfinv(confidence)
	count, zz := float64(n), float64(z*z)
	share := float64(k) / count
	middle := share + zz/(2*count)
	half := z * math.Sqrt(float64(share*(1-share)/count)+zz/(4*float64(count*count)))
	lo, hi = (middle-float64(half))/(1+zz/count), (middle+float64(half))/(1+zz/count)
	if k == 0 { // exactly, not nearly
		lo = 0
	}
	if k == n {
		hi = 1
	}
	return lo, hi
}
