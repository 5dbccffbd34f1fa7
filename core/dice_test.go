package core

import (
	"math"
	"strings"
	"testing"
	"time"
)

func roller(p Profile) *dice {
	d := &dice{random: NewRandom(17, "dice")}
	d.delay.Distribution = p.Delay
	return d
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*math.Abs(want) {
		t.Errorf("%s: got %.5g, want %.5g within %.0f %%", what, got, want, 100*tolerance)
	}
}

// Long-run loss and mean length of a bad state against the formulas of
// Gilbert and Elliott.
func TestGilbertElliottMoments(t *testing.T) {
	const n = 1_000_000
	p, r, h, k := 0.01, 0.25, 0.2, 0.999
	profile := Profile{GEModel: &GEModel{P: probability(p), R: probability(r), H: probability(h), K: probability(k)}}
	d := roller(profile)
	lost, bursts, bad := 0, 0, 0
	for range n {
		was := d.bad
		if d.roll(&profile).lost {
			lost++
		}
		if d.bad {
			bad++
			if !was {
				bursts++
			}
		}
	}
	near(t, "loss", float64(lost)/n, p/(p+r)*(1-h)+r/(p+r)*(1-k), 0.03)
	near(t, "packets in a bad state", float64(bad)/float64(bursts), 1/r, 0.03)
	near(t, "share of bad states", float64(bad)/n, p/(p+r), 0.03)
}

func probability(p float64) Probability {
	q, err := NewProbability(p)
	if err != nil {
		panic(err)
	}
	return q
}

// Mean, deviation and serial correlation of jitter. A correlation rho makes of
// uniform draws a sequence of deviation sqrt((1-rho)/(1+rho)) times theirs.
func TestJitterMoments(t *testing.T) {
	const n = 400_000
	mean, jitter := 100.0, 10.0
	for name, test := range map[string]struct {
		shape     Shape
		rho       float64
		deviation float64
	}{
		"uniform":            {Uniform, 0, jitter / math.Sqrt(3)},
		"uniform correlated": {Uniform, 0.5, jitter / math.Sqrt(3) * math.Sqrt(0.5/1.5)},
		"normal":             {Normal, 0, jitter},
		"pareto":             {Pareto, 0, jitter},
		"paretonormal": {ParetoNormal, 0, jitter * math.Sqrt(integral(func(u float64) float64 {
			x := jitterQuantile[ParetoNormal](u)
			return x * x
		}))},
	} {
		t.Run(name, func(t *testing.T) {
			profile := Profile{Delay: ConstantDelay(100 * time.Millisecond), Jitter: 10 * time.Millisecond,
				Shape: test.shape, DelayCorr: probability(test.rho)}
			d := roller(profile)
			var sum, squares, products, before float64
			for i := range n {
				x := float64(d.roll(&profile).delay)/1e6 - mean
				sum += x
				squares += x * x
				if i > 0 {
					products += x * before
				}
				before = x
			}
			deviation := math.Sqrt(squares / n)
			near(t, "mean", mean+sum/n, mean, 0.002)
			near(t, "deviation", deviation, test.deviation, map[bool]float64{true: 0.15, false: 0.02}[test.shape >= Pareto])
			if got := products / squares; math.Abs(got-test.rho) > 0.01 {
				t.Errorf("correlation: got %.3f, want %.3f", got, test.rho)
			}
		})
	}
}

// integral over the unit interval, by midpoints.
func integral(f func(float64) float64) float64 {
	const n = 1_000_000
	sum := 0.0
	for i := range n {
		sum += f((float64(i) + 0.5) / n)
	}
	return sum / n
}

// A correlated sequence compared with p, as netem does it: the loss is that of
// an average of uniform draws, and losses come in runs.
func TestCorrelatedLossComesInRuns(t *testing.T) {
	const n = 500_000
	runs := func(rho float64) (lost, runs float64) {
		profile := Profile{Loss: probability(0.3), LossCorr: probability(rho)}
		d := roller(profile)
		before := false
		for range n {
			l := d.roll(&profile).lost
			if l {
				lost++
				if !before {
					runs++
				}
			}
			before = l
		}
		return lost, runs
	}
	lost, count := runs(0)
	near(t, "independent loss", lost/n, 0.3, 0.01)
	near(t, "independent runs", lost/count, 1/0.7, 0.01)
	lost, count = runs(0.5)
	if lost/count < 1.1/0.7 {
		t.Errorf("correlated losses come %.2f at a time", lost/count)
	}
}

