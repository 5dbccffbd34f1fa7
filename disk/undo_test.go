package disk_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// shadow has the states that a database which does not sync may come back with: the
// durable one, and what each commit since has made of it.
type shadow struct{ states []map[string]string }

func (s *shadow) now() map[string]string { return s.states[len(s.states)-1] }

// TestPowerCutsAtRandom writes, deletes, rolls back, syncs and cuts the power at
// random, and compares all that is there with maps after every boot.
func TestPowerCutsAtRandom(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) { cutAtRandom(t, kind) })
	}
}

func cutAtRandom(t *testing.T, kind disk.Kind) {
	const cuts = 10
	plan := func(world *core.Control) error {
		var err error
		for range cuts {
			err = errors.Join(err, world.Start("m.lab"), world.Sleep(time.Second), world.PowerFail("m.lab"))
		}
		return err
	}
	s := shadow{states: []map[string]string{{}}}
	biggest, lost := 0, 0
	r, _ := play(t, lab(plan, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{NoSync: true})
		if err != nil {
			return err
		}
		found := content(db)
		at := slices.IndexFunc(s.states, func(state map[string]string) bool { return maps.Equal(found, state) })
		if at < 0 {
			return fmt.Errorf("%d keys, which never were there together", len(found))
		}
		biggest, lost = max(biggest, len(found)), lost+len(s.states)-1-at
		s.states = s.states[at : at+1]
		for err == nil && env.Sleep(5*time.Millisecond) == nil {
			err = s.step(env.Random(), db)
		}
		return err
	}), disk.Factory(kind), t.TempDir())
	if r.Machines[0].Disk.Commits < 1000 || biggest < 200 || lost < 10*cuts {
		t.Errorf("%d commits, %d of them lost, %d keys at most: the test has lost its point",
			r.Machines[0].Disk.Commits, lost, biggest)
	}
}

// step is a sync, or a transaction of a few or of many changes, which may fail.
func (s *shadow) step(r *core.Random, db core.DB) error {
	if r.Int(1, 100) == 1 {
		err := db.Sync()
		s.states = s.states[len(s.states)-1:]
		return err
	}
	refusal := errors.New("refused")
	next := maps.Clone(s.now())
	fails := r.Int(1, 4) == 1
	changes := r.Int(1, 5)
	if r.Int(1, 50) == 1 {
		changes = 300
	}
	err := db.Update(func(tx core.Tx) (err error) {
		for range changes {
			err = errors.Join(err, s.change(r, tx, next))
		}
		if fails {
			err = errors.Join(err, refusal)
		}
		return err
	})
	if fails && errors.Is(err, refusal) {
		return nil
	}
	s.states = append(s.states, next)
	return err
}

func (s *shadow) change(r *core.Random, tx core.Tx, next map[string]string) error {
	bucket, key := fmt.Sprint("b", r.Int(0, 2)), fmt.Sprint(r.Int(0, 299))
	if r.Int(1, 3) == 1 {
		delete(next, bucket+" "+key)
		return tx.Bucket(bucket).Delete([]byte(key))
	}
	value := fmt.Sprintf("%0*d", r.Int(0, 300), 7)
	next[bucket+" "+key] = value
	return tx.Bucket(bucket).Put([]byte(key), []byte(value))
}

// content is all that is in the buckets of shadow.
func content(db core.DB) map[string]string {
	all := map[string]string{}
	_ = db.View(func(tx core.Tx) error {
		for _, bucket := range []string{"b0", "b1", "b2"} {
			_ = tx.Bucket(bucket).Each(nil, func(key, value []byte) error {
				all[bucket+" "+string(key)] = string(value)
				return nil
			})
		}
		return nil
	})
	return all
}
