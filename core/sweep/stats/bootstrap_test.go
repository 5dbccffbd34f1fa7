package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestWeights compares weights with the Poisson distribution, of one replica over
// seeds and of one seed over replicas (chi square, 7 degrees of freedom; 24.3 is
// exceeded once in a thousand).
func TestWeights(t *testing.T) {
	const n = 100_000
	for name, draw := range map[string]func(int) uint64{
		"seeds":              func(i int) uint64 { return Weight(uint64(i), 3) },
		"seeds that step":    func(i int) uint64 { return Weight(uint64(i)*golden, 0) },
		"replicas":           func(i int) uint64 { return Weight(42, i) },
		"seeds and replicas": func(i int) uint64 { return Weight(uint64(i/Replicas), i%Replicas) },
	} {
		var counts [8]int
		for i := range n {
			counts[min(draw(i), 7)]++
		}
		chi, p, rest := 0.0, 1/math.E, 1.0
		for k, count := range counts {
			want := p
			if k == 7 {
				want = rest
			}
			chi += math.Pow(float64(count)-want*n, 2) / (want * n)
			rest -= p
			p /= float64(k + 1)
		}
		if chi > 24.3 {
			t.Errorf("%s: chi square %.1f, counts %v", name, chi, counts)
		}
	}
}

// TestWeightsAreIndependent: neighbouring seeds and neighbouring replicas have
// nothing to do with each other.
func TestWeightsAreIndependent(t *testing.T) {
	const n = 100_000
	for name, pair := range map[string]func(i int) (uint64, uint64){
		"seeds":    func(i int) (uint64, uint64) { return Weight(uint64(i), 5), Weight(uint64(i+1), 5) },
		"replicas": func(i int) (uint64, uint64) { return Weight(uint64(i), 5), Weight(uint64(i), 6) },
		"steps":    func(i int) (uint64, uint64) { return Weight(uint64(i)*golden, 1), Weight(uint64(i+1)*golden, 0) },
		"crossed":  func(i int) (uint64, uint64) { return Weight(uint64(i), i+1), Weight(uint64(i+1), i) },
	} {
		sum := 0.0
		for i := range n {
			a, b := pair(i)
			sum += (float64(a) - 1) * (float64(b) - 1)
		}
		if z := sum / math.Sqrt(n); math.Abs(z) > 3.5 {
			t.Errorf("%s: correlation %.4f, %.1f standard errors", name, sum/n, z)
		}
	}
}

// TestBootstrapCovers looks how often the interval of a pooled mean, of clusters
// of 1 to 9 values that are like each other, holds the mean behind it. Resampling
// values one by one would say 0.5 or so.
func TestBootstrapCovers(t *testing.T) {
	const experiments, seeds, effect = 400, 60, 2.0
	r := rand.New(rand.NewPCG(5, 6))
	holds := 0
	for e := range experiments {
		var sums, counts [Replicas]float64
		for s := range seeds {
			cluster := r.NormFloat64() * effect
			size := 1 + r.IntN(9)
			for replica := range Replicas {
				w := float64(Weight(uint64(e*seeds+s), replica))
				sums[replica] += w * cluster * float64(size)
				counts[replica] += w * float64(size)
			}
		}
		means := make([]float64, Replicas)
		for i := range means {
			means[i] = sums[i] / counts[i]
		}
		if lo, hi := Percentiles(means, 0.95); lo <= 0 && 0 <= hi {
			holds++
		}
	}
	if share := float64(holds) / experiments; share < 0.90 || share > 0.98 {
		t.Errorf("holds the mean in %.3f of experiments", share)
	}
}

func TestPercentiles(t *testing.T) {
	values := make([]float64, 200)
	for i := range values {
		values[i] = float64(199 - i)
	}
	if lo, hi := Percentiles(values, 0.95); lo != 5 || hi != 194 {
		t.Errorf("%v to %v of 0 to 199", lo, hi)
	}
	if lo, hi := Percentiles([]float64{3}, 0.95); lo != 3 || hi != 3 {
		t.Errorf("%v to %v of 3", lo, hi)
	}
}

func BenchmarkWeight(b *testing.B) {
	sum := uint64(0)
	for i := range b.N {
		sum += Weight(uint64(i/Replicas), i%Replicas)
	}
	b.ReportMetric(float64(sum)/float64(b.N), "weight/op")
}