func TestOtherVices(t *testing.T) {
	const n = 200_000
	profile := Profile{Delay: ConstantDelay(time.Millisecond), Duplicate: probability(0.02), Corrupt: probability(0.03),
		CorruptUndetected: probability(0.04), Reorder: probability(0.5), Gap: 5}
	d := roller(profile)
	var duplicated, corrupted, undetected, overtakes float64
	for range n {
		f := d.roll(&profile)
		count(&duplicated, f.duplicated)
		count(&corrupted, f.corrupted)
		count(&undetected, f.undetected)
		count(&overtakes, f.overtakes)
	}
	near(t, "duplicate", duplicated/n, 0.02, 0.05)
	near(t, "corrupt", corrupted/n, 0.03, 0.05)
	near(t, "corrupt_undetected", undetected/n, 0.04, 0.05)
	near(t, "reorder", overtakes/n, 1.0/6, 0.02) // every fifth at least, then each with one half
}

func count(n *float64, happened bool) {
	if happened {
		*n++
	}
}

// Whatever the profile, a packet takes the same numbers from the stream.
func TestProfilesShiftNothing(t *testing.T) {
	plain := Profile{Delay: UniformDelay(0, time.Second)}
	vicious := Profile{Delay: UniformDelay(0, time.Second), Loss: Always / 2, LossCorr: Always / 4, Duplicate: Always / 2,
		Corrupt: Always / 2, Reorder: Always / 2, GEModel: nil}
	a, b := roller(plain), roller(vicious)
	for i := range 1000 {
		if x, y := a.roll(&plain), b.roll(&vicious); x.delay != y.delay {
			t.Fatalf("packet %d: %v and %v", i, x.delay, y.delay)
		}
	}
}

func TestProfileMistakes(t *testing.T) {
	good := ConstantDelay(time.Millisecond)
	for want, p := range map[string]Profile{
		"jitter: a delay that is a distribution": {Delay: UniformDelay(1, 2), Jitter: 1},
		"jitter: a duration from 0":              {Delay: good, Jitter: -1},
		"delay_corr: a correlation of jitter":    {Delay: good, DelayCorr: 1},
		"distribution: uniform, normal":          {Delay: good, Jitter: 1, Shape: Exponential},
		"duplicate: a probability":               {Duplicate: Always + 1},
		"gemodel: it replaces loss":              {Loss: 1, GEModel: &GEModel{}},
		"gemodel: p, r, h and k":                 {GEModel: &GEModel{P: Always + 1}},
		"gap: a whole number":                    {Gap: 3},
		"reorder: it contradicts":                {Delay: good, Reorder: 1, KeepOrder: true},
		"reorder: without a delay":               {Reorder: 1},
		"rate: bits a second":                    {Rate: -1},
		"limit: a rate wants":                    {Rate: 1},
		"limit: a queue wants":                   {Limit: DefaultLimit},
		"limit: packets or bytes":                {Limit: Limit{Packets: -1}},
		"limit: a queue of 100 bytes":            {Rate: 1, Limit: Limit{Bytes: 100}},
		"overhead: from 0 to 1500":               {Overhead: 10},
		"mtu: from 68":                           {MTU: 20},
	} {
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for _, d := range Profiles {
		if err := d.Up.Validate(); err != nil {
			t.Errorf("%s up: %v", d.Name, err)
		}
		if err := d.Down.Validate(); err != nil {
			t.Errorf("%s down: %v", d.Name, err)
		}
	}
}

func TestRegions(t *testing.T) {
	d, err := Region("eu-west-1", "us-east-1")
	if err != nil || d.Up.Delay.A != 40500*time.Microsecond || d.Up.Validate() != nil {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := Region("us-east-1", "mars-1"); err == nil || !strings.Contains(err.Error(), "eu-central-1") {
		t.Errorf("got %v", err)
	}
}
