package backend_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// playFaulty plays a world whose disks do harm; the log boots again a second after
// an error, the backends need not.
func playFaulty(t *testing.T, s *core.Scenario, seed uint64, harm func(core.DiskHost) coretest.Harm) *core.Result {
	t.Helper()
	s.Services[0].Restart = time.Second
	c, err := core.NewCluster(s, core.Settings{Seed: seed, Network: coretest.Network, Keep: core.KeepLines,
		Disk: coretest.FaultyDisk(coretest.Disk, harm)})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Pass {
		t.Errorf("seed %d: %s after %v: %s\n%v", seed, r.Verdict, r.Time, r.Reason, r.Err)
	}
	return r
}

// TestFailingDisksLoseNothing has movers and havoc over disks of which every
// tenth commit fails, for a minute.
func TestFailingDisksLoseNothing(t *testing.T) {
	harms := []coretest.Harm{{Err: core.ErrNoSpace}, {Err: core.ErrIO}, {Err: core.ErrUnknown},
		{Err: core.ErrUnknown, Done: true}}
	harm := func(host core.DiskHost) coretest.Harm {
		r := host.Random("harm")
		if host.Now() > time.Minute || !r.Chance(core.Always/10) {
			return coretest.Harm{Takes: 5 * time.Millisecond}
		}
		return harms[r.Int(0, 3)]
	}
	const movers = 3
	judge := func(env core.Env, api *client) error {
		return errors.Join(env.Sleep(3*time.Minute), api.wantCount(movers))
	}
	for seed := uint64(1); seed <= 6; seed++ {
		r := playFaulty(t, world(setup{plan: havoc}, moving(30), moving(30), moving(30), judge), seed, harm)
		if r.Machines[0].Crashes == 0 {
			t.Errorf("seed %d: the log did not end once: the test has lost its point", seed)
		}
	}
}

// TestAFullDiskOfABackend keeps it from answering, and from nothing else.
func TestAFullDiskOfABackend(t *testing.T) {
	s := world(setup{}, func(env core.Env, api *client) error {
		err := errors.Join(api.must(add(0, 1)), env.Sleep(2*time.Second))
		a, asked := api.ask(gateways[0], as(add(1, 1), "x", 1), time.Minute)
		if asked == nil && !a.OK { // the log takes it: it can be done before the projection has seen it
			asked = fmt.Errorf("a command: %+v", a)
		}
		b, counted := api.ask(gateways[0], request{"op": "count"}, time.Minute)
		if counted == nil && (b.Code != "unavailable" || !strings.Contains(b.Message, "behind")) {
			counted = fmt.Errorf("a count: %+v", b)
		}
		api.prefer = 1
		err = errors.Join(err, asked, counted, api.wantCount(2), env.Sleep(10*time.Second))
		api.prefer = 0
		return errors.Join(err, api.wantCount(2))
	})
	playFaulty(t, s, 1, func(host core.DiskHost) coretest.Harm {
		if host.Name() == "api1.net" && host.Now() > time.Second && host.Now() < 10*time.Second {
			return coretest.Harm{Err: core.ErrNoSpace}
		}
		return coretest.Harm{}
	})
}

// TestAFailingDiskWhileTheLogBeginsAnew keeps a backend that has to clear its projection
// from doing so for a while, and does not end it.
func TestAFailingDiskWhileTheLogBeginsAnew(t *testing.T) {
	plan := func(p *core.Control) error {
		return errors.Join(p.Start("*"), p.Sleep(3*time.Second), p.Wipe("cl.net"), p.Start("cl.net"))
	}
	s := world(setup{plan: plan}, func(env core.Env, api *client) error {
		return errors.Join(api.must(add(0, 1)), env.Sleep(19*time.Second), api.wantCount(0), api.must(add(1, 2)),
			api.wantCount(2))
	})
	playFaulty(t, s, 1, func(host core.DiskHost) coretest.Harm {
		if strings.HasPrefix(host.Name(), "api") && host.Now() > 2*time.Second && host.Now() < 10*time.Second {
			return coretest.Harm{Err: core.ErrIO}
		}
		return coretest.Harm{}
	})
}

// TestAFailingDiskIsToldOnce: when it begins to fail, and when it is back.
func TestAFailingDiskIsToldOnce(t *testing.T) {
	s := world(setup{}, func(env core.Env, api *client) error {
		err := env.Sleep(2 * time.Second)
		_, _ = api.ask(gateways[0], as(add(1, 1), "x", 1), time.Minute)
		return errors.Join(err, env.Sleep(20*time.Second), api.wantCount(1))
	})
	r := playFaulty(t, s, 1, func(host core.DiskHost) coretest.Harm {
		if host.Name() == "api1.net" && host.Now() > time.Second && host.Now() < 10*time.Second {
			return coretest.Harm{Err: core.ErrIO}
		}
		return coretest.Harm{}
	})
	var told []string
	for _, f := range r.Trace.Facts {
		if f.Machine == "api1.net" && strings.Contains(f.Text, "disk") {
			told = append(told, f.Text)
		}
	}
	if len(told) != 2 || !strings.HasPrefix(told[0], "the disk fails: ") || told[1] != "the disk is back" {
		t.Errorf("%q", told)
	}
}
