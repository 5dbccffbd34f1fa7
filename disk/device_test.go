package disk

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
)

// slowly is a device whose times are easy to tell apart.
var slowly = core.DiskProfile{Read: core.ConstantDelay(time.Second), Write: core.ConstantDelay(2 * time.Second),
	Sync: core.ConstantDelay(5 * time.Second)}

// bench is a machine whose processes use its device, and what they have seen.
type bench struct {
	t       *testing.T
	profile core.DiskProfile
	plan    func(*core.Control) error
	device  *device
	log     []string
	result  *core.Result
}

// does is a process that works with the device, from the beginning.
type does func(b *bench, env core.Env)

// says notes that something was over.
func (b *bench) says(env core.Env, format string, args ...any) {
	b.log = append(b.log, fmt.Sprintf("%v ", env.Monotonic())+fmt.Sprintf(format, args...))
}

func (b *bench) play(mask core.Mask, all ...does) *bench {
	b.t.Helper()
	s := &core.Scenario{Name: "bench", Plan: b.plan, Machines: []core.MachineSpec{{Name: "m.lab", Disk: &b.profile}},
		Services: []core.ServiceSpec{{Machine: "m.lab", Boot: func() (core.Engine, error) {
			return core.EngineFunc(func(env core.Env) error {
				for i, one := range all {
					env.Go(fmt.Sprint(i), func() error { one(b, env); return nil })
				}
				return env.Sleep(time.Hour)
			}), nil
		}}},
		Limits: core.Limits{Time: time.Minute}}
	factory := func(h core.DiskHost) (core.Disk, error) {
		made, err := Factory(Memory)(h)
		b.device = made.(*disk).device
		return made, err
	}
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Mask: mask, Disk: factory})
	if err != nil {
		b.t.Fatal(err)
	}
	b.result = c.Run(context.Background())
	return b
}

func (b *bench) want(log ...string) {
	b.t.Helper()
	if !slices.Equal(b.log, log) {
		b.t.Errorf("got\n%q\nwant\n%q", b.log, log)
	}
}

func read(bytes int64) does {
	return func(b *bench, env core.Env) { b.says(env, "read %v", b.device.read(bytes)) }
}

func write(bytes int64) does {
	return func(b *bench, env core.Env) {
		b.device.write(bytes)
		b.says(env, "written")
	}
}

func flush(b *bench, env core.Env) {
	lied, err := b.device.sync()
	b.says(env, "synced %v %v", lied, err)
}

func later(d time.Duration, then does) does {
	return func(b *bench, env core.Env) {
		_ = env.Sleep(d)
		then(b, env)
	}
}

