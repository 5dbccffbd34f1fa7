package disk_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// TestMemoryBesideFiles does the same things at random, good and bad ones, with
// databases in files and in memory, under kills, power cuts, wipes, rot and all that a
// device does wrong. All that can be seen must be the same: each answer, when it came,
// and the digest.
func TestMemoryBesideFiles(t *testing.T) {
	profile := core.SSD
	profile.ReadError, profile.SyncError, profile.LyingSync = core.Always/50, core.Always/100, core.Always/20
	profile.Rot = core.Always / 20
	profile.Corrupt, profile.Capacity = core.Always/5, 60_000
	once := func(kind disk.Kind, folder string) (*core.Result, string) {
		return play(t, on(profile, lab(harmOften, explore)), disk.Factory(kind), folder)
	}
	files, fileLog := once(disk.Bbolt, t.TempDir())
	memory, memoryLog := once(disk.Memory, "")
	f, m := strings.Split(fileLog, "\n"), strings.Split(memoryLog, "\n")
	for i := range min(len(f), len(m)) {
		if f[i] != m[i] {
			t.Fatalf("answer %d\nfiles:  %s\nmemory: %s", i, f[i], m[i])
		}
	}
	one, other := files.Machines[0].Disk, memory.Machines[0].Disk
	if files.Digest != memory.Digest || len(f) != len(m) || one != other {
		t.Errorf("digests %x and %x, %d and %d answers, %d and %d commits", files.Digest, memory.Digest,
			len(f), len(m), files.Machines[0].Disk.Commits, memory.Machines[0].Disk.Commits)
	}
	if len(f) < 5000 || files.Machines[0].Disk.Commits < 1000 {
		t.Errorf("%d answers, %d commits: the test has lost its point", len(f), files.Machines[0].Disk.Commits)
	}
	took := ""
	for _, fault := range files.Trace.Faults {
		took += fault.Took + " "
	}
	for _, word := range []string{"1 commit lost", "commits lost", "comes back damaged", "just created", "value rots",
		"meta page rots"} {
		if !strings.Contains(took, word) {
			t.Errorf("no fault took anything with %q", word)
		}
	}
	for _, kind := range []string{"unknown", "io", "no_space", "corrupt"} {
		if !strings.Contains(fileLog, "kind "+kind+"\n") {
			t.Errorf("nobody was told %q", kind)
		}
	}
}

// harmOften is a plan: everything that ends databases.
func harmOften(world *core.Control) error {
	err := world.Start("m.lab")
	for range 150 {
		err = errors.Join(err, world.Sleep(time.Duration(world.Random().Int(1e6, 1e8))))
		switch r := world.Random(); {
		case r.Chance(core.Always / 3):
			of := []core.RotOf{core.RotValue, core.RotValue, core.RotMeta}[r.Int(0, 2)]
			err = errors.Join(err, world.Rot("m.lab", core.Rot{Of: of, Match: "*"}))
		case r.Chance(core.Always / 3):
			err = errors.Join(err, world.Kill("m.lab"))
		case r.Chance(core.Always / 4):
			err = errors.Join(err, world.PowerFail("m.lab"), world.Wipe("m.lab"), world.Start("m.lab"),
				world.Sleep(300*time.Microsecond), world.PowerFail("m.lab"))
		default:
			err = errors.Join(err, world.PowerFail("m.lab"))
		}
		err = errors.Join(err, world.Start("m.lab"))
	}
	return errors.Join(err, world.Stop("m.lab", core.StopOptions{Grace: time.Second}))
}

// explore opens two databases, one of which does not sync, says what is in them,
// and goes on at random.
func explore(_ int, env core.Env) error {
	var all []core.DB
	for i, name := range []string{"synced", "lazy"} {
		db, err := env.Open(name, core.DBOptions{NoSync: i == 1})
		for err != nil {
			env.Log(core.Info, fmt.Sprint("open ", err, " kind ", core.ErrorKind(err)))
			if errors.Is(err, core.ErrCorrupt) {
				err = env.RemoveDatabase(name)
				env.Log(core.Info, fmt.Sprint("remove ", err))
			}
			db, err = env.Open(name, core.DBOptions{NoSync: i == 1})
		}
		env.Log(core.Info, fmt.Sprint(name, content(db)))
		all = append(all, db)
	}
	for !env.Stopping() {
		db := all[env.Random().Int(0, 1)]
		if env.Random().Int(1, 20) == 1 {
			env.Log(core.Info, fmt.Sprint("sync ", db.Sync()))
			continue
		}
		err := db.Bucket(anyBucket(env.Random())).Update(func(tx core.Tx) error {
			for range env.Random().Int(0, 6) {
				env.Log(core.Info, ask(env.Random(), tx))
			}
			if env.Random().Int(1, 5) == 1 {
				return errors.New("refused")
			}
			return nil
		})
		env.Log(core.Info, fmt.Sprint("update ", err, " kind ", core.ErrorKind(err)))
		_ = env.Sleep(time.Duration(env.Random().Int(0, 1e6)))
	}
	return nil
}

func anyBucket(r *core.Random) string {
	return []string{"b0", "b1", "b2", "b2", core.MainBucket, "b", "a/b"}[min(r.Int(0, 30), r.Int(0, 6))]
}

// anyKey is one of few, some of which are prefixes of others, and bad ones.
func anyKey(r *core.Random) []byte {
	switch n := r.Int(0, 200); {
	case n == 0:
		return nil
	case n == 1:
		return make([]byte, core.MaxKeyBytes+1)
	case n < 10:
		return []byte{0, byte(n), 0xff}[:n%4]
	default:
		return []byte(strings.Repeat("k", int(n%3)) + fmt.Sprint(n))
	}
}

// ask does one thing in a transaction and says what came of it.
func ask(r *core.Random, tx core.Tx) string {
	tx = tx.Bucket(anyBucket(r))
	key := anyKey(r)
	switch r.Int(0, 5) {
	case 0:
		value := tx.Get(key)
		return fmt.Sprintf("get %q %v %q", key, value == nil, value)
	case 1:
		return fmt.Sprintf("delete %q %v", key[:min(len(key), 9)], tx.Delete(key))
	case 2:
		seen, err := walk(r, tx)
		return fmt.Sprint("each ", seen, err)
	default:
		return fmt.Sprintf("put %q %v", key[:min(len(key), 9)], tx.Put(key, make([]byte, r.Int(0, 400))))
	}
}

// walk visits keys, and changes the bucket and others meanwhile.
func walk(r *core.Random, tx core.Tx) (seen []string, err error) {
	prefix := anyKey(r)
	prefix = prefix[:min(len(prefix), int(r.Int(0, 2)))]
	err = tx.Each(prefix, func(key, value []byte) error {
		seen = append(seen, fmt.Sprintf("%q=%d", key, len(value)))
		switch r.Int(0, 20) {
		case 0:
			return errors.New("enough")
		case 1:
			return tx.Delete(key)
		case 2:
			return tx.Put(anyKey(r), key)
		case 3:
			return tx.Bucket(anyBucket(r)).Put(anyKey(r), nil)
		case 4:
			return tx.Each(key, func(key, _ []byte) error { return tx.Delete(key) })
		}
		return nil
	})
	return seen, err
}

// Databases in memory touch no file, and need no folder.
func TestMemoryHasNoFiles(t *testing.T) {
	root := t.TempDir()
	play(t, lab(nil, openAll("a", "b")), disk.Factory(disk.Memory), root)
	if found, err := os.ReadDir(root); err != nil || len(found) > 0 {
		t.Errorf("left %v, %v", found, err)
	}
}
