package backend_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/disk"
)

// lines counts the log lines of a run that contain a text.
type lines struct {
	text string
	n    int
}

func (l *lines) Wants() core.Keep                   { return core.KeepLines }
func (l *lines) Packets(string, *core.Profile) bool { return false }
func (l *lines) Observe(f *core.Fact) {
	if f.Kind == core.FactLog && strings.Contains(f.Text, l.text) {
		l.n++
	}
}

// full is havoc while there is no room on the log's disk for a quarter of a minute.
func full(p *core.Control) error {
	err := p.Go("full", func(p *core.Control) error {
		err := p.Sleep(5 * time.Second)
		return errors.Join(err, p.Disk("cl.net", core.DiskOptions{}, func(d core.DiskProfile) (core.DiskProfile, error) {
			d.Capacity = 1
			return d, nil
		}), p.Sleep(15*time.Second), p.RestoreDisk("cl.net"))
	})
	return errors.Join(err, havoc(p))
}

// TestDisksAsTheyAre has movers and havoc over disks of package disk, with a profile
// each for the log and for the backends: none of them loses an item.
func TestDisksAsTheyAre(t *testing.T) {
	failing := func(p core.DiskProfile, syncs, reads core.Probability) core.DiskProfile {
		p.SyncError, p.ReadError = syncs, reads
		return p
	}
	for _, test := range []struct {
		name                 string
		log, api             core.DiskProfile
		plan                 func(*core.Control) error
		rebuilt, ended, full int // how often at least
	}{
		{"slow", core.HDD, core.HDD, havoc, 0, 0, 0},
		{"full", core.SSD, core.SSD, full, 0, 0, 1},
		{"the log's fails", failing(core.SSD, core.Always/50, 0), core.TmpFS, havoc, 0, 1, 0},
		{"the backends' fail", core.NVMe, failing(core.HDD, core.Always/2, core.Always/5), havoc, 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			rebuilt, ended, full := &lines{text: "rebuilding"}, 0, 0
			for seed := uint64(1); seed <= 3; seed++ {
				s := world(setup{plan: test.plan}, moving(30), moving(30), moving(30),
					func(env core.Env, api *client) error {
						return errors.Join(env.Sleep(3*time.Minute), api.wantCount(3))
					})
				s.Services[0].Restart = time.Second
				s.Machines = []core.MachineSpec{{Name: "cl.net", Disk: &test.log},
					{Name: "api1.net", Disk: &test.api}, {Name: "api2.net", Disk: &test.api}}
				c, err := core.NewCluster(s, core.Settings{Seed: seed, Network: coretest.Network,
					Disk: disk.Factory(disk.Memory), Observers: []core.Observer{rebuilt}})
				if err != nil {
					t.Fatal(err)
				}
				r := c.Run(context.Background())
				if r.Verdict != core.Pass {
					t.Errorf("seed %d: %s after %v: %s\n%v", seed, r.Verdict, r.Time, r.Reason, r.Err)
				}
				ended += r.Machines[0].Crashes
				full += r.Machines[0].Disk.Full
			}
			t.Logf("databases rebuilt: %d; errors that ended the log: %d; commits without space: %d", rebuilt.n, ended, full)
			if rebuilt.n < test.rebuilt || ended < test.ended || full < test.full {
				t.Error("the test has lost its point")
			}
		})
	}
}
