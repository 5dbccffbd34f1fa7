package commitlog_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/core/engines/commitlog"
	"simlua.example/disk"
)

// TestWhatWasReadStays kills the log in the second half of a commit, when the event
// can be read and is not durable, lets somebody read it after the next boot, and cuts
// the power.
func TestWhatWasReadStays(t *testing.T) {
	slow := core.DiskProfile{Name: "slow", Sync: core.ConstantDelay(50 * time.Millisecond)}
	plan := func(p *core.Control) error {
		return errors.Join(p.Start("*"), p.Sleep(1085*time.Millisecond), p.Kill("log.net"), p.Start("log.net"),
			p.Sleep(time.Second), p.PowerFail("log.net"), p.Start("log.net"))
	}
	for seed := uint64(1); seed <= 8; seed++ {
		s := world(commitlog.Config{Port: 443}, plan, func(env core.Env, log *commitlog.Client) error {
			err := env.Sleep(time.Second)
			if _, reset := log.Append("", 0, texts("a"), patience); core.ErrorKind(reset) != "reset" {
				err = fmt.Errorf("the append ended with %v at %v; want it cut off", reset, env.Now())
			}
			err = errors.Join(err, env.Sleep(500*time.Millisecond), wantEvents(log, 0, "a"))
			log.Close()
			return errors.Join(err, env.Sleep(2*time.Second), wantEnd(log, 1), wantEvents(log, 0, "a"))
		})
		s.Machines = []core.MachineSpec{{Name: "log.net", Disk: &slow}}
		c, err := core.NewCluster(s, core.Settings{Seed: seed, Network: coretest.Network, Disk: disk.Factory(disk.Memory)})
		if err != nil {
			t.Fatal(err)
		}
		if r := c.Run(context.Background()); r.Verdict != core.Pass {
			t.Errorf("seed %d: %s: %s\n%v", seed, r.Verdict, r.Reason, r.Err)
		}
	}
}
