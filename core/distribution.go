package core

import (
	"fmt"
	"math"
	"math/bits"
	"time"
)

// Shape is the family of a Distribution.
type Shape uint8

// The shapes, and what A and B of a Distribution mean to each.
const (
	Constant     Shape = iota // A always
	Uniform                   // from A to B, both included
	Normal                    // mean A, standard deviation B
	LogNormal                 // median A, B is sigma of the logarithm in parts per billion
	Exponential               // mean A
	Pareto                    // at least A, B is the tail index alpha in parts per billion
	Cycle                     // from A down to B in steps of Step, again and again
	ParetoNormal              // of jitter only: a quarter normal, three quarters pareto
)

func (s Shape) String() string {
	return [...]string{"constant", "uniform", "normal", "lognormal", "exponential", "pareto", "cycle", "paretonormal"}[s]
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
	case d.Shape > Cycle:
		return fmt.Errorf("%v is a distribution of jitter only", d.Shape)
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

// Quantile is the duration that a share u of all samples stays below; u is a
// draw of 64 bits. Drawing one number for a sample, whatever the shape, keeps a
// stream in step when the distribution changes.
func (d Distribution) Quantile(u uint64) time.Duration {
	switch d.Shape {
	case Uniform:
		share, _ := bits.Mul64(u, uint64(d.B-d.A)+1)
		return d.A + time.Duration(share)
	case Normal:
		return clamp(float64(d.A) + float64(float64(d.B)*normalQuantile(unit(u))))
	case LogNormal:
		return clamp(float64(float64(d.A) * exp(float64(float64(d.B)/1e9*normalQuantile(unit(u))))))
	case Exponential:
		return clamp(float64(-float64(d.A) * ln(1-unit(u))))
	case Pareto:
		return clamp(float64(float64(d.A) * exp(float64(-ln(1-unit(u))/(float64(d.B)/1e9)))))
	}
	return d.A
}

// Sampler draws from one Distribution; only Cycle remembers anything.
type Sampler struct {
	Distribution
	count int64
}

// Sample draws the next duration from r: one draw, whatever the shape.
func (s *Sampler) Sample(r *Random) time.Duration { return s.at(r.Uint64()) }

func (s *Sampler) at(u uint64) time.Duration {
	if s.Shape != Cycle {
		return s.Quantile(u)
	}
	n := int64((s.A-s.B)/s.Step) + 1
	d := s.A - time.Duration(s.count%n)*s.Step
	s.count++
	return d
}

// unit is a draw as a number between 0 and 1, neither included.
func unit(u uint64) float64 { return (float64(u>>11) + 0.5) / (1 << 53) }

func clamp(ns float64) time.Duration {
	switch {
	case !(ns > 0):
		return 0
	case ns > float64(sampleMax):
		return sampleMax
	}
	return time.Duration(ns)
}

// normalQuantile is the inverse of the standard normal distribution function,
// by Acklam's rational approximation (relative error below 1.2e-9).
func normalQuantile(p float64) float64 {
	const low = 0.02425
	switch {
	case p < low:
		return normalTail(math.Sqrt(float64(-2 * ln(p))))
	case p > 1-low:
		return -normalTail(math.Sqrt(float64(-2 * ln(1-p))))
	}
	q := p - 0.5
	r := float64(q * q)
	return float64(q*polynomial(r, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
		1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00)) /
		polynomial(r, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
			6.680131188771972e+01, -1.328068155288572e+01, 1)
}

func normalTail(q float64) float64 {
	return polynomial(q, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
		-2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00) /
		polynomial(q, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
			3.754408661907416e+00, 1)
}

// polynomial by Horner's rule, the highest power first.
func polynomial(x float64, coefficients ...float64) float64 {
	sum := 0.0
	for _, c := range coefficients {
		sum = float64(sum*x) + c
	}
	return sum
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
