package disk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// A database is synced in the time that its last handle has asked for, however many
// were closed before.
func TestSyncEveryOutlivesHandles(t *testing.T) {
	for name, before := range map[string]core.DBOptions{
		"many handles": {SyncEvery: time.Second}, "another time": {SyncEvery: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := play(t, lab(nil, func(_ int, env core.Env) error {
				for range 100 {
					db, err := env.Open("kv", before)
					if err = errors.Join(err, db.Close()); err != nil {
						return err
					}
				}
				db, err := env.Open("kv", core.DBOptions{SyncEvery: time.Second})
				return errors.Join(err, put(db, "k", "v"), env.Sleep(10*time.Second))
			}), disk.Factory(disk.Memory), "")
			if stats := r.Machines[0].Disk; stats.Syncs != 2 { // of the creation, and of the commit
				t.Errorf("%d syncs, not 2", stats.Syncs)
			}
		})
	}
}

// What a sync in the background says, the next call is told, once.
func TestSyncEveryTells(t *testing.T) {
	profile, said := core.SSD, []error{}
	s := on(profile, lab(func(world *core.Control) error {
		fail := func(p core.DiskProfile) (core.DiskProfile, error) { p.SyncError = core.Always; return p, nil }
		return errors.Join(world.Start("*"), world.Sleep(500*time.Millisecond),
			world.Disk("*", core.DiskOptions{}, fail), world.Sleep(time.Second), world.RestoreDisk("*"))
	}, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{SyncEvery: time.Second})
		err = errors.Join(err, put(db, "a", "1"), env.Sleep(1700*time.Millisecond))
		for range 2 {
			said = append(said, put(db, "b", "2"))
		}
		return err
	}))
	play(t, s, disk.Factory(disk.Memory), "")
	if core.ErrorKind(said[0]) != "unknown" || !strings.Contains(said[0].Error(), "in the background") || said[1] != nil {
		t.Errorf("said %v", said)
	}
}
