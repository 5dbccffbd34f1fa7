package disk_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// ledger is a service with transactions that have numbers: from what is in the
// database follows which were the last that it has, wholly or in part. It knows
// outside of the world what a power cut must not take.
type ledger struct {
	options core.DBOptions
	harsh   bool // the disk has errors: the database may come back damaged
	early   bool // a bug: it says that a transaction is durable as soon as it has begun

	begun   uint64                   // the last number that was given
	visible uint64                   // the last that others could see
	durable uint64                   // the last that was said to be durable
	seen    map[uint64]time.Duration // when they could be seen
	now     map[string]string        // what the database has when it has so many transactions
	at      uint64

	boots, absent, whole, damaged int
	wrong                         []string
	over                          bool         // the test
	cut                           *core.Future // ends when it is time for a power cut
	dead                          string       // how the boot before has ended
}

const ledgerMachine = "ledger.lab"

// scenario cuts the power of the ledger when cut says so, and sees what is there.
func (l *ledger) scenario(profile core.DiskProfile, plan func(*core.Control) error) *core.Scenario {
	return &core.Scenario{Name: "ledger", Plan: plan,
		Machines: []core.MachineSpec{{Name: ledgerMachine, Disk: &profile}},
		Services: []core.ServiceSpec{{Machine: ledgerMachine, Restart: 20 * time.Millisecond,
			Boot: func() (core.Engine, error) { return core.EngineFunc(l.run), nil }}}}
}

// cutOnce cuts the power, sees what is there, and ends the service.
func (l *ledger) cutOnce(world *core.Control) error {
	l.cut = world.NewFuture()
	err := world.Start(ledgerMachine)
	_, waited := l.cut.Wait(10 * time.Millisecond)
	if waited == nil {
		err = errors.Join(err, l.powerFail(world), world.Start(ledgerMachine))
	}
	err = errors.Join(err, world.Sleep(3*time.Millisecond))
	l.over = true
	return err
}

func (l *ledger) powerFail(world *core.Control) error {
	if l.options.SyncEvery > 0 && !l.harsh {
		for n, at := range l.seen { //tidy:sorted the greatest one
			if at < world.Now()-3*l.options.SyncEvery { // a sync has begun since and ended
				l.durable = max(l.durable, n)
			}
		}
	}
	l.dead = "power cut"
	return world.PowerFail(ledgerMachine)
}

// run opens the database, judges it, and goes on from there.
func (l *ledger) run(env core.Env) error {
	l.boots++
	db, err := env.Open("ledger", l.options)
	if errors.Is(err, core.ErrCorrupt) && l.harsh {
		l.damaged++
		l.begun, l.visible, l.durable = 0, 0, 0
		return errors.Join(env.RemoveDatabase("ledger"), err)
	}
	if err != nil {
		return err
	}
	n := l.judge(db)
	env.Log(core.Info, fmt.Sprintf("%d transactions, %d pairs", n, len(l.now)))
	for range 2 {
		env.Go("writer", func() error { return l.write(env, db) })
	}
	return l.write(env, db)
}

// judge compares what is there with what must be.
func (l *ledger) judge(db core.DB) (n uint64) {
	found := ledgerContent(db)
	n, _ = strconv.ParseUint(found["main last"], 10, 64)
	l.forward(n)
	switch {
	case n < l.durable || n > l.begun:
		l.wrong = append(l.wrong,
			fmt.Sprintf("after a %s %d is the last, not one from %d to %d", l.dead, n, l.durable, l.begun))
	case l.dead == "kill" && n < l.visible:
		l.wrong = append(l.wrong, fmt.Sprintf("a kill took what could be seen: %d is the last, not %d", n, l.visible))
	case !maps.Equal(found, l.now):
		l.wrong = append(l.wrong,
			fmt.Sprintf("transaction %d is not whole, or not the last: %d and %d pairs", n, len(found), len(l.now)))
	}
	if n < l.begun {
		l.absent++
	} else if n > l.durable {
		l.whole++
	}
	l.begun, l.visible, l.seen = n, n, map[uint64]time.Duration{}
	if l.dead == "power cut" {
		l.durable = n
	}
	l.dead = "kill"
	return n
}