// Operations of a device without limits are side by side; it is busy while any is under way.
func TestDeviceLatencies(t *testing.T) {
	b := (&bench{t: t, profile: slowly}).play(core.Mask{}, write(10), read(20), flush, later(10*time.Second, read(1)))
	b.want("1s read <nil>", "2s written", "5s synced false <nil>", "11s read <nil>")
	if got, want := b.device.stats, (core.DiskStats{Syncs: 1, Read: 21, Written: 10, Busy: 6 * time.Second}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// With limits, operations wait until those before leave the device free.
func TestDeviceLimits(t *testing.T) {
	profile := slowly
	profile.Bandwidth = 10
	(&bench{t: t, profile: profile}).play(core.Mask{}, write(50), read(10), write(100), flush).
		want("5s written", "5s synced false <nil>", "6s read <nil>", "16s written")
	profile = slowly
	profile.IOPS, profile.Slow = 1, 3
	(&bench{t: t, profile: profile}).play(core.Mask{}, read(1), read(1), read(1)).
		want("3s read <nil>", "6s read <nil>", "9s read <nil>")
}

// A stall keeps operations from beginning, for as long as it says, or until it is undone.
func TestDeviceStalls(t *testing.T) {
	stall := func(undo bool) func(p *core.Control) error {
		return func(p *core.Control) error {
			_ = p.Disk("m", core.DiskOptions{Stall: 20 * time.Second}, nil)
			_ = p.Start("m")
			_ = p.Sleep(7 * time.Second)
			_ = p.Disk("m", core.DiskOptions{Stall: time.Second}, nil) // does not cut the first one short
			if undo {
				return p.RestoreDisk("m")
			}
			return nil
		}
	}
	b := (&bench{t: t, profile: slowly, plan: stall(false)}).play(core.Mask{}, write(1), flush)
	b.want("22s written", "25s synced false <nil>")
	if got := b.device.stats.Busy; got != 25*time.Second {
		t.Errorf("it was busy for %v", got)
	}
	(&bench{t: t, profile: slowly, plan: stall(true)}).play(core.Mask{}, write(1), flush).
		want("9s written", "12s synced false <nil>")
	second := core.Withhold(core.FaultID{Stream: "plan", Ordinal: 1})
	(&bench{t: t, profile: slowly, plan: stall(false)}).play(second, write(1), later(7500*time.Millisecond, flush)).
		want("2s written", "13s synced false <nil>")
}

// A write and a sync that follows on it are one after the other, whatever comes between.
func TestDeviceFlushes(t *testing.T) {
	both := func(b *bench, env core.Env) {
		lied, err := b.device.flush(10)
		b.says(env, "flushed %v %v", lied, err)
	}
	for _, test := range []struct {
		at, stall time.Duration
		undo      bool
		want      string
		busy      time.Duration
	}{
		{0, 0, false, "7s", 7 * time.Second},
		{time.Second, 20 * time.Second, false, "26s", 26 * time.Second},
		{time.Second, 2 * time.Second, false, "8s", 8 * time.Second},
		{time.Second, time.Second, false, "7s", 7 * time.Second},
		{3 * time.Second, 20 * time.Second, false, "7s", 7 * time.Second},
		{time.Second, 20 * time.Second, true, "15s", 15 * time.Second},
	} {
		b := &bench{t: t, profile: slowly, plan: func(p *core.Control) error {
			_ = p.Start("m")
			_ = p.Sleep(test.at)
			if test.stall > 0 {
				_ = p.Disk("m", core.DiskOptions{Stall: test.stall}, nil)
			}
			_ = p.Sleep(10*time.Second - test.at)
			if test.undo {
				return p.RestoreDisk("m")
			}
			return nil
		}}
		b.play(core.Mask{}, both)
		b.want(test.want + " flushed false <nil>")
		if got := b.device.stats.Busy; got != test.busy {
			t.Errorf("%+v: busy for %v", test, got)
		}
	}
}

// A power cut ends what is under way.
func TestDeviceLosesPower(t *testing.T) {
	b := (&bench{t: t, profile: slowly, plan: func(p *core.Control) error {
		_ = p.Start("m")
		_ = p.Sleep(time.Second)
		return p.PowerFail("m")
	}}).play(core.Mask{}, write(1))
	b.want()
	if got := b.device.stats.Busy; got != time.Second {
		t.Errorf("it was busy for %v", got)
	}
}

// What a device does wrong is a fault with a name; withholding one renames none.
func TestDeviceFaults(t *testing.T) {
	profile := core.DiskProfile{ReadError: core.Always / 2, SyncError: core.Always / 2, LyingSync: core.Always / 2}
	work := func(b *bench, env core.Env) {
		for range 10 {
			read(1)(b, env)
			flush(b, env)
			_ = env.Sleep(time.Second)
		}
	}
	whole := (&bench{t: t, profile: profile}).play(core.Mask{}, work)
	faults := whole.result.Trace.Faults
	if len(faults) < 5 || whole.device.stats.Errors < 3 || whole.device.stats.Errors >= len(faults) {
		t.Fatalf("%d faults, %d errors", len(faults), whole.device.stats.Errors)
	}
	for _, f := range faults {
		less := (&bench{t: t, profile: profile}).play(core.Withhold(f.ID), work)
		for _, was := range faults { // a sync that does not fail may lie
			was.Masked = was.ID == f.ID
			same := func(is core.Fault) bool { return is.ID == was.ID && is.At == was.At && is.Masked == was.Masked }
			if !slices.ContainsFunc(less.result.Trace.Faults, same) {
				t.Errorf("without %v there is no %+v", f.ID, was)
			}
		}
		if slices.Equal(less.log, whole.log) {
			t.Errorf("withholding %v changes nothing", f.ID)
		}
	}
}
