package disk_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// growthSteps are what is done to a database with keys in it.
var growthSteps = []struct {
	name string
	do   func(db core.DB, n, keys int) error
}{
	{"get", func(db core.DB, n, keys int) error { get(db, nth(n, keys)); return nil }},
	{"overwrite", func(db core.DB, n, keys int) error { return put(db, nth(n, keys), "new") }},
	{"append", func(db core.DB, n, keys int) error { return put(db, fmt.Sprintf("key %012d", keys+n), "new") }},
	{"delete and put", func(db core.DB, n, keys int) error {
		return db.Update(func(tx core.Tx) error {
			return errors.Join(tx.Delete([]byte(nth(n, keys))), tx.Put([]byte(nth(n, keys)), []byte("new")))
		})
	}},
	{"roll back", func(db core.DB, n, keys int) error {
		refused := errors.New("refused")
		err := db.Update(func(tx core.Tx) error {
			return errors.Join(tx.Put([]byte(nth(n, keys)), []byte("new")), refused)
		})
		if errors.Is(err, refused) {
			err = nil
		}
		return err
	}},
	{"take the first", func(db core.DB, n, keys int) error {
		enough := errors.New("enough")
		return db.Update(func(tx core.Tx) error {
			err := tx.Each(nil, func(key, _ []byte) error { return errors.Join(tx.Delete(key), enough) })
			if errors.Is(err, enough) {
				err = nil
			}
			return err
		})
	}},
	{"put after all were deleted", func(db core.DB, n, keys int) error {
		if n > 0 {
			return put(db, nth(n, keys), "new")
		}
		return db.Update(func(tx core.Tx) (err error) {
			for i := 0; err == nil && i < keys; i++ {
				err = tx.Delete([]byte(nth(i, keys)))
			}
			return err
		})
	}},
	{"sync", func(db core.DB, n, keys int) error { return db.Sync() }},
}

// nth is a key of many, next to the one before in no order.
func nth(n, keys int) string { return fmt.Sprintf("key %012d", n*7919%keys) }

// growthKinds are the databases to which it is done.
var growthKinds = []struct {
	name   string
	config disk.Kind
	noSync bool
}{
	{"NoSync=false", disk.Bbolt, false},
	{"NoSync=true", disk.Bbolt, true},
	{"InMemory", disk.Memory, true},
}

// BenchmarkGrowth does one thing to databases of 10 to 100,000 keys, none of
// which was synced or all were, in files and in memory, and reports the exponent
// with which its time grows with the keys.
func BenchmarkGrowth(b *testing.B) {
	for _, step := range growthSteps {
		for _, kind := range growthKinds {
			b.Run(step.name+"/"+kind.name, func(b *testing.B) {
				least := stepTime(b, kind.config, kind.noSync, 10, step.do)
				most := stepTime(b, kind.config, kind.noSync, 100_000, step.do)
				b.ReportMetric(least, "ns/10")
				b.ReportMetric(most, "ns/100000")
				b.ReportMetric(math.Log10(most/least)/4, "exponent")
			})
		}
	}
}

// stepTime is the time of a step, the first of which is not counted.
func stepTime(b *testing.B, config disk.Kind, noSync bool, keys int, step func(core.DB, int, int) error) float64 {
	const steps = 2000
	var took time.Duration
	benchKind(b, config, func(env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{NoSync: noSync})
		for n := 0; err == nil && n < keys; n += 1000 {
			err = load(db, n, min(n+1000, keys))
		}
		if err == nil {
			err = step(db, 0, keys)
		}
		start := time.Now()
		for n := 1; err == nil && n <= steps; n++ {
			err = step(db, n, keys)
		}
		took = time.Since(start)
		return err
	})
	return float64(took.Nanoseconds()) / steps
}
