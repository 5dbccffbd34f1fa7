package disk_test

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

const ms = time.Millisecond

// attempt is a service that works with a database on a slow disk from the first second
// on, while a plan harms the machine; the boot after the last harm looks at it.
type attempt struct {
	profile core.DiskProfile
	noSync  bool
	work    func(env core.Env, db core.DB) // every boot but the last
	plan    func(*core.Control) error
	mask    core.Mask
}

// run plays it, and returns the keys of the database at the end, in order, or what Open said.
func (c attempt) run(t *testing.T, seed uint64) (found string, result *core.Result) {
	t.Helper()
	boots, over := 0, false
	s := on(c.profile, &core.Scenario{Name: "lab", Services: []core.ServiceSpec{{Machine: "m.lab",
		Boot: func() (core.Engine, error) {
			boots++
			return core.EngineFunc(func(env core.Env) error {
				db, err := env.Open("kv", core.DBOptions{NoSync: c.noSync})
				switch {
				case over && err != nil:
					found = core.ErrorKind(err)
				case over:
					found = keys(db)
				case err == nil:
					_ = env.Sleep(time.Duration(boots)*time.Second - env.Now())
					c.work(env, db)
					return env.Sleep(time.Hour)
				}
				return nil
			}), nil
		}}},
		Plan: func(world *core.Control) error {
			err := errors.Join(world.Start("*"), c.plan(world))
			over = true
			return errors.Join(err, world.Start("*"))
		}})
	w, err := core.NewCluster(s, core.Settings{Seed: seed, Disk: disk.Factory(disk.Memory), Mask: c.mask,
		Keep: core.KeepLines})
	if err != nil {
		t.Fatal(err)
	}
	result = w.Run(context.Background())
	if result.Verdict != core.Pass {
		t.Fatalf("%s: %s\n%v", result.Verdict, result.Reason, result.Err)
	}
	return found, result
}

// keys are all in the main bucket.
func keys(db core.DB) string {
	var all []string
	_ = db.View(func(tx core.Tx) error {
		return tx.Each(nil, func(key, _ []byte) error { all = append(all, string(key)); return nil })
	})
	return strings.Join(all, " ")
}

// strikeAt harms the machine so long after the first second.
func strikeAt(at time.Duration, harm func(*core.Control, string) error) func(*core.Control) error {
	return func(world *core.Control) error { return errors.Join(world.Sleep(time.Second+at), harm(world, "*")) }
}

// comes plays an attempt with many seeds, and checks that each of the outcomes comes, and
// no other one.
func (c attempt) comes(t *testing.T, want ...string) {
	t.Helper()
	const seeds = 40
	seen := map[string]int{}
	for seed := range uint64(seeds) {
		found, _ := c.run(t, seed)
		seen[found]++
	}
	for _, one := range want {
		if seen[one] == 0 {
			t.Errorf("never %q, but %v", one, seen)
		}
		delete(seen, one)
	}
	if len(seen) > 0 {
		t.Errorf("also %v, besides %q", seen, want)
	}
}

// puts is a work: so many commits, one after the other.
func puts(names ...string) func(core.Env, core.DB) {
	return func(_ core.Env, db core.DB) {
		for _, name := range names {
			_ = put(db, name, "")
		}
	}
}

// A commit takes from 0 to 100 ms, and its meta page is written at 50.
func TestHarmInACommit(t *testing.T) {
	kill, cut := (*core.Control).Kill, (*core.Control).PowerFail
	for _, test := range []struct {
		name string
		harm func(*core.Control, string) error
		at   time.Duration
		want []string
	}{
		{"kill at first", kill, time.Nanosecond, []string{""}},
		{"kill before the meta", kill, 50*ms - 1, []string{""}},
		{"kill after the meta", kill, 50*ms + 1, []string{"a"}},
		{"kill before the end", kill, 100*ms - 1, []string{"a"}},
		{"kill in the next one", kill, 150*ms - 1, []string{"a"}},
		{"power cut at first", cut, time.Nanosecond, []string{""}},
		{"power cut in the data", cut, 30 * ms, []string{""}},
		{"power cut before the meta", cut, 50*ms - 1, []string{""}},
		{"power cut after the meta", cut, 50*ms + 1, []string{"", "a"}},
		{"power cut before the end", cut, 100*ms - 1, []string{"", "a"}},
		{"power cut after the end", cut, 100*ms + 1, []string{"a"}},
		{"power cut in the next one", cut, 150*ms + 1, []string{"a", "a b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			attempt{profile: slow, work: puts("a", "b"), plan: strikeAt(test.at, test.harm)}.comes(t, test.want...)
		})
	}
}

