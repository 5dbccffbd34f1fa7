package disk_test

import (
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// park has machines with a database each, all of them open at once.
func park(machines int) *core.Scenario {
	s := &core.Scenario{Name: "park"}
	for n := range machines {
		s.Services = append(s.Services, core.ServiceSpec{
			Machine: fmt.Sprintf("m%d.park", n),
			Boot: func() (core.Engine, error) {
				return core.EngineFunc(func(env core.Env) error {
					db, err := env.Open("kv", core.DBOptions{})
					if err != nil {
						return err
					}
					for i := range 10 {
						if err := put(db, fmt.Sprint("key ", i), env.Machine()); err != nil {
							return err
						}
					}
					if err := env.Sleep(time.Millisecond); err != nil { // the others write, too
						return err
					}
					return db.View(func(tx core.Tx) error {
						if got := tx.Get([]byte("key 9")); string(got) != env.Machine() {
							return fmt.Errorf("found %q", got)
						}
						return nil
					})
				}), nil
			},
		})
	}
	return s
}

// Hundreds of machines with databases are nothing special.
func TestManyMachines(t *testing.T) {
	for _, kind := range []disk.Kind{disk.Bbolt, disk.Memory} {
		r, _ := play(t, park(500), disk.Factory(kind), t.TempDir())
		for _, m := range r.Machines {
			if m.Disk.Commits != 10 {
				t.Fatalf("%s: %s has %d commits", kind, m.Name, m.Disk.Commits)
			}
		}
	}
}

func BenchmarkMachines(b *testing.B) {
	for _, machines := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(machines), func(b *testing.B) {
			for range b.N {
				play(b, park(machines), disk.Factory(disk.Bbolt), b.TempDir())
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*machines), "µs/machine")
		})
	}
}
