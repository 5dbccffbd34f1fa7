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
	held    time.Duration // since when nothing begins, and
	stalled time.Duration // until when
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
	fails := d.decide(core.FaultReadError, d.profile.ReadError, d.random)
	d.host.Busy(d.take(d.profile.Read, bytes) - d.host.Now())
	d.stats.Read += bytes
	if d.happens(fails) {
		d.stats.Errors++
		return errRead
	}
	return nil
}

// write waits until so many bytes have gone to the device, where they may be in a
// cache.
func (d *device) write(bytes int64) {
	d.host.Busy(d.take(d.profile.Write, bytes) - d.host.Now())
	d.stats.Written += bytes
}

// sync waits until the device says that what was written lasts. It may fail, or lie.
func (d *device) sync() (lied bool, err error) { return d.flush(0) }

// flush is a write of so many bytes, if there are any, and then a sync.
func (d *device) flush(bytes int64) (lied bool, err error) {
	begin := d.host.Now()
	if bytes > 0 {
		begin = d.take(d.profile.Write, bytes)
	}
	fails := d.decide(core.FaultSyncError, d.profile.SyncError, d.random)
	lies := d.decide(core.FaultLyingSync, d.profile.LyingSync, d.random)
	d.syncFrom(begin)
	d.stats.Written += bytes
	d.stats.Syncs++
	if d.happens(fails) {
		d.stats.Errors++
		return false, errSync
	}
	return d.happens(lies), nil
}

// draw is what a decision came to, before the operation takes its time.
type draw struct {
	kind    core.FaultKind
	ordinal uint64
	harm    bool
}

// decide draws whether a fault comes with an operation.
func (d *device) decide(kind core.FaultKind, p core.Probability, r *core.Random) draw {
	return draw{kind, d.host.DiskDecision(kind), r.Chance(p)}
}

// happens notes a fault that was drawn, and says whether the mask lets it happen.
func (d *device) happens(w draw) bool { return w.harm && d.host.DiskFault(w.kind, w.ordinal) }

// take begins an operation, when no stall holds it up, and says when it will end: after
// its latency, or later when those before occupy the device. Without bytes it does not.
func (d *device) take(latency core.Distribution, bytes int64) time.Duration {
	took, asked := d.profile.Latency(latency, d.random.Uint64()), d.host.Now()
	d.begin()
	now := d.host.Now()
	end := now + took
	if bytes > 0 {
		d.free = max(d.free, now) + d.profile.Occupies(bytes)
		end = max(end, d.free)
	}
	return d.until(asked, end)
}

// syncFrom waits for a sync that follows on an operation, which ends at begin. A sync
// occupies nothing.
func (d *device) syncFrom(begin time.Duration) {
	took, asked := d.profile.Latency(d.profile.Sync, d.random.Uint64()), d.host.Now()
	d.begin()
	now := d.host.Now()
	begin = max(begin, now)
	d.host.Busy(d.until(asked, begin+took) - now)
	if now < d.held && d.held <= begin && begin < d.stalled { // a stall came before it
		asked = begin
		d.begin()
		now = d.host.Now()
		if begin = d.stalled; begin == 0 { // it was undone
			begin = now
		}
		d.host.Busy(d.until(asked, begin+took) - now)
	}
}

// until says that the device is at work from one moment to another.
func (d *device) until(asked, end time.Duration) time.Duration {
	d.stats.Busy += max(0, end-max(d.busy, asked))
	d.busy = max(d.busy, end)
	return end
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
		if now := d.host.Now(); d.stalled <= now {
			d.held = now
		}
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

// counted is what was done so far, without what is still under way.
func (d *device) counted() core.DiskStats {
	stats := d.stats
	stats.Busy -= max(0, d.busy-d.host.Now())
	return stats
}
