package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestWilsonPublished has method 3 of table I of R. G. Newcombe, "Two-sided
// confidence intervals for the single proportion: comparison of seven methods",
// Statistics in Medicine 17 (1998).
func TestWilsonPublished(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		lo, hi := Wilson(c.k, c.n, 0.95)
		if math.Abs(lo-c.lo) > 0.00005 || math.Abs(hi-c.hi) > 0.00005 {
			t.Errorf("%d of %d: got %.4f to %.4f, published are %.4f to %.4f", c.k, c.n, lo, hi, c.lo, c.hi)
		}
	}
}

// TestWilsonCovers looks at the interval as it is used: it holds the share that
// is true for about 95 % of samples, whatever that is.
func TestWilsonCovers(t *testing.T) {
	const n = 50
	for _, p := range []float64{0.1, 0.3, 0.5, 0.8, 0.95} {
		covered := 0.0
		for k := range n + 1 {
			if lo, hi := Wilson(k, n, 0.95); lo <= p && p <= hi {
				covered += binomial(k, n, p)
			}
		}
		if covered < 0.92 || covered > 0.985 {
			t.Errorf("with p = %v the interval holds it in %.3f of samples", p, covered)
		}
	}
	if lo, hi := Wilson(0, 0, 0.95); lo != 0 || hi != 1 {
		t.Errorf("of nothing: %v to %v", lo, hi)
	}
}

func binomial(k, n int, p float64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log(1-p))
}

// TestMcNemarPublished has P. Armitage, G. Berry, "Statistical Methods in Medical
// Research" (3rd edition, 1994), p. 127: two media for culturing tuberculosis; of
// 50 specimens, 12 grew on A only and 2 on B only; P = 0.0129.
func TestMcNemarPublished(t *testing.T) {
	if p := McNemar(12, 2); math.Abs(p-0.0129) > 0.00005 {
		t.Errorf("got %v", p)
	}
}

// TestSignTestEnumerated counts, over all ways in which n coins can fall, those
// that are at least as uneven.
func TestSignTestEnumerated(t *testing.T) {
	for n := range 17 {
		var heads [18]int
		for coins := range 1 << n {
			heads[bits.OnesCount(uint(coins))]++
		}
		for higher := range n + 1 {
			uneven := 0
			for k := range n + 1 {
				if max(k, n-k) >= max(higher, n-higher) {
					uneven += heads[k]
				}
			}
			want := float64(uneven) / float64(int(1)<<n)
			if got := SignTest(higher, n-higher); math.Abs(got-want) > 1e-12 {
				t.Errorf("%d and %d: got %v, counted %v", higher, n-higher, got, want)
			}
		}
	}
}

func TestSignTestOfMany(t *testing.T) {
	for _, n := range []int{500, 1022, 1023, 2000, 1_000_000} {
		half := SignTest(n/2, n-n/2)
		if half != 1 {
			t.Errorf("%d pairs, as even as can be: %v", n, half)
		}
	}
	if p := SignTest(0, 5000); p != 0 {
		t.Errorf("less than a number can say: %v", p)
	}
}

// TestMedianCovers draws many samples and looks how often the interval holds the
// median they come from: as often as it says.
func TestMedianCovers(t *testing.T) {
	const samples = 20_000
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{6, 9, 20, 41} {
		holds, coverage := 0, 0.0
		for range samples {
			values := make([]float64, n)
			for i := range values {
				values[i] = r.ExpFloat64()
			}
			_, interval, ok := Median(values, 0.95)
			if !ok {
				t.Fatalf("no interval of %d values", n)
			}
			coverage = interval.Coverage
			if interval.Lo <= math.Ln2 && math.Ln2 <= interval.Hi {
				holds++
			}
		}
		got, sigma := float64(holds)/samples, math.Sqrt(coverage*(1-coverage)/samples)
		if coverage < 0.95 || math.Abs(got-coverage) > 4*sigma {
			t.Errorf("%d values: holds the median in %.4f of samples, and says %.4f", n, got, coverage)
		}
	}
}

func TestMedian(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0}, {[]float64{7}, 7}, {[]float64{3, 1}, 2}, {[]float64{3, 1, 2}, 2}, {[]float64{inf, 1, 2}, 2},
		{[]float64{-inf, inf}, 0}, {[]float64{-inf, -inf}, -inf}, {[]float64{1, inf}, inf},
	} {
		if got, _, ok := Median(slices.Clone(c.values), 0.95); got != c.want || ok {
			t.Errorf("%v: got %v, %v", c.values, got, ok)
		}
	}
	if _, i, ok := Median([]float64{6, 5, 4, 3, 2, 1}, 0.95); !ok || i != (Interval{1, 6, 0.96875}) {
		t.Errorf("of six: %v, %v", i, ok)
	}
}

// TestHolmKeepsTheLevel plays families of tests of which nothing is true: at most
// one family in twenty may have an alarm. Uncorrected, most would.
func TestHolmKeepsTheLevel(t *testing.T) {
	const families, tests = 4000, 20
	r := rand.New(rand.NewPCG(3, 4))
	alarms, uncorrected := 0, 0
	for range families {
		p := make([]float64, tests)
		for i := range p {
			p[i] = r.Float64()
		}
		if slices.Min(p) <= 0.05 {
			uncorrected++
		}
		if slices.Min(Holm(p)) <= 0.05 {
			alarms++
		}
	}
	if share := float64(alarms) / families; share > 0.065 || share < 0.035 {
		t.Errorf("%.3f of families have an alarm", share)
	}
	if uncorrected < families/2 {
		t.Errorf("%d of %d families have one uncorrected: the test tests nothing", uncorrected, families)
	}
	if got := Holm(nil); len(got) != 0 {
		t.Error(got)
	}
}
