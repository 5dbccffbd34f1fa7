package core

import "time"

// dice draw the fate of the packets of one direction of a link. They draw the
// same numbers from their stream for every packet, whatever the profile says,
// so that a change of the link shifts nothing that follows.
type dice struct {
	random    *Random
	delay     Sampler
	bad       bool // the state of the Gilbert-Elliott model
	loss      correlated
	duplicate correlated
	corrupt   correlated
	reorder   correlated
	jitter    correlated
	sinceLast int // packets since the last that was reordered, for Gap
}

// fate is what happens to one packet.
type fate struct {
	lost, duplicated, corrupted, undetected, overtakes bool
	bit                                                uint64 // which one flips
	delay                                              time.Duration
}

func (f *fate) harmless() bool {
	return !f.lost && !f.duplicated && !f.corrupted && !f.undetected
}

// correlated is a number from 0 to Always-1 that leans towards the one before
// by rho, as get_crandom of tc-netem: rho*last + (1-rho)*draw.
type correlated struct {
	last  uint64
	begun bool
}

func (c *correlated) next(r *Random, rho Probability) uint64 {
	x := r.Uint64n(uint64(Always))
	if rho > 0 && c.begun {
		x = (x*uint64(Always-rho) + c.last*uint64(rho)) / uint64(Always)
	}
	c.last, c.begun = x, true
	return x
}

func (d *dice) roll(p *Profile) fate {
	r := d.random
	var f fate
	loss := d.loss.next(r, p.LossCorr)
	turn := r.Uint64n(uint64(Always))
	f.duplicated = d.duplicate.next(r, p.DuplicateCorr) < uint64(p.Duplicate)
	f.corrupted = d.corrupt.next(r, p.CorruptCorr) < uint64(p.Corrupt)
	f.undetected = r.Uint64n(uint64(Always)) < uint64(p.CorruptUndetected)
	f.bit = r.Uint64()
	reorder := d.reorder.next(r, p.ReorderCorr)
	jitter := d.jitter.next(r, p.DelayCorr)
	delay := r.Uint64()

	f.lost = loss < uint64(p.Loss)
	if p.GEModel != nil {
		f.lost = d.gilbert(p.GEModel, loss, turn)
	}
	f.overtakes = d.overtakes(p, reorder)
	f.delay = d.delay.at(delay)
	if p.Jitter > 0 {
		f.delay = jittered(p, f.delay, jitter)
	}
	return f
}

// gilbert loses a packet by the state it finds, then changes the state.
func (d *dice) gilbert(g *GEModel, loss, turn uint64) bool {
	survives, changes := g.K, g.P
	if d.bad {
		survives, changes = g.H, g.R
	}
	if turn < uint64(changes) {
		d.bad = !d.bad
	}
	return loss >= uint64(survives)
}

// overtakes is netem's rule: with a gap of n, only every n-th packet may.
func (d *dice) overtakes(p *Profile, draw uint64) bool {
	if p.Reorder == 0 {
		return false
	}
	d.sinceLast++
	if d.sinceLast < p.Gap || draw >= uint64(p.Reorder) {
		return false
	}
	d.sinceLast = 0
	return true
}

// jitterQuantile turns a share of all packets into how far their delay is from
// the mean, in units of Profile.Jitter; nil for shapes that jitter cannot have.
var jitterQuantile = [ParetoNormal + 1]func(float64) float64{
	Constant:     uniformQuantile, // the default
	Uniform:      uniformQuantile,
	Normal:       normalQuantile,
	Pareto:       paretoQuantile,
	ParetoNormal: func(u float64) float64 { return float64(normalQuantile(u)/4) + float64(paretoQuantile(u)*3/4) },
}

func uniformQuantile(u float64) float64 { return float64(2*u) - 1 }

// paretoQuantile has mean 0 and deviation 1; the tail index is 3.
func paretoQuantile(u float64) float64 {
	const mean, deviation = 1.5, 0.8660254037844386
	return float64(exp(-ln(1-u)/3)-mean) / deviation
}

func jittered(p *Profile, mean time.Duration, draw uint64) time.Duration {
	u := (float64(draw) + 0.5) / float64(Always)
	return clamp(float64(mean) + float64(float64(p.Jitter)*jitterQuantile[p.Shape](u)))
}