// What a process that was killed in the second phase has left is not durable, until
// the next sync is.
func TestKillThenPowerCut(t *testing.T) {
	kills := func(then time.Duration) func(*core.Control) error {
		return func(world *core.Control) error {
			return errors.Join(strikeAt(60*ms, (*core.Control).Kill)(world), world.Start("*"),
				world.Sleep(940*ms+then), world.PowerFail("*"))
		}
	}
	second := func(env core.Env, db core.DB) {
		if env.Now() < 2*time.Second {
			_ = put(db, "a", "")
		}
		_ = put(db, "b", "")
	}
	attempt{profile: slow, work: second, plan: kills(-1)}.comes(t, "", "a")
	attempt{profile: slow, work: second, plan: kills(49 * ms)}.comes(t, "", "a")
	attempt{profile: slow, work: second, plan: kills(51 * ms)}.comes(t, "a", "a b")
	attempt{profile: slow, work: second, plan: kills(101 * ms)}.comes(t, "a b")
}

// Of a group of n commits a power cut leaves any first ones, each number as likely:
// Pearson's chi-squared test over 1,000 seeds, at a level of 0.001.
func TestPrefixesAreEquallyLikely(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f"}
	critical := []float64{1: 10.828, 2: 13.816, 3: 16.266, 4: 18.467, 5: 20.515, 6: 22.458} // by degrees of freedom
	const seeds = 1000
	for _, n := range []int{1, 2, 3, 6} {
		seen := map[string]float64{}
		for seed := range uint64(seeds) {
			found, _ := attempt{profile: slow, noSync: true, work: puts(names[:n]...),
				plan: strikeAt(500*ms, (*core.Control).PowerFail)}.run(t, seed)
			seen[found]++
		}
		sum, expected, total := 0.0, seeds/float64(n+1), 0.0
		for k := range n + 1 {
			count := seen[strings.Join(names[:k], " ")]
			sum += (count - expected) * (count - expected) / expected
			total += count
		}
		if sum > critical[n] || total != seeds {
			t.Errorf("%d commits: chi-squared %.1f of at most %.1f, %v", n, sum, critical[n], seen)
		}
	}
}

// A group that was damaged is a fault of its own; without it there is a first part of it.
func TestDamagedGroup(t *testing.T) {
	profile := slow
	profile.Corrupt = core.Always / 2
	c := attempt{profile: profile, noSync: true, work: puts("a"), plan: strikeAt(500*ms, (*core.Control).PowerFail)}
	c.comes(t, "corrupt", "", "a")
	for seed := range uint64(10) {
		found, r := c.run(t, seed)
		if found != "corrupt" {
			continue
		}
		cut := r.Trace.Faults[len(r.Trace.Faults)-1]
		if cut.Kind == core.FaultPowerFail {
			cut = r.Trace.Faults[len(r.Trace.Faults)-2]
		}
		masked := c
		masked.mask = core.Withhold(cut.ID)
		if got, _ := masked.run(t, seed); cut.Kind != core.FaultDiskCorrupt || got == "corrupt" {
			t.Errorf("without %v: %q", cut.ID, got)
		}
	}
	c.noSync = false // synced commits are never damaged
	c.plan = strikeAt(60*ms, (*core.Control).PowerFail)
	c.comes(t, "", "a")
}

// A sync that lies leaves commits undurable that were acknowledged, until one is honest.
func TestLyingSyncOfACommit(t *testing.T) {
	profile := slow
	lying := func(from, to, cut time.Duration) func(*core.Control) error {
		return func(world *core.Control) error {
			return errors.Join(world.Sleep(time.Second+from), world.Disk("*", core.DiskOptions{},
				func(p core.DiskProfile) (core.DiskProfile, error) { p.LyingSync = core.Always; return p, nil }),
				world.Sleep(to-from), world.RestoreDisk("*"), world.Sleep(cut-to), world.PowerFail("*"))
		}
	}
	c := attempt{profile: profile, work: puts("a", "b")}
	for _, test := range []struct {
		from, to, cut time.Duration
		want          []string
	}{
		{-1, 210 * ms, 220 * ms, []string{"", "a", "a b"}},
		{-1, 110 * ms, 220 * ms, []string{"a b"}},       // a lies, b does not
		{-1, 40 * ms, 101 * ms, []string{"a"}},          // only the data, and then it is written after all
		{40 * ms, 90 * ms, 120 * ms, []string{"", "a"}}, // only the meta
	} {
		c.plan = lying(test.from, test.to, test.cut)
		t.Run(fmt.Sprint(test.from, test.to), func(t *testing.T) { c.comes(t, test.want...) })
	}
}

