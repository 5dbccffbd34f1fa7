package coretest

import (
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
)

// harms are what several boots of a service see of their disk, with a plan
// that does something to the machine between them.
var harms = []struct {
	name  string
	plan  func(*core.Control) error
	boots []func(core.Env) error
}{
	{"a commit survives a power cut", strike((*core.Control).PowerFail),
		boots(writes(false, false), finds("k=v"))},
	{"a commit survives a kill", strike((*core.Control).Kill),
		boots(writes(false, false), finds("k=v"))},
	{"NoSync: a commit survives a kill", strike((*core.Control).Kill),
		boots(writes(true, false), finds("k=v"))},
	{"NoSync: a power cut may take a commit", strike((*core.Control).PowerFail),
		boots(writes(true, false), finds("", "k=v"))},
	{"NoSync: sync makes durable", strike((*core.Control).PowerFail),
		boots(writes(true, true), finds("k=v"))},
	{"NoSync: a power cut may take back the last that came after the sync", strike((*core.Control).PowerFail),
		boots(writesThrice, finds("a=1 b=1 c=1", "a=4 c=1 d=2", "b=3 d=3"))},
	{"NoSync: killed first, then the power cut", strike((*core.Control).Kill, (*core.Control).PowerFail),
		boots(writes(true, false), finds("k=v"), finds("", "k=v"))},
	{"NoSync: a later owner that syncs makes all durable", strike((*core.Control).Kill, (*core.Control).PowerFail),
		boots(writes(true, false), adds("l", "w"), finds("k=v l=w"))},
	{"NoSync: what was durable before is there", strike((*core.Control).Kill, (*core.Control).PowerFail),
		boots(writes(false, false), changesUnsynced, finds("k=v", "k=changed l=new"))},
	{"two power cuts", strike((*core.Control).PowerFail, (*core.Control).PowerFail),
		boots(writes(true, false), changesUnsynced, finds("", "k=v", "k=changed l=new"))},
	{"what a power cut has left stays", strike((*core.Control).PowerFail, (*core.Control).PowerFail),
		staying()},
	{"a wipe erases", strike((*core.Control).Wipe),
		boots(writes(false, false), finds(""))},
	{"a wiped disk works", strike((*core.Control).Wipe, (*core.Control).PowerFail),
		boots(writes(false, false), adds("l", "w"), finds("l=w"))},
	{"an orderly end lets the next boot open", strike(stop),
		boots(writes(false, false), finds("k=v"))},
}

// strike is a plan: every three seconds it harms the machine and starts it again.
func strike(harms ...func(*core.Control, string) error) func(*core.Control) error {
	return func(world *core.Control) error {
		err := world.Start("m.lab")
		for _, harm := range harms {
			err = errors.Join(err, world.Sleep(3*time.Second), harm(world, "m.lab"),
				world.Sleep(time.Second), world.Start("m.lab"))
		}
		return err
	}
}

func stop(world *core.Control, match string) error {
	return world.Stop(match, core.StopOptions{Grace: time.Second})
}

// boots are those of a service; all but the last are struck while they wait.
func boots(visits ...func(core.Env) error) []func(core.Env) error {
	for i, visit := range visits[:len(visits)-1] {
		visits[i] = func(env core.Env) error {
			if err := visit(env); err != nil {
				return fmt.Errorf("boot %d: %w", i, err)
			}
			return env.Sleep(time.Hour)
		}
	}
	return visits
}

func writes(noSync, sync bool) func(core.Env) error {
	return func(env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{NoSync: noSync})
		if err != nil {
			return err
		}
		if err := errors.Join(holds(db, ""), put(db, "k", "v"), holds(db, "k=v")); err != nil || !sync {
			return err
		}
		return db.Sync()
	}
}

func adds(key, value string) func(core.Env) error {
	return onDB(func(_ core.Env, db core.DB) error { return put(db, key, value) })
}

// finds one of several contents.
func finds(want ...string) func(core.Env) error {
	return onDB(func(_ core.Env, db core.DB) (err error) {
		for _, one := range want {
			if err = holds(db, one); err == nil {
				return nil
			}
		}
		return err
	})
}

// staying finds after a second power cut what it had found after the first.
func staying() []func(core.Env) error {
	found := ""
	return boots(writes(true, false), onDB(func(_ core.Env, db core.DB) error {
		return db.View(func(tx core.Tx) (err error) { found, err = list(tx, ""); return err })
	}), onDB(func(_ core.Env, db core.DB) error { return holds(db, found) }))
}

// writesThrice leaves a, b and c synced, then changes every one of them twice.
func writesThrice(env core.Env) error {
	db, err := env.Open("kv", core.DBOptions{NoSync: true})
	if err != nil {
		return err
	}
	change := func(tx core.Tx) error {
		return errors.Join(putAll(tx, "a", "2", "d", "2", "a", "4"), tx.Delete([]byte("b")),
			putAll(tx.Bucket("new"), "k", ""))
	}
	again := func(tx core.Tx) error {
		return errors.Join(putAll(tx, "b", "3", "d", "3"), tx.Delete([]byte("a")), tx.Delete([]byte("c")))
	}
	rolledBack := func(tx core.Tx) error { return errors.Join(putAll(tx, "c", "4"), errChanged) }
	return errors.Join(put(db, "a", "1", "b", "1", "c", "1"), db.Sync(), db.Update(change),
		fails(db.Update(rolledBack), errChanged), db.Update(again), holds(db, "b=3 d=3"))
}

func changesUnsynced(env core.Env) error {
	db, err := env.Open("kv", core.DBOptions{NoSync: true})
	if err != nil {
		return err
	}
	return errors.Join(put(db, "k", "changed", "l", "new"), holds(db, "k=changed l=new"))
}
