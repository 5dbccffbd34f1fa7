package stats

import (
	"cmp"
	"slices"
)

// Holm adjusts the probabilities of a family of tests (Holm 1979, step-down):
// those at most 0.05 then are all false alarms with a chance of at most 0.05,
// whatever the tests have to do with each other. The result is in the order of p.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted, least := make([]float64, len(p)), 0.0
	for rank, i := range order {
		least = max(least, min(1, float64(p[i]*float64(len(p)-rank))))
		adjusted[i] = least
	}
	return adjusted
}