// failing is a plan in which syncs that begin in a time fail.
func failing(from, to, cut time.Duration) func(*core.Control) error {
	return func(world *core.Control) error {
		return errors.Join(world.Sleep(time.Second+from), world.Disk("*", core.DiskOptions{},
			func(p core.DiskProfile) (core.DiskProfile, error) { p.SyncError = core.Always; return p, nil }),
			world.Sleep(to-from), world.RestoreDisk("*"), world.Sleep(cut-to), world.PowerFail("*"))
	}
}

// A sync error in phase one is definite. One in phase two is not: the commit can be seen,
// and after the next one has begun nothing good is left to go back to, until that is durable.
func TestSyncErrors(t *testing.T) {
	for _, test := range []struct {
		name          string
		from, to, cut time.Duration
		want          []string
		said          string
	}{
		{"data", -1, 10 * ms, 51 * ms, []string{""}, "io []"},
		{"data, and then a commit", -1, 10 * ms, 400 * ms, []string{"b c"}, "io [] ok [b] ok [b c]"},
		{"meta", 40 * ms, 90 * ms, 101 * ms, []string{"corrupt"}, "unknown [a]"}, // b has begun
		{"meta, and then a commit", 40 * ms, 90 * ms, 201 * ms, []string{"a b"}, "unknown [a] ok [a b]"},
		{"meta, and the next meta before it is durable", 40 * ms, 90 * ms, 151 * ms, []string{"corrupt"}, "unknown [a]"},
		{"meta of the last", 240 * ms, 290 * ms, 400 * ms, []string{"a b", "a b c"}, "ok [a] ok [a b] unknown [a b c]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			said := ""
			work := func(_ core.Env, db core.DB) {
				said = ""
				for _, name := range []string{"a", "b", "c"} {
					kind := core.ErrorKind(put(db, name, ""))
					if kind == "" {
						kind = "ok"
					}
					said = strings.TrimSpace(fmt.Sprintf("%s %s [%s]", said, kind, keys(db)))
				}
			}
			attempt{profile: slow, work: work, plan: failing(test.from, test.to, test.cut)}.comes(t, test.want...)
			if said != test.said {
				t.Errorf("said %s, want %s", said, test.said)
			}
		})
	}
}

// What a failed sync of a group should have written no later one writes: the database
// is healthy to look at, and is damaged by a power cut at any later time.
func TestFailedSyncOfAGroup(t *testing.T) {
	work := func(later bool) func(core.Env, core.DB) {
		return func(_ core.Env, db core.DB) {
			puts("a", "b")(nil, db)
			if kind := core.ErrorKind(db.Sync()); kind != "unknown" {
				t.Errorf("the sync says %q", kind)
			}
			if later {
				_ = put(db, "c", "")
			}
			if err := db.Sync(); err != nil {
				t.Error(err)
			}
		}
	}
	c := attempt{profile: slow, noSync: true, plan: failing(0, 10*ms, 500*ms)}
	c.work = work(false)
	c.comes(t, "", "a", "a b")
	c.work = work(true)
	c.comes(t, "corrupt")
}

// Power lost while a database is created may lose the file; nobody crashes.
func TestPowerCutInACreation(t *testing.T) {
	c := attempt{profile: slow, work: puts(), plan: func(world *core.Control) error {
		return errors.Join(world.Sleep(20*ms), world.PowerFail("*"))
	}}
	gone := 0
	for seed := range uint64(40) {
		found, r := c.run(t, seed)
		if found != "" {
			t.Fatalf("seed %d: found %q", seed, found)
		}
		if r.Trace.Faults[0].Took == "m.lab/kv, just created, is gone" {
			gone++
		}
	}
	if gone < 8 || gone > 32 {
		t.Errorf("%d of 40 databases are gone", gone)
	}
}

// On a tmpfs nothing outlives a power cut, or a reboot.
func TestVolatileDisk(t *testing.T) {
	reboot := func(world *core.Control, match string) error {
		return world.Reboot(match, core.RebootOptions{Grace: time.Second})
	}
	for _, harm := range []func(*core.Control, string) error{(*core.Control).PowerFail, reboot} {
		attempt{profile: core.TmpFS, work: puts("a"), plan: strikeAt(ms, harm)}.comes(t, "")
	}
	attempt{profile: core.TmpFS, work: puts("a"), plan: strikeAt(ms, (*core.Control).Kill)}.comes(t, "a")
}

