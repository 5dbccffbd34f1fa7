package disk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/disk"
)

// kinds of disks: nothing in the world can tell them apart.
var kinds = []disk.Kind{disk.Bbolt, disk.Memory}

func TestContract(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) { coretest.DiskContract(t, disk.Factory(kind)) })
	}
}

// slow is a disk whose times are easy to tell in a log: a database is created in
// 50 ms, a commit can be seen after 50 and has ended after 100.
var slow = core.DiskProfile{Read: core.ConstantDelay(7 * time.Millisecond),
	Write: core.ConstantDelay(30 * time.Millisecond), Sync: core.ConstantDelay(20 * time.Millisecond)}

// on is a lab with a disk.
func on(profile core.DiskProfile, lab *core.Scenario) *core.Scenario {
	lab.Machines = []core.MachineSpec{{Name: "m.lab", Disk: &profile}}
	return lab
}

// lab is a machine with one service; boot counts from 0.
func lab(plan func(*core.Control) error, run func(boot int, env core.Env) error) *core.Scenario {
	boots := -1
	return &core.Scenario{Name: "lab", Plan: plan, Services: []core.ServiceSpec{
		{Machine: "m.lab", Boot: func() (core.Engine, error) {
			boots++
			return core.EngineFunc(func(env core.Env) error { return run(boots, env) }), nil
		}},
	}}
}

// play runs a scenario to its end and returns what its services logged, each
// line with the time.
func play(t testing.TB, s *core.Scenario, factory core.DiskFactory, folder string) (*core.Result, string) {
	t.Helper()
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Disk: factory, Folder: folder, Keep: core.KeepLines})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Pass {
		t.Fatalf("%s: %s\n%v", r.Verdict, r.Reason, r.Err)
	}
	var log []string
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactLog {
			log = append(log, fmt.Sprintf("%v %s", f.At, f.Text))
		}
	}
	return r, strings.Join(log, "\n")
}

func put(db core.DB, key, value string) error {
	return db.Update(func(tx core.Tx) error { return tx.Put([]byte(key), []byte(value)) })
}

func get(db core.DB, key string) (value string) {
	_ = db.View(func(tx core.Tx) error {
		value = string(tx.Get([]byte(key)))
		return nil
	})
	return value
}

// steps logs the time after each of them.
func steps(env core.Env, steps ...func() error) error {
	for i, step := range steps {
		if err := step(); err != nil {
			return err
		}
		env.Log(core.Info, fmt.Sprint("step ", i))
	}
	return nil
}

func TestTimes(t *testing.T) {
	throttled := slow
	throttled.Bandwidth = 1 << 20
	for _, test := range []struct {
		name    string
		profile core.DiskProfile
		noSync  bool
		value   int
		want    string
	}{
		{"synced", slow, false, 1, "50ms step 0\n150ms step 1\n150ms step 2\n150ms step 3\n250ms step 4"},
		{"NoSync", slow, true, 1, "50ms step 0\n50.05ms step 1\n50.05ms step 2\n100.05ms step 3\n100.1ms step 4"},
		{"growth", slow, false, 33 << 10, "50ms step 0\n170ms step 1\n170ms step 2\n170ms step 3\n270ms step 4"},
		{"bandwidth", throttled, false, 512<<10 - len("maink"),
			"50ms step 0\n640ms step 1\n640ms step 2\n640ms step 3\n740ms step 4"},
		{"bandwidth, NoSync", throttled, true, 512<<10 - len("maink"),
			"50ms step 0\n50.05ms step 1\n50.05ms step 2\n570.05ms step 3\n570.1ms step 4"},
		{"SSD", core.SSD, false, 1, "500µs step 0\n1.5ms step 1\n1.5ms step 2\n1.5ms step 3\n2.5ms step 4"},
		{"SSD, NoSync", core.SSD, true, 1, "500µs step 0\n550µs step 1\n550µs step 2\n1.05ms step 3\n1.1ms step 4"},
		{"tmpfs", core.TmpFS, false, 1, "0s step 0\n0s step 1\n0s step 2\n0s step 3\n0s step 4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, log := play(t, on(test.profile, lab(nil, func(_ int, env core.Env) error {
				var db core.DB
				return steps(env,
					func() (err error) { db, err = env.Open("kv", core.DBOptions{NoSync: test.noSync}); return err },
					func() error { return put(db, "k", strings.Repeat("v", test.value)) },
					func() error { get(db, "k"); return nil },
					func() error { return db.Sync() },
					func() error { return put(db, "k", "w") })
			})), disk.Factory(disk.Bbolt), t.TempDir())
			if log != test.want {
				t.Errorf("got\n%s\nwant\n%s", log, test.want)
			}
			if r.Machines[0].Disk.Commits != 2 {
				t.Errorf("%d commits, want 2", r.Machines[0].Disk.Commits)
			}
		})
	}
}

// A commit can be seen when its meta page has been written. Readers never wait.
func TestReadersSeeTheOldStateUntilTheCommit(t *testing.T) {
	_, log := play(t, on(slow, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		env.Go("writer", func() error { return steps(env, func() error { return put(db, "k", "new") }) })
		for range 4 {
			_ = env.Sleep(24 * time.Millisecond)
			env.Log(core.Info, get(db, "k"))
		}
		return env.Sleep(time.Minute)
	})), disk.Factory(disk.Bbolt), t.TempDir())
	if want := "74ms \n98ms \n122ms new\n146ms new\n150ms step 0"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// Writers take turns in the order they came, a sync among them; one that comes
