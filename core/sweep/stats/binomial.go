package stats

import "math"

// coins walks through the binomial distribution of n fair coins, from no heads
// upwards. It keeps sums as multiples of a power of two, which neither overflow
// nor vanish, and uses no functions that platforms compute differently.
type coins struct {
	n, k      int
	term, sum float64 // C(n,k) and all C(n,i) up to it, both by 2^scale
	scale     int
}

func newCoins(n int) *coins { return &coins{n: n, term: 1, sum: 1} }

// atMost is the probability of at most k heads.
func (c *coins) atMost() float64 { return math.Ldexp(c.sum, c.scale-c.n) }

// next goes on to k+1.
func (c *coins) next() {
	c.term = float64(c.term * float64(c.n-c.k) / float64(c.k+1))
	c.k++
	c.sum += c.term
	if _, e := math.Frexp(c.sum); e > 512 {
		c.term, c.sum, c.scale = math.Ldexp(c.term, -e), math.Ldexp(c.sum, -e), c.scale+e
	}
}

// halfAtMost is the probability that of n fair coins at most k show heads.
func halfAtMost(k, n int) float64 {
	c := newCoins(n)
	for c.k < k {
		c.next()
	}
	return c.atMost()
}
