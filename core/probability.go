package core

import (
	"fmt"
	"math"
	"strconv"
)

// Probability is an exact probability in parts per billion, so that no
// decision depends on floating point.
type Probability uint64

// The bounds of a Probability.
const (
	Never  Probability = 0
	Always Probability = 1_000_000_000
)

// NewProbability turns a number from 0 to 1 into the nearest Probability.
// A number that is neither 0 nor at least one part per billion is an error.
func NewProbability(p float64) (Probability, error) {
	if !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("a probability is a number from 0 to 1, not %v", p)
	}
	ppb := Probability(math.Round(p * float64(Always)))
	if ppb == 0 && p > 0 {
		return 0, fmt.Errorf("a probability above 0 is at least 1e-9, not %v", p)
	}
	return ppb, nil
}

func (p Probability) String() string {
	return strconv.FormatFloat(float64(p)/float64(Always), 'g', -1, 64)
}
