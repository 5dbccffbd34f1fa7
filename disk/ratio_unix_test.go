//go:build unix

package disk_test

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"simlua.example/core"
	"simlua.example/disk"
)

// BenchmarkUpdateBesideBbolt does one put in a transaction with bbolt alone, which does
// not sync, and through DB.Update, undoing included, in turns of 100, and reports how
// much longer the latter takes.
func BenchmarkUpdateBesideBbolt(b *testing.B) {
	for _, noSync := range []bool{false, true} {
		b.Run(map[bool]string{false: "synced", true: "NoSync"}[noSync], func(b *testing.B) {
			var alone, through time.Duration
			root, remove, err := disk.TempRoot()
			if err != nil {
				b.Fatal(err)
			}
			defer remove() //nolint:errcheck // a benchmark
			bolt, err := bbolt.Open(filepath.Join(root, "alone.db"), 0o600, &bbolt.Options{NoSync: true, NoGrowSync: true,
				NoFreelistSync: true, PageSize: 1 << 10, InitialMmapSize: 1 << 20, NoStatistics: true})
			if err != nil {
				b.Fatal(err)
			}
			defer bolt.Close()
			value := make([]byte, 100)
			s := lab(nil, func(_ int, env core.Env) error {
				db, err := env.Open("kv", core.DBOptions{NoSync: noSync})
				for i := 0; err == nil && i < b.N; i += 100 {
					start := worked()
					for n := range 100 {
						err = errors.Join(err, bolt.Update(func(tx *bbolt.Tx) error {
							bucket, err := tx.CreateBucketIfNotExists([]byte("main"))
							if err != nil {
								return err
							}
							return bucket.Put([]byte{byte(i + n), byte(i >> 8 & 3)}, value)
						}))
					}
					half := worked()
					for n := range 100 {
						err = errors.Join(err, db.Update(func(tx core.Tx) error {
							return tx.Put([]byte{byte(i + n), byte(i >> 8 & 3)}, value)
						}))
					}
					alone, through = alone+half-start, through+worked()-half
				}
				return err
			})
			s.Limits = core.Limits{Time: 1 << 60, Idle: 1 << 60, Steps: 1 << 60}
			play(b, s, disk.Factory(disk.Bbolt), root)
			b.ReportMetric(float64(alone.Nanoseconds())/float64(b.N), "ns/alone")
			b.ReportMetric(float64(through.Nanoseconds())/float64(b.N), "ns/update")
			b.ReportMetric(float64(through)/float64(alone), "ratio")
		})
	}
}

// worked is how long the process has kept processors at work.
func worked() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
