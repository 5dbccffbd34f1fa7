package core

import (
	"errors"
	"fmt"
	"time"
)

// DiskProfile describes the device that a machine's files are on. The zero
// DiskProfile is a device that takes no time, has no end and harms nothing.
//
// An operation takes its latency, or as long as the operations before it leave the
// device busy (IOPS, Bandwidth), whichever is longer. Bytes are those that the
// software wrote, names of buckets, keys and values: not the pages they lie in.
type DiskProfile struct {
	Name string // for tables and logs

	Read  Distribution // latency of one read from the device
	Write Distribution // of one write to the device
	Sync  Distribution // of one flush of the device's cache
	// Slow is a factor: the latencies times, IOPS and Bandwidth divided by Slow.
	// Zero means 1.
	Slow      float64
	IOPS      int64 // reads and writes a second; 0 means without limit
	Bandwidth int64 // bytes a second; 0 means without limit
	Capacity  int64 // bytes; 0 means without limit

	ReadError Probability // of each read: it fails with ErrIO
	SyncError Probability // of each sync: it fails, and what it should have written may be lost
	LyingSync Probability // of each sync: it says that all is well, and nothing was written
	Misdirect Probability // of each write to a file: it lands in another place of the file
	Rot       Probability // of each write: a bit of what lies on the device flips
	Corrupt   Probability // of each power cut, and file that was not synced: it comes back damaged
	Volatile  bool        // a power cut erases everything, as of a tmpfs
}

// Validate says all that is wrong with p.
func (p *DiskProfile) Validate() error {
	return errors.Join(p.validateTimes(), p.validateProbabilities())
}

const (
	maxSlow  = 1_000_000
	maxRates = 1_000_000_000_000_000 // operations or bytes a second, and bytes of a device
)

func (p *DiskProfile) validateTimes() error {
	for _, x := range []struct {
		name string
		d    Distribution
	}{{"read", p.Read}, {"write", p.Write}, {"sync", p.Sync}} {
		if err := x.d.Validate(); err != nil {
			return fmt.Errorf("%s: %w", x.name, err)
		}
	}
	for _, x := range []struct {
		name string
		n    int64
	}{{"iops", p.IOPS}, {"bandwidth", p.Bandwidth}, {"capacity", p.Capacity}} {
		if x.n < 0 || x.n > maxRates {
			return fmt.Errorf("%s: from 0 (without limit) to %d, not %d", x.name, int64(maxRates), x.n)
		}
	}
	if !(p.Slow == 0 || p.Slow >= 1 && p.Slow <= maxSlow) {
		return fmt.Errorf("slow: a factor from 1 to %d, not %v", maxSlow, p.Slow)
	}
	return nil
}

func (p *DiskProfile) validateProbabilities() error {
	for _, x := range []struct {
		name string
		p    Probability
	}{
		{"read_error", p.ReadError}, {"sync_error", p.SyncError}, {"lying_sync", p.LyingSync},
		{"misdirect", p.Misdirect}, {"rot", p.Rot}, {"corrupt", p.Corrupt},
	} {
		if x.p > Always {
			return fmt.Errorf("%s: a probability is a number from 0 to 1, not %v", x.name, x.p)
		}
	}
	return nil
}

// Latency is how long an operation takes by itself, from a draw of 64 bits.
func (p *DiskProfile) Latency(d Distribution, draw uint64) time.Duration {
	return p.slowed(d.Quantile(draw))
}

// Occupies is how long an operation that moves so many bytes keeps the device from
// beginning another one.
func (p *DiskProfile) Occupies(bytes int64) time.Duration {
	var d time.Duration
	if p.IOPS > 0 {
		d = time.Duration(int64(time.Second) / p.IOPS)
	}
	if p.Bandwidth > 0 {
		d = max(d, clamp(float64(float64(bytes)/float64(p.Bandwidth)*1e9)))
	}
	return p.slowed(d)
}

func (p *DiskProfile) slowed(d time.Duration) time.Duration {
	if p.Slow <= 1 {
		return d
	}
	return clamp(float64(d) * p.Slow)
}
