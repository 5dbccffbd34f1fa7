package stats

import (
	"math"
	"slices"
)

// Interval is from Lo to Hi, both included. Coverage is the probability with
// which it holds what it is of; ties can only raise it.
type Interval struct{ Lo, Hi, Coverage float64 }

// Median is the median of values and its exact interval from order statistics,
// the one that belongs to the sign test (Thompson 1936): no assumption but that
// values are independent and of one distribution. Coverage is the least that is
// at least confidence; ok is false when too few values can have it, with 0.95
// below six. Values may be infinite, and are not NaN; they are sorted in place.
// The median of an even number is in the middle of the two in the middle, and of
// none 0.
func Median(values []float64, confidence float64) (median float64, interval Interval, ok bool) {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0, Interval{}, false
	}
	median = middle(values[(n-1)/2], values[n/2])
	c := newCoins(n)
	if 1-2*c.atMost() < confidence {
		return median, Interval{}, false
	}
	last := *c
	for c.next(); 1-2*c.atMost() >= confidence; c.next() {
		last = *c
	}
	return median, Interval{values[last.k], values[n-1-last.k], 1 - 2*last.atMost()}, true
}

func middle(a, b float64) float64 {
	switch {
	case a == b:
		return a
	case math.IsInf(a, 0) && math.IsInf(b, 0):
		return 0
	}
	return a + (b-a)/2
}
