package core

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// The vectors pin the generator and its seeding: they must never change, or
// every recorded seed means another run. Computed once with this code; the
// generator itself was checked against the reference state below.
func TestRandomVectors(t *testing.T) {
	for _, test := range []struct {
		seed uint64
		name string
		want string
	}{
		{1, "plan", "71d44757f042ee9b a2b1ea52219ba641 d2cb2e73b291b8a8"},
		{1, "link public>internal", "e45279ad08549519 1d08994ab9384e73 ee24ae5477f445f1"},
		{1<<64 - 1, "", "3ddcb726667d4857 8ac02fc0feb24dfe cbf1513fb07c8dae"},
	} {
		r := NewRandom(test.seed, test.name)
		got := fmt.Sprintf("%016x %016x %016x", r.Uint64(), r.Uint64(), r.Uint64())
		if got != test.want {
			t.Errorf("%d %q: got %s, want %s", test.seed, test.name, got, test.want)
		}
	}
}

// The state {1, 2, 3, 4} and its outputs are those published with xoshiro256**
// (also the test of rand_xoshiro).
func TestXoshiroReference(t *testing.T) {
	r := &Random{s: [4]uint64{1, 2, 3, 4}}
	for i, want := range []uint64{11520, 0, 1509978240, 1215971899390074240, 1216172134540287360,
		607988272756665600, 16172922978634559625, 8476171486693032832} {
		if got := r.Uint64(); got != want {
			t.Fatalf("output %d: got %d, want %d", i, got, want)
		}
	}
}

func TestChanceIsExact(t *testing.T) {
	r := NewRandom(7, "chance")
	const n = 1_000_000
	for _, p := range []Probability{Never, Always / 100, Always / 3, Always} {
		hits := 0
		for range n {
			if r.Chance(p) {
				hits++
			}
		}
		want := float64(n) * float64(p) / float64(Always)
		sigma := math.Sqrt(want * (1 - float64(p)/float64(Always)))
		if math.Abs(float64(hits)-want) > 4*sigma {
			t.Errorf("%v: %d hits of %d", p, hits, n)
		}
	}
}

func TestProbability(t *testing.T) {
	for _, p := range []float64{-0.1, 1.1, math.NaN(), 1e-12} {
		if _, err := NewProbability(p); err == nil {
			t.Errorf("%v was taken for a probability", p)
		}
	}
	if p, err := NewProbability(0.01); err != nil || p != Always/100 || p.String() != "0.01" {
		t.Errorf("got %v, %v", p, err)
	}
}

func TestIntCoversItsRange(t *testing.T) {
	r := NewRandom(3, "int")
	seen := map[int64]int{}
	for range 6000 {
		seen[r.Int(-2, 3)]++
	}
	for i := int64(-2); i <= 3; i++ {
		if seen[i] < 850 || seen[i] > 1150 {
			t.Errorf("%d came %d times of 1000 expected", i, seen[i])
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d values, want 6", len(seen))
	}
	r.Int(math.MinInt64, math.MaxInt64)
}

// Mean and standard deviation of each shape against its formulas.
func TestDistributionMoments(t *testing.T) {
	const ms = time.Millisecond
	sigma := 0.5
	for _, test := range []struct {
		d          Distribution
		mean, devi float64 // milliseconds
	}{
		{ConstantDelay(20 * ms), 20, 0},
		{UniformDelay(10*ms, 40*ms), 25, 30 / math.Sqrt(12)},
		{Distribution{Shape: Normal, A: 100 * ms, B: 10 * ms}, 100, 10},
		{Distribution{Shape: Exponential, A: 30 * ms}, 30, 30},
		{Distribution{Shape: LogNormal, A: 50 * ms, B: 500_000_000}, 50 * math.Exp(sigma*sigma/2),
			50 * math.Exp(sigma*sigma/2) * math.Sqrt(math.Exp(sigma*sigma)-1)},
		{Distribution{Shape: Pareto, A: 10 * ms, B: 5_000_000_000}, 12.5, 10 * math.Sqrt(5.0/(16*3))},
	} {
		s := Sampler{Distribution: test.d}
		r := NewRandom(11, "moments")
		const n = 400_000
		var sum, squares float64
		for range n {
			x := float64(s.Sample(r)) / 1e6
			sum += x
			squares += x * x
		}
		mean := sum / n
		devi := math.Sqrt(max(0, squares/n-mean*mean))
		if math.Abs(mean-test.mean) > 0.01*test.mean || math.Abs(devi-test.devi) > 0.03*test.devi+0.001 {
			t.Errorf("%v: mean %.3f deviation %.3f, want %.3f and %.3f", test.d.Shape, mean, devi, test.mean, test.devi)
		}
	}
}

func TestCycleFallsAndBeginsAgain(t *testing.T) {
	s := Sampler{Distribution: ReverseLatency.Delay}
	for i := range 50 {
		want := time.Duration(50-2*(i%21)) * time.Millisecond
		if got := s.at(0); got != want {
			t.Fatalf("sample %d: got %v, want %v", i, got, want)
		}
	}
}

func TestLnAndExp(t *testing.T) {
	for _, x := range []float64{1e-300, 1e-9, 0.3, 0.7071, 1, 2, 2.718281828, 12345.678, 1e300} {
		if got, want := ln(x), math.Log(x); math.Abs(got-want) > 2e-15*max(1, math.Abs(want)) {
			t.Errorf("ln %v: got %v, want %v", x, got, want)
		}
	}
	for _, x := range []float64{-700, -12.5, -0.1, 0, 0.3, 1, 20, 690} {
		if got, want := exp(x), math.Exp(x); math.Abs(got-want) > 1e-13*want {
			t.Errorf("exp %v: got %v, want %v", x, got, want)
		}
	}
}
