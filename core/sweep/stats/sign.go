package stats

// SignTest is the exact two-sided sign test: the probability that chance alone
// splits higher+lower pairs at least as unevenly, when a pair is as likely to be
// higher as lower. Ties are left out beforehand, as is usual (Dixon & Mood 1946).
// The probability is of both tails in full, not the mid-p, so that a test at 5 %
// is wrong in at most 5 % of cases. Of no pairs it is 1. It takes time in the
// smaller of both numbers. It panics when one is negative.
func SignTest(higher, lower int) float64 {
	if higher < 0 || lower < 0 {
		panic("stats: SignTest of a negative count")
	}
	if d := higher - lower; -1 <= d && d <= 1 {
		return 1 // exactly, not nearly
	}
	return min(1, 2*halfAtMost(min(higher, lower), higher+lower))
}

// McNemar is McNemar's exact two-sided test of paired yes and no, from the
// discordant pairs: those in which only the first said yes, and those in which
// only the second did. It is the sign test of these (McNemar 1947), in full,
// not the mid-p.
func McNemar(onlyFirst, onlySecond int) float64 { return SignTest(onlyFirst, onlySecond) }

// Fewest is how many pairs a sign test needs, all of them on one side, to be
// significant among so many tests.
func Fewest(tests int) int {
	n := 1
	for SignTest(n, 0)*float64(tests) > Level {
		n++
	}
	return n
}