// A disk that is full refuses, for good; what frees space works, and then there is some.
func TestFullDiskInACommit(t *testing.T) {
	profile := slow
	profile.Capacity = 1000
	said := ""
	work := func(_ core.Env, db core.DB) {
		big := strings.Repeat("x", 600)
		said = fmt.Sprint(core.ErrorKind(put(db, "a", big)), core.ErrorKind(put(db, "b", big)),
			core.ErrorKind(db.Update(func(tx core.Tx) error { return tx.Delete([]byte("a")) })),
			core.ErrorKind(put(db, "b", big)))
	}
	c := attempt{profile: profile, work: work, plan: strikeAt(900*ms, (*core.Control).PowerFail)}
	c.comes(t, "b")
	_, r := c.run(t, 1)
	if said != "no_space" || r.Machines[0].Disk.Full != 1 {
		t.Errorf("said %q, %+v", said, r.Machines[0].Disk)
	}
}

// With a profile that rots, a commit may let a bit of some value flip: a fault with a name,
// which can be withheld.
func TestCommitsLetValuesRot(t *testing.T) {
	profile, value := slow, ""
	profile.Rot = core.Always
	work := func(_ core.Env, db core.DB) {
		_ = put(db, "a", "xx")
		_ = db.View(func(tx core.Tx) error { value = string(tx.Get([]byte("a"))); return nil })
	}
	c := attempt{profile: profile, work: work, plan: strikeAt(900*ms, (*core.Control).Kill)}
	_, r := c.run(t, 1)
	flipped := 0
	for i := range value {
		flipped += bits.OnesCount8(value[i] ^ 'x')
	}
	if fault := r.Trace.Faults[0]; fault.ID.String() != "m.lab/disk/rot#1" || len(value) != 2 || flipped != 1 {
		t.Errorf("%v, %q", fault.ID, value)
	}
	c.mask = core.Withhold(r.Trace.Faults[0].ID)
	if c.run(t, 1); value != "xx" {
		t.Errorf("withheld, and yet %q", value)
	}
}

// Withholding one power cut leaves what others take as it was: here of the second and
// third of three, each in the second phase of a commit.
func TestMaskedPowerCut(t *testing.T) {
	work := func(env core.Env, db core.DB) {
		for second := time.Duration(1); env.Sleep(second*time.Second-env.Now()) == nil; second++ {
			if env.Now() == second*time.Second {
				_ = put(db, fmt.Sprint(second), "")
			}
		}
	}
	c := attempt{profile: slow, work: work, plan: func(world *core.Control) error {
		var err error
		for n := range 3 {
			err = errors.Join(err, world.Sleep(time.Duration(n+1)*time.Second+60*ms-world.Now()),
				world.PowerFail("*"), world.Start("*"))
		}
		return errors.Join(err, world.PowerFail("*"))
	}}
	outcomes := map[string]bool{}
	for seed := range uint64(40) {
		_, r := c.run(t, seed)
		faults := r.Trace.Faults
		masked := c
		masked.mask = core.Withhold(faults[0].ID)
		_, other := masked.run(t, seed)
		for i := 1; i < 3; i++ {
			was, is := faults[i], other.Trace.Faults[i]
			if was.ID != is.ID || was.Took != is.Took {
				t.Errorf("seed %d: %v took %q, without the first %q", seed, was.ID, was.Took, is.Took)
			}
		}
		outcomes[fmt.Sprint(faults[1].Took != "", faults[2].Took != "")] = true
	}
	if len(outcomes) != 4 {
		t.Errorf("only %v: the test has lost its point", outcomes)
	}
}

// Memory that loses its power has nothing damaged in it either.
func TestVolatileErasesWhatIsDamaged(t *testing.T) {
	profile := core.SSD
	profile.Corrupt = core.Always
	volatile := func(p core.DiskProfile) (core.DiskProfile, error) { p.Volatile = true; return p, nil }
	plan := func(world *core.Control) error {
		cut := func() error {
			return errors.Join(world.Start("m.lab"), world.Sleep(time.Second), world.PowerFail("m.lab"))
		}
		return errors.Join(cut(), world.Disk("m.lab", core.DiskOptions{}, volatile), cut(), cut())
	}
	var opened []string
	play(t, on(profile, lab(plan, func(boot int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{NoSync: true})
		if opened = append(opened, core.ErrorKind(err)); err == nil {
			err = errors.Join(db.Sync(), put(db, "k", "v"))
		}
		if boot == 0 {
			return err
		}
		return env.Sleep(time.Minute)
	})), disk.Factory(disk.Memory), "")
	if want := []string{"", "corrupt", ""}; !slices.Equal(opened, want) {
		t.Errorf("opened with %q, want %q", opened, want)
	}
}
