package core

import (
	"fmt"
	"math"
	"time"
)

// Shape is the family of a Distribution.
type Shape uint8

// The shapes, and what A and B of a Distribution mean to each.
const (
	Constant    Shape = iota // A always
	Uniform                  // from A to B, both included
	Normal                   // mean A, standard deviation B
	LogNormal                // median A, B is sigma of the logarithm in parts per billion
	Exponential              // mean A
	Pareto                   // at least A, B is the tail index alpha in parts per billion
	Cycle                    // from A down to B in steps of Step, again and again
)

func (s Shape) String() string {
	return [...]string{"constant", "uniform", "normal", "lognormal", "exponential", "pareto", "cycle"}[s]
}

// Distribution is how long something takes. Samples are never negative and
// never longer than an hour. The arithmetic gives the same samples on every
// platform: no fused operations, no library functions that differ.
type Distribution struct {
	Shape      Shape
	A, B, Step time.Duration
}

// ConstantDelay is a Distribution that is always d.
func ConstantDelay(d time.Duration) Distribution { return Distribution{Shape: Constant, A: d} }

// UniformDelay is a Distribution from a to b.
func UniformDelay(a, b time.Duration) Distribution { return Distribution{Shape: Uniform, A: a, B: b} }

const sampleMax = time.Hour

// Validate says what is wrong with d.
func (d Distribution) Validate() error {
	switch {
	case d.A < 0 || d.B < 0 || d.Step < 0:
		return fmt.Errorf("%s: durations are not negative", d.Shape)
	case d.A > sampleMax || (d.Shape == Uniform && d.B > sampleMax):
		return fmt.Errorf("%s: durations are at most %v", d.Shape, sampleMax)
	case d.Shape == Uniform && d.B < d.A:
		return fmt.Errorf("uniform: the second duration (%v) is shorter than the first (%v)", d.B, d.A)
	case d.Shape == Pareto && (d.A == 0 || d.B == 0):
		return fmt.Errorf("pareto: the least duration and alpha are above 0")
	case d.Shape == Cycle && (d.Step == 0 || d.B > d.A):
		return fmt.Errorf("cycle: falls from the first duration to a shorter one in steps above 0")
	}
	return nil
}

// Sampler draws from one Distribution.
type Sampler struct {
	Distribution
	count int64
}

// Sample draws the next duration from r.
func (s *Sampler) Sample(r *Random) time.Duration {
	switch s.Shape {
	case Uniform:
		return time.Duration(r.Int(int64(s.A), int64(s.B)))
	case Normal:
		return clamp(float64(s.A) + float64(float64(s.B)*normal(r)))
	case LogNormal:
		return clamp(float64(float64(s.A) * exp(float64(float64(s.B)/1e9*normal(r)))))
	case Exponential:
		return clamp(float64(-float64(s.A) * ln(1-r.Float64())))
	case Pareto:
		return clamp(float64(float64(s.A) * exp(float64(-ln(1-r.Float64())/(float64(s.B)/1e9)))))
	case Cycle:
		n := int64((s.A-s.B)/s.Step) + 1
		d := s.A - time.Duration(s.count%n)*s.Step
		s.count++
		return d
	}
	return s.A
}

func clamp(ns float64) time.Duration {
	switch {
	case !(ns > 0):
		return 0
	case ns > float64(sampleMax):
		return sampleMax
	}
	return time.Duration(ns)
}

// normal draws from N(0,1) by Marsaglia's polar method.
func normal(r *Random) float64 {
	for {
		u, v := float64(2*r.Float64())-1, float64(2*r.Float64())-1
		s := float64(u*u) + float64(v*v)
		if s > 0 && s < 1 {
			return float64(u * math.Sqrt(float64(-2*ln(s))/s))
		}
	}
}

// ln is the natural logarithm of x > 0, within 1e-15 relative error. The
// conversions forbid fused multiply-add, so every platform computes the same.
func ln(x float64) float64 {
	m, e := math.Frexp(x) // x = m * 2^e, m in [0.5, 1)
	if m < math.Sqrt2/2 {
		m, e = float64(2*m), e-1
	}
	z := float64((m - 1) / (m + 1)) // ln m = 2 atanh z, |z| < 0.172
	zz := float64(z * z)
	sum := 0.0
	for k := 21; k >= 1; k -= 2 {
		sum = float64(sum*zz) + float64(1/float64(k))
	}
	return float64(float64(2*z)*sum) + float64(float64(e)*math.Ln2)
}

// exp is e to the power x, as deterministic as ln.
func exp(x float64) float64 {
	switch {
	case x > 700:
		x = 700
	case x < -700:
		return 0
	}
	n := math.Floor(float64(x/math.Ln2) + 0.5)
	y := x - float64(n*math.Ln2) // |y| <= ln2/2
	sum := 1.0
	for k := 17; k >= 1; k-- {
		sum = 1 + float64(float64(y*sum)/float64(k))
	}
	return math.Ldexp(sum, int(n))
}