// back at the moment of the handover is not let in before those who wait.
func TestWritersQueue(t *testing.T) {
	_, log := play(t, on(slow, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{NoSync: true})
		if err != nil {
			return err
		}
		writer := func(name string, delay time.Duration, work func() error) {
			env.Go(name, func() error {
				_ = env.Sleep(delay)
				if err := work(); err != nil {
					return err
				}
				env.Log(core.Info, name)
				return nil
			})
		}
		writer("late", 40*time.Microsecond, func() error { return put(db, "late", "") })
		for _, name := range []string{"c", "a", "b"} {
			writer(name, 0, func() error { return put(db, name, "") })
		}
		writer("twice", 0, func() error { return errors.Join(put(db, "first", ""), put(db, "then", "")) })
		writer("sync", 0, func() error { return db.Sync() })
		return env.Sleep(time.Minute)
	})), disk.Factory(disk.Bbolt), t.TempDir())
	if want := "50.05ms c\n50.1ms a\n50.15ms b\n100.2ms sync\n100.25ms late\n100.3ms twice"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// The databases of a machine do not wait for each other.
func TestDatabasesDoNotQueue(t *testing.T) {
	_, log := play(t, on(slow, lab(nil, func(_ int, env core.Env) error {
		for _, name := range []string{"a", "b"} {
			env.Go(name, func() error {
				db, err := env.Open(name, core.DBOptions{})
				return errors.Join(err, steps(env, func() error { return put(db, "k", "v") }))
			})
		}
		return env.Sleep(time.Minute)
	})), disk.Factory(disk.Bbolt), t.TempDir())
	if want := "150ms step 0\n150ms step 0"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// A writer goes on while its service is asked to stop; it and those who wait
// finish within the grace period.
func TestWritersFinishDuringStop(t *testing.T) {
	plan := func(world *core.Control) error {
		err := errors.Join(world.Start("m.lab"), world.Sleep(90*time.Millisecond))
		return errors.Join(err, world.Stop("m.lab", core.StopOptions{Grace: time.Second}))
	}
	_, log := play(t, on(slow, lab(plan, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		env.Go("first", func() error { return steps(env, func() error { return put(db, "k", "v") }) })
		_ = env.Sleep(0)
		return steps(env, func() error { return put(db, "k", "w") })
	})), disk.Factory(disk.Bbolt), t.TempDir())
	if want := "150ms step 0\n250ms step 0"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// Closing a database waits for the commit that is under way, as bbolt does, and fails
// those who wait to write to it.
func TestCloseWhileOthersWrite(t *testing.T) {
	_, log := play(t, on(slow, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		for range 2 {
			env.Go("writer", func() error {
				env.Log(core.Info, core.ErrorKind(put(db, "k", "v")))
				return nil
			})
		}
		_ = env.Sleep(time.Millisecond)
		if err := db.Close(); err != nil {
			return err
		}
		if db, err = env.Open("kv", core.DBOptions{}); err != nil {
			return err
		}
		err = put(db, "l", "w")
		env.Log(core.Info, "k="+get(db, "k")+" l="+get(db, "l"))
		return err
	})), disk.Factory(disk.Bbolt), t.TempDir())
	if want := "150ms \n150ms closed\n257ms k=v l=w"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// The deferred calls of a killed engine change nothing.
func TestTheDeadDoNotWrite(t *testing.T) {
	plan := func(world *core.Control) error {
		return errors.Join(world.Start("m.lab"), world.Sleep(time.Second), world.PowerFail("m.lab"),
			world.Start("m.lab"))
	}
	_, log := play(t, lab(plan, func(boot int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		if boot == 1 {
			env.Log(core.Info, "k="+get(db, "k"))
			return nil
		}
		defer func() {
			defer put(db, "k", "cleaned up") //nolint:errcheck // it is dead
			_ = db.Sync()
		}()
		return env.Sleep(time.Minute)
	}), disk.Factory(disk.Bbolt), t.TempDir())
	if want := "1.0001s k="; log != want {
		t.Errorf("got %s, want %s", log, want)
	}
}

// The same run has the same digest, in any folder.
func TestSameRunTwice(t *testing.T) {
	once := func() *core.Result {
		plan := func(world *core.Control) error {
			err := world.Start("m.lab")
			for range 20 {
				err = errors.Join(err, world.Reboot("m.lab", core.RebootOptions{Wipe: world.Random().Chance(core.Always / 3)}),
					world.Sleep(time.Duration(world.Random().Int(1e6, 1e7))), world.PowerFail("m.lab"), world.Start("m.lab"))
			}
			return err
		}
		r, _ := play(t, lab(plan, churn), disk.Factory(disk.Bbolt), t.TempDir())
		return r
	}
	first, second := once(), once()
	if first.Digest != second.Digest || first.Steps != second.Steps || first.Machines[0].Disk.Commits < 300 {
		t.Errorf("digests %x and %x, steps %d and %d, %d commits",
			first.Digest, second.Digest, first.Steps, second.Steps, first.Machines[0].Disk.Commits)
	}
}

// churn writes and deletes at random, and sleeps as long as what it finds says.
func churn(_ int, env core.Env) error {
	db, err := env.Open("kv", core.DBOptions{NoSync: true})
	for i := 0; err == nil && i < 100 && !env.Stopping(); i++ {
		r, found := env.Random(), 0
		err = db.Bucket(fmt.Sprint("b", i%3)).Update(func(tx core.Tx) error {
			key := []byte(fmt.Sprint(r.Int(0, 50)))
			var err error
			if r.Chance(core.Always / 3) {
				err = tx.Delete(key)
			} else {
				err = tx.Put(key, make([]byte, r.Int(0, 3000)))
			}
			return errors.Join(err, tx.Each(nil, func(_, value []byte) error { found += len(value); return nil }))
		})
		if i%10 == 9 {
			err = errors.Join(err, db.Sync())
		}
		if err == nil {
			err = env.Sleep(time.Duration(found))
		}
	}
	return err
}
