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
var kinds = map[string]disk.Config{"files": {}, "memory": {InMemory: true}}

func TestContract(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) { coretest.DiskContract(t, disk.Factory(kind)) })
	}
}

// costs are easy to tell apart in a log.
var costs = disk.Config{Commit: 100 * time.Millisecond, NoSyncCommit: 10 * time.Millisecond, Sync: time.Second}

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

func TestCosts(t *testing.T) {
	for _, test := range []struct {
		name   string
		config disk.Config
		noSync bool
		want   string
	}{
		{"synced", costs, false, "0s step 0\n100ms step 1\n100ms step 2\n1.1s step 3\n1.2s step 4"},
		{"NoSync", costs, true, "0s step 0\n10ms step 1\n10ms step 2\n1.01s step 3\n1.02s step 4"},
		{"defaults", disk.Config{}, false, "0s step 0\n1ms step 1\n1ms step 2\n2ms step 3\n3ms step 4"},
		{"defaults, NoSync", disk.Config{}, true, "0s step 0\n50µs step 1\n50µs step 2\n1.05ms step 3\n1.1ms step 4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, log := play(t, lab(nil, func(_ int, env core.Env) error {
				var db core.DB
				return steps(env,
					func() (err error) { db, err = env.Open("kv", core.DBOptions{NoSync: test.noSync}); return err },
					func() error { return put(db, "k", "v") },
					func() error { get(db, "k"); return nil },
					func() error { return db.Sync() },
					func() error { return put(db, "k", "w") })
			}), disk.Factory(test.config), t.TempDir())
			if log != test.want {
				t.Errorf("got\n%s\nwant\n%s", log, test.want)
			}
			if r.Machines[0].Disk.Commits != 2 {
				t.Errorf("%d commits, want 2", r.Machines[0].Disk.Commits)
			}
		})
	}
}

// Time is charged before the effect: until then readers see the old state, and
// they never wait.
func TestReadersSeeTheOldStateUntilTheCommit(t *testing.T) {
	_, log := play(t, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		env.Go("writer", func() error { return put(db, "k", "new") })
		for range 3 {
			_ = env.Sleep(49 * time.Millisecond)
			env.Log(core.Info, get(db, "k"))
		}
		return nil
	}), disk.Factory(costs), t.TempDir())
	if want := "49ms \n98ms \n147ms new"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// Writers take turns in the order they came, a sync among them; one that comes
// back at the moment of the handover is not let in before those who wait.
func TestWritersQueue(t *testing.T) {
	_, log := play(t, lab(nil, func(_ int, env core.Env) error {
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
		writer("late", 10*time.Millisecond, func() error { return put(db, "late", "") })
		for _, name := range []string{"c", "a", "b"} {
			writer(name, 0, func() error { return put(db, name, "") })
		}
		writer("twice", 0, func() error { return errors.Join(put(db, "first", ""), put(db, "then", "")) })
		writer("sync", 0, func() error { return db.Sync() })
		return env.Sleep(time.Minute)
	}), disk.Factory(costs), t.TempDir())
	if want := "10ms c\n20ms a\n30ms b\n1.04s sync\n1.05s late\n1.06s twice"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// The databases of a machine do not wait for each other.
func TestDatabasesDoNotQueue(t *testing.T) {
	_, log := play(t, lab(nil, func(_ int, env core.Env) error {
		for _, name := range []string{"a", "b"} {
			db, err := env.Open(name, core.DBOptions{})
			if err != nil {
				return err
			}
			env.Go(name, func() error { return steps(env, func() error { return put(db, "k", "v") }) })
		}
		return env.Sleep(time.Minute)
	}), disk.Factory(costs), t.TempDir())
	if want := "100ms step 0\n100ms step 0"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// A writer goes on while its service is asked to stop; it and those who wait
// finish within the grace period.
func TestWritersFinishDuringStop(t *testing.T) {
	plan := func(world *core.Control) error {
		err := errors.Join(world.Start("m.lab"), world.Sleep(50*time.Millisecond))
		return errors.Join(err, world.Stop("m.lab", core.StopOptions{Grace: time.Second}))
	}
	_, log := play(t, lab(plan, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		env.Go("first", func() error { return steps(env, func() error { return put(db, "k", "v") }) })
		_ = env.Sleep(0)
		return steps(env, func() error { return put(db, "k", "w") })
	}), disk.Factory(costs), t.TempDir())
	if want := "100ms step 0\n200ms step 0"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// Closing a database fails those who wait to write to it.
func TestCloseWhileOthersWrite(t *testing.T) {
	_, log := play(t, lab(nil, func(_ int, env core.Env) error {
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
	}), disk.Factory(costs), t.TempDir())
	if want := "100ms closed\n100ms closed\n101ms k= l=w"; log != want {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

// A commit that is interrupted leaves the old state, whatever interrupts it
// and whenever, and the next boot can open and write.
func TestInterruptedCommit(t *testing.T) {
	harms := map[string]func(*core.Control, string) error{
		"kill": (*core.Control).Kill, "power_fail": (*core.Control).PowerFail}
	for name, harm := range harms {
		for _, at := range []time.Duration{0, time.Nanosecond, 100*time.Millisecond - 1, 100*time.Millisecond + 1,
			150 * time.Millisecond, 200*time.Millisecond + 1} {
			t.Run(fmt.Sprint(name, " at ", at), func(t *testing.T) {
				want := fmt.Sprint("old ", at > 100*time.Millisecond, " ", at > 200*time.Millisecond)
				if got := interrupt(t, harm, at); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// interrupt strikes while one process commits and a second one waits for its
// turn, and returns what is found then.
func interrupt(t *testing.T, harm func(*core.Control, string) error, at time.Duration) (found string) {
	plan := func(world *core.Control) error {
		return errors.Join(world.Start("m.lab"), world.Sleep(time.Second), world.Sleep(at), harm(world, "m.lab"),
			world.Start("m.lab"))
	}
	play(t, lab(plan, func(boot int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		if boot == 1 {
			found = fmt.Sprint(get(db, "k"), " ", get(db, "first") != "", " ", get(db, "second") != "")
			return put(db, "k", "new")
		}
		err = put(db, "k", "old")
		err = errors.Join(err, env.Sleep(time.Second-env.Now()))
		env.Go("second", func() error {
			_ = env.Sleep(0)
			return put(db, "second", "x")
		})
		return errors.Join(err, put(db, "first", "x"), env.Sleep(time.Minute))
	}), disk.Factory(costs), t.TempDir())
	return found
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
	}), disk.New, t.TempDir())
	if want := "1s k="; log != want {
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
		r, _ := play(t, lab(plan, churn), disk.New, t.TempDir())
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