// forward makes l.now what the database has after n transactions.
func (l *ledger) forward(n uint64) {
	if l.now == nil || n < l.at {
		l.now, l.at = map[string]string{}, 0
	}
	for l.at < n {
		l.at++
		for _, c := range changesOf(l.at) {
			if c.value == nil {
				delete(l.now, c.bucket+" "+c.key)
			} else {
				l.now[c.bucket+" "+c.key] = string(c.value)
			}
		}
	}
}

type pairChange struct {
	bucket, key string
	value       []byte // nil: delete it
}

// changesOf is what transaction n changes: of each of 8 buckets some keys, and values
// up to 9 kB.
func changesOf(n uint64) (all []pairChange) {
	all = append(all, pairChange{"main", "last", []byte(strconv.FormatUint(n, 10))})
	r := core.NewRandom(n, "transaction")
	for range r.Int(1, 8) {
		c := pairChange{bucket: fmt.Sprint("bucket", r.Int(0, 7)), key: fmt.Sprint("key", r.Int(0, 20))}
		switch r.Int(0, 8) {
		case 0, 1:
		case 2:
			c.value = slices.Repeat([]byte{byte(n)}, int(r.Int(0, 9000)))
		default:
			c.value = slices.Repeat([]byte{byte(n)}, int(r.Int(0, 200)))
		}
		all = append(all, c)
	}
	return all
}

func ledgerContent(db core.DB) map[string]string {
	all := map[string]string{}
	_ = db.View(func(tx core.Tx) error {
		for _, bucket := range strings.Fields("main bucket0 bucket1 bucket2 bucket3 bucket4 bucket5 bucket6 bucket7") {
			_ = tx.Bucket(bucket).Each(nil, func(key, value []byte) error {
				all[bucket+" "+string(key)] = string(value)
				return nil
			})
		}
		return nil
	})
	return all
}

// write makes transactions until it is told to stop, or the disk fails.
func (l *ledger) write(env core.Env, db core.DB) error {
	for !l.over {
		var n uint64
		err := db.Update(func(tx core.Tx) (err error) {
			last, _ := strconv.ParseUint(string(tx.Get([]byte("last"))), 10, 64)
			n = last + 1
			if l.begun = max(l.begun, n); l.early {
				l.durable = n
			}
			return changeAll(tx, n)
		})
		if err == nil {
			l.visible = max(l.visible, n)
			l.seen[n] = env.Now()
			if !l.relaxed() {
				l.durable = max(l.durable, n)
			} else if l.options.NoSync && n%4 == 0 {
				n = l.visible
				if err = db.Sync(); err == nil {
					l.durable = max(l.durable, n)
				}
			}
		}
		if err != nil {
			return err
		}
		_ = env.Sleep(time.Duration(env.Random().Int(0, 2e6)))
	}
	return nil
}

func (l *ledger) relaxed() bool { return l.options.NoSync || l.options.SyncEvery > 0 }

func changeAll(tx core.Tx, n uint64) (err error) {
	for _, c := range changesOf(n) {
		x := tx.Bucket(c.bucket)
		if c.value == nil {
			err = errors.Join(err, x.Delete([]byte(c.key)))
		} else {
			err = errors.Join(err, x.Put([]byte(c.key), c.value))
		}
	}
	return err
}

var ledgerModes = map[string]core.DBOptions{
	"synced": {}, "NoSync": {NoSync: true}, "SyncEvery": {SyncEvery: 2 * time.Millisecond},
}

