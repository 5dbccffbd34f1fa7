package disk_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// shadow is what a database that does not sync must hold: now, and after a
// power cut.
type shadow struct{ now, durable map[string]string }

// TestPowerCutsAtRandom writes, deletes, rolls back, syncs and cuts the power at
// random, and compares all that is there with a map after every boot.
func TestPowerCutsAtRandom(t *testing.T) {
	plan := func(world *core.Control) error {
		var err error
		for range 10 {
			err = errors.Join(err, world.Start("m.lab"), world.Sleep(time.Second), world.PowerFail("m.lab"))
		}
		return err
	}
	s := shadow{durable: map[string]string{}}
	biggest := 0
	r, _ := play(t, lab(plan, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{NoSync: true})
		if err != nil {
			return err
		}
		s.now = maps.Clone(s.durable)
		biggest = max(biggest, len(s.durable))
		if found := content(db); !maps.Equal(found, s.durable) {
			return fmt.Errorf("%d keys, want %d", len(found), len(s.durable))
		}
		for err == nil && env.Sleep(5*time.Millisecond) == nil {
			err = s.step(env.Random(), db)
		}
		return err
	}), disk.Factory(disk.Config{NoSyncCommit: 1, Sync: 1}), t.TempDir())
	if r.Machines[0].Disk.Commits < 1000 || biggest < 200 {
		t.Errorf("%d commits, %d keys at most: the test has lost its point", r.Machines[0].Disk.Commits, biggest)
	}
}

// step is a sync, or a transaction of a few or of many changes, which may fail.
func (s *shadow) step(r *core.Random, db core.DB) error {
	if r.Int(1, 100) == 1 {
		s.durable = maps.Clone(s.now)
		return db.Sync()
	}
	refusal := errors.New("refused")
	next := maps.Clone(s.now)
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
	s.now = next
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
