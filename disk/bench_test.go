package disk_test

import (
	"fmt"
	"runtime"
	"testing"

	"simlua.example/core"
	"simlua.example/disk"
)

// bench has one service of a run do a thing b.N times, where a run without
// --data has its files.
func bench(b *testing.B, visit func(core.Env) error) { benchKind(b, disk.Bbolt, visit) }

// benchKind is bench on a disk of some kind.
func benchKind(b *testing.B, kind disk.Kind, visit func(core.Env) error) {
	root, remove, err := disk.TempRoot()
	if err != nil {
		b.Fatal(err)
	}
	defer remove() //nolint:errcheck // a benchmark
	s := lab(nil, func(_ int, env core.Env) error { return visit(env) })
	s.Limits = core.Limits{Time: 1 << 60, Idle: 1 << 60, Steps: 1 << 60}
	b.ReportAllocs()
	play(b, s, disk.Factory(kind), root)
}

func BenchmarkUpdate(b *testing.B) {
	for _, noSync := range []bool{false, true} {
		b.Run(fmt.Sprintf("NoSync=%v", noSync), func(b *testing.B) {
			bench(b, func(env core.Env) error {
				db, err := env.Open("kv", core.DBOptions{NoSync: noSync})
				value := make([]byte, 100)
				for i := 0; err == nil && i < b.N; i++ {
					key := []byte{byte(i), byte(i >> 8 & 3)}
					err = db.Update(func(tx core.Tx) error { return tx.Put(key, value) })
				}
				return err
			})
		})
	}
}

// BenchmarkLoad puts keys of 16 bytes with values of 100 into a new database, in
// their order and 1,000 in a transaction, and reports the memory that a database which does not
// sync keeps for a power cut.
func BenchmarkLoad(b *testing.B) {
	for _, keys := range []int{10, 100, 1000, 10_000, 100_000} {
		for _, noSync := range []bool{false, true} {
			b.Run(fmt.Sprintf("keys=%d/NoSync=%v", keys, noSync), func(b *testing.B) {
				kept := 0.0
				for range b.N {
					bench(b, func(env core.Env) error {
						db, err := env.Open("kv", core.DBOptions{NoSync: noSync})
						b.StopTimer()
						before := heap()
						b.StartTimer()
						for n := 0; err == nil && n < keys; n += 1000 {
							err = load(db, n, min(n+1000, keys))
						}
						b.StopTimer()
						kept += heap() - before
						b.StartTimer()
						runtime.KeepAlive(db)
						return err
					})
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*keys), "ns/key")
				b.ReportMetric(kept/float64(b.N*keys), "B/key")
			})
		}
	}
}

func load(db core.DB, from, to int) error {
	value := make([]byte, 100)
	return db.Update(func(tx core.Tx) (err error) {
		for n := from; err == nil && n < to; n++ {
			err = tx.Put(fmt.Appendf(nil, "key %012d", n), value)
		}
		return err
	})
}

// heap is what is allocated and reachable.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func BenchmarkViewGet(b *testing.B) {
	bench(b, func(env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		err = put(db, "k", "v")
		key := []byte("k")
		for i := 0; err == nil && i < b.N; i++ {
			err = db.View(func(tx core.Tx) error { tx.Get(key); return nil })
		}
		return err
	})
}

// Opening what an earlier boot had open.
func BenchmarkOpenClose(b *testing.B) {
	bench(b, func(env core.Env) error {
		for range b.N {
			db, err := env.Open("kv", core.DBOptions{})
			if err != nil {
				return err
			}
			if err := db.Close(); err != nil {
				return err
			}
		}
		return nil
	})
}

// A run of its own for every database: the file is created and removed.
func BenchmarkCreate(b *testing.B) {
	for b.Loop() {
		root, remove, err := disk.TempRoot()
		if err != nil {
			b.Fatal(err)
		}
		play(b, lab(nil, func(_ int, env core.Env) error {
			_, err := env.Open("kv", core.DBOptions{})
			return err
		}), disk.Factory(disk.Bbolt), root)
		if err := remove(); err != nil {
			b.Fatal(err)
		}
	}
}