// play runs a ledger and says how many steps that took.
func (l *ledger) play(t *testing.T, kind disk.Kind, seed uint64, cutAt uint64, s *core.Scenario) *core.Result {
	t.Helper()
	folder := ""
	if kind != disk.Memory {
		var remove func() error
		var err error
		if folder, remove, err = disk.TempRoot(); err != nil {
			t.Fatal(err)
		}
		defer remove() //nolint:errcheck // it is tried
	}
	c, err := core.NewCluster(s, core.Settings{Seed: seed, Disk: disk.Factory(kind), Folder: folder,
		EachStep: func(s core.Step) {
			if s.Count == cutAt {
				l.cut.Set(nil)
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Run(t.Context())
}

// tally is what became of ledgers.
type tally struct {
	runs, absent, whole, damaged int
	wrong                        []string
}

func (a *tally) add(t *testing.T, what string, l *ledger, r *core.Result) {
	t.Helper()
	if r.Verdict != core.Pass {
		t.Fatalf("%s: %s: %s %v", what, r.Verdict, r.Reason, r.Err)
	}
	a.runs++
	a.absent += l.absent
	a.whole += l.whole
	a.damaged += l.damaged
	for _, w := range l.wrong {
		a.wrong = append(a.wrong, what+": "+w)
	}
}

func (a *tally) check(t *testing.T) {
	t.Helper()
	t.Logf("%d runs: what nobody was told of was absent %d times, and there %d times; %d times the database was damaged",
		a.runs, a.absent, a.whole, a.damaged)
	if len(a.wrong) > 0 {
		t.Errorf("%d times, such as %s", len(a.wrong), a.wrong[0])
	}
	if a.absent == 0 || a.whole == 0 {
		t.Error("the test has lost its point")
	}
}

// TestPowerCutAtEveryEvent cuts the power in each step of a small world. What was
// said to be durable must be there, what was not is there wholly or not at all, and
// nothing of a transaction is there without all before it.
func TestPowerCutAtEveryEvent(t *testing.T) {
	for mode, options := range ledgerModes { //tidy:sorted each is by itself
		for _, kind := range []disk.Kind{disk.Bbolt, disk.Paranoid} {
			t.Run(mode+" "+string(kind), func(t *testing.T) { cutEverywhere(t, kind, ledger{options: options}).check(t) })
		}
	}
}

// A service that says too early that something is durable is found out.
func TestPowerCutFindsEarlyAnswers(t *testing.T) {
	for mode, options := range ledgerModes { //tidy:sorted each is by itself
		if found := cutEverywhere(t, disk.Memory, ledger{options: options, early: true}); len(found.wrong) == 0 {
			t.Errorf("%s: not in one of %d steps", mode, found.runs)
		}
	}
}

func cutEverywhere(t *testing.T, kind disk.Kind, like ledger) *tally {
	t.Helper()
	a := &tally{}
	stride := uint64(1)
	if testing.Short() {
		stride = 3
	}
	for k := uint64(1); ; k += stride {
		l := like
		r := l.play(t, kind, 1, k, l.scenario(core.SSD, l.cutOnce))
		a.add(t, fmt.Sprint("step ", k), &l, r)
		if l.boots < 2 {
			return a
		}
	}
}

// TestRandomHarm judges the same under what may come, with and without errors of the
// disk.
func TestRandomHarm(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() {
		seeds = 6
	}
	harsh := core.SSD
	harsh.SyncError, harsh.ReadError, harsh.Corrupt = core.Always/50, core.Always/50, core.Always/10
	for mode, options := range ledgerModes { //tidy:sorted each is by itself
		for _, profile := range []core.DiskProfile{core.SSD, harsh} {
			a := &tally{}
			t.Run(fmt.Sprint(mode, profile.SyncError > 0), func(t *testing.T) {
				for seed := uint64(1); seed <= seeds; seed++ {
					kind := []disk.Kind{disk.Bbolt, disk.Paranoid}[seed%2]
					l := &ledger{options: options, harsh: profile.SyncError > 0}
					a.add(t, fmt.Sprint("seed ", seed), l, l.play(t, kind, seed, 0, l.scenario(profile, l.harmOften)))
				}
				a.check(t)
			})
		}
	}
}

func (l *ledger) harmOften(world *core.Control) error {
	err := world.Start(ledgerMachine)
	for range 6 {
		err = errors.Join(err, world.Sleep(time.Duration(world.Random().Int(1e5, 1e7))))
		if world.Random().Chance(core.Always / 3) {
			err = errors.Join(err, world.Kill(ledgerMachine))
		} else {
			err = errors.Join(err, l.powerFail(world))
		}
		err = errors.Join(err, world.Start(ledgerMachine))
	}
	l.over = true
	return err
}

// A run is the same with databases of each kind, with one processor or eight, and in
// another process: nothing gets out of the order in which bbolt walks its maps.
func TestLedgerDigest(t *testing.T) {
	want := ledgerDigest(disk.Memory)
	if want == "" {
		t.Fatal("no digest")
	}
	for _, processors := range []int{1, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		for _, kind := range disk.Kinds {
			if got := ledgerDigest(kind); got != want {
				t.Errorf("%s with %d processors: %s, not %s", kind, processors, got, want)
			}
		}
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DISK_TEST_PROCESS=digest")
	if out, err := cmd.Output(); err != nil || strings.TrimSpace(string(out)) != want {
		t.Errorf("another process: %s, not %s; %v", out, want, err)
	}
}

// ledgerDigest is of a run with everything in it.
func ledgerDigest(kind disk.Kind) string {
	profile := core.CloudVolume
	profile.SyncError, profile.Corrupt = core.Always/100, core.Always/10
	l := &ledger{options: core.DBOptions{NoSync: true}, harsh: true}
	folder, remove, err := disk.TempRoot()
	if err != nil {
		return ""
	}
	defer remove() //nolint:errcheck // it is tried
	c, err := core.NewCluster(l.scenario(profile, l.harmOften),
		core.Settings{Seed: 1, Disk: disk.Factory(kind), Folder: folder})
	if err != nil {
		return ""
	}
	r := c.Run(context.Background())
	return fmt.Sprintf("%s %x %d transactions", r.Verdict, r.Digest, l.begun)
}

// Whether a power cut takes what an Update did that ended with an unknown outcome is
// drawn: over seeds both happen, and until then the change can be seen.
func TestUnknownOutcomes(t *testing.T) {
	found := map[string]int{}
	for seed := uint64(1); seed <= 60; seed++ {
		found[unknownOutcome(t, seed)]++
	}
	t.Log(found)
	if found["old"] == 0 || found["new"] == 0 || found[""]+found["old"]+found["new"] != 60 {
		t.Error("expected both old and new")
	}
}

// unknownOutcome cuts the power behind the first Update whose outcome is not known,
// if there is one, and says what the database has.
func unknownOutcome(t *testing.T, seed uint64) (outcome string) {
	t.Helper()
	profile := core.SSD
	profile.SyncError = core.Always / 10
	plan := func(world *core.Control) error {
		return errors.Join(world.Start("m.lab"), world.Sleep(time.Second), world.PowerFail("m.lab"), world.Start("m.lab"))
	}
	s := lab(plan, func(boot int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return nil
		}
		key := strconv.Itoa(boot)
		if boot > 0 {
			if outcome != "" && get(db, "0") == outcome {
				outcome = "new"
			} else if outcome != "" {
				outcome = "old"
			}
			return nil
		}
		for n := range 30 {
			if err := put(db, key, strconv.Itoa(n)); errors.Is(err, core.ErrUnknown) {
				outcome = get(db, key)
				if outcome != strconv.Itoa(n) {
					t.Errorf("%q is visible, not %d", outcome, n)
				}
				return nil
			} else if err != nil && get(db, key) == strconv.Itoa(n) {
				t.Errorf("%d is visible, and the error is definite: %v", n, err)
			}
		}
		return nil
	})
	s.Machines = []core.MachineSpec{{Name: "m.lab", Disk: &profile}}
	c, err := core.NewCluster(s, core.Settings{Seed: seed, Disk: disk.Factory(disk.Memory)})
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Run(t.Context()); r.Verdict != core.Pass {
		t.Fatalf("seed %d: %s %v", seed, r.Reason, r.Err)
	}
	return outcome
}
