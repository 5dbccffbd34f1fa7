package core

import (
	"errors"
	"fmt"
	"time"
)

// Profile describes a link, one direction of it, in the words of tc-netem(8).
// The zero Profile is a link without delay that harms nothing.
type Profile struct {
	Name string // for tables and logs

	Delay     Distribution  // one way, drawn for every packet
	Jitter    time.Duration // added to Delay or taken away, at most or (not Uniform) as deviation
	Shape     Shape         // of Jitter: Uniform, Normal, Pareto or ParetoNormal
	DelayCorr Probability   // of each packet's delay with the one before
	KeepOrder bool          // no packet of a pair of machines overtakes another

	Loss     Probability // of every packet, independent
	LossCorr Probability
	GEModel  *GEModel // losses in bursts, instead of Loss

	Duplicate     Probability
	DuplicateCorr Probability

	Corrupt           Probability // one bit flips; the checksum notices and the packet is dropped
	CorruptCorr       Probability
	CorruptUndetected Probability // one bit of the payload flips and nothing notices

	Reorder     Probability // sent at once, without the delay, overtaking others
	ReorderCorr Probability
	Gap         int // only every Gap-th packet is considered for Reorder; 0 means each

	Rate     int64 // bits a second for each pair of machines; 0 means without limit
	Overhead int   // bytes added to each packet on the wire, for Rate
	Limit    Limit // of the queue before Rate; packets beyond it are dropped
	MTU      int   // bytes of the largest packet; 0 means 1500

	Log string     // what the log shows: LogNone, LogFaults, LogAll or a machine's full name
	TCP *TCPConfig // of the connections over this link, in place of a machine's; nil: the machine's
}

// GEModel is the Gilbert-Elliott model: a good and a bad state, each with its
// own loss. The long-run loss is p/(p+r)*(1-h) + r/(p+r)*(1-k); a bad state
// lasts 1/r packets on average. (Elliott 1963; tc-netem's loss gemodel.)
type GEModel struct {
	P Probability // from good to bad, at each packet
	R Probability // from bad to good
	H Probability // a packet survives the bad state; usually 0
	K Probability // a packet survives the good state; usually 1
}

// Limit bounds a queue in packets, in bytes, or both; zero means unbounded.
type Limit struct{ Packets, Bytes int }

// DefaultLimit is the queue of a link with a Rate, as tc-netem's.
var DefaultLimit = Limit{Packets: 1000}

// DefaultMTU is that of Ethernet, in bytes.
const DefaultMTU = 1500

// What the log shows of a link.
const (
	LogNone   = "none"
	LogFaults = "faults" // lost packets; the default
	LogAll    = "all"    // every packet
)

// Validate says all that is wrong with p.
func (p *Profile) Validate() error {
	return errors.Join(p.validateDelay(), p.validateProbabilities(), p.validateRate(), p.validateTCP())
}

func (p *Profile) validateDelay() error {
	if err := p.Delay.Validate(); err != nil {
		return fmt.Errorf("delay: %w", err)
	}
	switch {
	case p.Jitter < 0 || p.Jitter > sampleMax:
		return fmt.Errorf("jitter: a duration from 0 to %v, not %v", sampleMax, p.Jitter)
	case p.Jitter == 0 && p.DelayCorr > 0:
		return errors.New("delay_corr: a correlation of jitter wants jitter")
	case p.Jitter > 0 && p.Delay.Shape != Constant:
		return errors.New("jitter: a delay that is a distribution has its jitter already")
	case p.Jitter > 0 && (p.Shape > ParetoNormal || jitterQuantile[p.Shape] == nil):
		return fmt.Errorf("distribution: uniform, normal, pareto or paretonormal, not %v", p.Shape)
	}
	return nil
}

func (p *Profile) validateProbabilities() error {
	for _, x := range []struct {
		name string
		p    Probability
	}{
		{"loss", p.Loss}, {"loss_corr", p.LossCorr}, {"delay_corr", p.DelayCorr},
		{"duplicate", p.Duplicate}, {"duplicate_corr", p.DuplicateCorr},
		{"corrupt", p.Corrupt}, {"corrupt_corr", p.CorruptCorr}, {"corrupt_undetected", p.CorruptUndetected},
		{"reorder", p.Reorder}, {"reorder_corr", p.ReorderCorr},
	} {
		if x.p > Always {
			return fmt.Errorf("%s: a probability is a number from 0 to 1, not %v", x.name, x.p)
		}
	}
	switch g := p.GEModel; {
	case g == nil:
	case g.P > Always || g.R > Always || g.H > Always || g.K > Always:
		return errors.New("gemodel: p, r, h and k are probabilities, numbers from 0 to 1")
	case p.Loss > 0:
		return errors.New("gemodel: it replaces loss; give one of them")
	}
	switch {
	case p.Gap < 0 || p.Gap > 0 && p.Reorder == 0:
		return errors.New("gap: a whole number of packets, and it wants reorder")
	case p.Reorder > 0 && p.KeepOrder:
		return errors.New("reorder: it contradicts keep_order")
	case p.Reorder > 0 && p.Delay.mostlyZero() && p.Jitter == 0:
		return errors.New("reorder: without a delay no packet can overtake another")
	}
	return nil
}

func (d Distribution) mostlyZero() bool { return d.A == 0 && d.B == 0 }

func (p *Profile) validateRate() error {
	const rateMax = 1e12
	switch {
	case p.Rate < 0 || p.Rate > rateMax:
		return fmt.Errorf("rate: bits a second from 0 to %d, not %d", int64(rateMax), p.Rate)
	case p.Limit.Packets < 0 || p.Limit.Bytes < 0:
		return errors.New("limit: packets or bytes, not negative")
	case p.Rate > 0 && p.Limit == Limit{}:
		return errors.New("limit: a rate wants a queue of at least one packet")
	case p.Rate == 0 && p.Limit != Limit{}:
		return errors.New("limit: a queue wants a rate")
	case p.Overhead < 0 || p.Overhead > 1500 || p.Overhead > 0 && p.Rate == 0:
		return errors.New("overhead: from 0 to 1500 bytes a packet, and it wants a rate")
	case p.MTU != 0 && (p.MTU < 68 || p.MTU > 65535):
		return fmt.Errorf("mtu: from 68 (RFC 791) to 65535 bytes, not %d", p.MTU)
	case p.Limit.Bytes > 0 && p.Limit.Bytes < p.mtu()+p.Overhead:
		return fmt.Errorf("limit: a queue of %d bytes holds no packet of %d", p.Limit.Bytes, p.mtu()+p.Overhead)
	}
	return nil
}

func (p *Profile) validateTCP() error {
	if p.TCP == nil {
		return nil
	}
	return p.TCP.validateLink()
}

func (p *Profile) mtu() int {
	if p.MTU == 0 {
		return DefaultMTU
	}
	return p.MTU
}
