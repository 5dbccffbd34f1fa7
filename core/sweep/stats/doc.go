// Package stats is the statistics of many runs: what a share of seeds is worth,
// and whether two variants of a system, played with the same seeds, differ by
// more than chance. It has plain functions over numbers and knows nothing of
// runs. Its tests are exact: no normal approximation, no minimal sample.
//
// A pair is one seed played by both variants. Pairs are independent, since seeds
// are; within a pair nothing is assumed, which is why signs are counted and not
// means: simulated times and losses are not normal and have long tails.
//
// The arithmetic gives the same bits on every platform, as in package core:
// products and sums are not fused.
package stats

// Confidence is that of every interval that simlua prints.
const Confidence = 0.95

// Level is the significance level of every mark that simlua prints: the chance
// that a family of tests marks anything when nothing differs.
const Level = 1 - Confidence
