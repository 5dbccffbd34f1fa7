package disk

import (
	"fmt"
	"time"

	"simlua.example/core"
)

// device is the hardware under the files of a machine: how long an operation takes,
// and whether it does what it says. All operations of the machine share it.
type device struct {
	host    core.DiskHost
	profile core.DiskProfile
	random  *core.Random
	stats   core.DiskStats
	free    time.Duration // when it can begin another operation
	busy    time.Duration // until when an operation is under way
	stalled time.Duration // until when nothing begins
	goesOn  *core.Future  // a stall ends before its time
}

func newDevice(host core.DiskHost) *device {
	d := &device{profile: host.DiskProfile(), goesOn: host.NewFuture()}
	d.attach(host)
	return d
}

// attach gives the device to a machine, whose chance is that machine's.
func (d *device) attach(host core.DiskHost) { d.host, d.random = host, host.Random("disk") }

// errRead and errSync are what the device says.
var (
	errRead = fmt.Errorf("%w: a sector cannot be read", core.ErrIO)
	errSync = fmt.Errorf("%w: a sync failed", core.ErrIO)
)

// read waits until so many bytes were read. The device may fail.
func (d *device) read(bytes int64) error {
	fails := d.decide(core.FaultReadError, d.profile.ReadError)
	d.take(d.profile.Read, bytes)
	d.stats.Read += bytes
	if fails() {
		d.stats.Errors++
		return errRead
	}
	return nil
}

// write waits until so many bytes have gone to the device, where they may be in a
// cache.
func (d *device) write(bytes int64) {
	d.take(d.profile.Write, bytes)
	d.stats.Written += bytes
}

// sync waits until the device says that what was written lasts. It may fail, or lie.
func (d *device) sync() (lied bool, err error) {
	fails := d.decide(core.FaultSyncError, d.profile.SyncError)
	lies := d.decide(core.FaultLyingSync, d.profile.LyingSync)
	d.take(d.profile.Sync, 0)
	d.stats.Syncs++
	if fails() {
		d.stats.Errors++
		return false, errSync
	}
	return lies(), nil
}

// decide draws whether a fault of some kind happens at this operation. The answer
// notes it, if it does, at the moment it is asked for.
func (d *device) decide(kind core.FaultKind, p core.Probability) (happens func() bool) {
	ordinal, drawn := d.host.DiskDecision(kind), d.random.Chance(p)
	return func() bool { return drawn && d.host.DiskFault(kind, ordinal) }
}

// take keeps the calling process waiting for an operation: its latency, or longer
// when the device is occupied by those before. A sync occupies nothing.
func (d *device) take(latency core.Distribution, bytes int64) {
	took, asked := d.profile.Latency(latency, d.random.Uint64()), d.host.Now()
	d.begin()
	now := d.host.Now()
	end := now + took
	if bytes > 0 {
		d.free = max(d.free, now) + d.profile.Occupies(bytes)
		end = max(end, d.free)
	}
	d.stats.Busy += max(0, end-max(d.busy, asked))
	d.busy = max(d.busy, end)
	d.host.Busy(end - now)
}

// begin waits while the device is stalled.
func (d *device) begin() {
	for now := d.host.Now(); now < d.stalled; now = d.host.Now() {
		_, _ = d.goesOn.WaitUninterruptible(d.stalled - now)
	}
}

// stall keeps operations from beginning for so long; zero ends all stalls.
func (d *device) stall(length time.Duration) {
	if length > 0 {
		d.stalled = max(d.stalled, d.host.Now()+length)
		return
	}
	d.stalled = 0
	d.goesOn.Set(nil)
	d.goesOn.Reset()
}

// off ends what is under way: the power is.
func (d *device) off() {
	now := d.host.Now()
	d.stats.Busy -= max(0, d.busy-now)
	d.busy, d.free = min(d.busy, now), min(d.free, now)
}
