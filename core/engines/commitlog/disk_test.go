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
)

// playFaulty plays a world whose disks do harm; the log boots again a second
// after an error.
func playFaulty(t *testing.T, s *core.Scenario, harm func(core.DiskHost) coretest.Harm) *core.Result {
	t.Helper()
	s.Services[0].Restart = time.Second
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Network: coretest.Network,
		Disk: coretest.FaultyDisk(coretest.Disk, harm)})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Pass {
		t.Fatalf("%s after %v: %s\n%v", r.Verdict, r.Time, r.Reason, r.Err)
	}
	return r
}

// between is a harm for a time.
func between(from, to time.Duration, harm coretest.Harm) func(core.DiskHost) coretest.Harm {
	return func(host core.DiskHost) coretest.Harm {
		if host.Now() >= from && host.Now() < to {
			return harm
		}
		return coretest.Harm{}
	}
}

// TestADefiniteErrorRefusesAnAppend has a disk that is full, or broken, from second
// 2 to 4: nothing is there of what it refused, and the next append takes its place.
func TestADefiniteErrorRefusesAnAppend(t *testing.T) {
	for _, test := range []struct {
		err  error
		code string
	}{{core.ErrNoSpace, commitlog.NoSpace}, {core.ErrIO, commitlog.Storage}} {
		for _, ack := range []string{commitlog.Stored, commitlog.Buffered} {
			plan := func(p *core.Control) error {
				return errors.Join(p.Start("*"), p.Sleep(7*time.Second), p.PowerFail("log.net"), p.Start("log.net"))
			}
			s := world(commitlog.Config{Port: 443, Ack: ack}, plan, func(env core.Env, log *commitlog.Client) error {
				_, err := log.Append("", 0, texts("a"), patience)
				err = errors.Join(err, env.Sleep(2*time.Second))
				_, refused := log.Append("", 1, texts("b", "c"), patience)
				if ack == commitlog.Stored {
					var refusal *commitlog.Refusal
					if refusal, refused = wantRefusal(refused, test.code); refused == nil && refusal.Next != 1 {
						refused = fmt.Errorf("refused with %+v", refusal)
					}
				}
				err = errors.Join(err, refused, env.Sleep(3*time.Second), wantEnd(log, 1))
				_, again := log.Append("", 1, texts("d"), patience)
				err = errors.Join(err, again, env.Sleep(3*time.Second))
				log.Close()
				return errors.Join(err, wantEnd(log, 2), wantEvents(log, 0, "a", "d"))
			})
			playFaulty(t, s, between(2*time.Second, 4*time.Second, coretest.Harm{Err: test.err}))
		}
	}
}

// TestAnUnknownOutcomeEndsTheLog appends twice at once while a disk fails in such a
// way: one append is on the device, the other waits behind it.
func TestAnUnknownOutcomeEndsTheLog(t *testing.T) {
	for _, done := range []bool{false, true} {
		sure := func(env core.Env, log *commitlog.Client) error {
			head, err := log.Append("", 0, texts("a"), patience)
			err = errors.Join(err, env.Sleep(2*time.Second))
			_, unknown := log.Append("", 1, texts("b"), patience)
			if core.ErrorKind(unknown) != "unknown" || errors.As(unknown, new(*commitlog.Refusal)) {
				err = errors.Join(err, fmt.Errorf("while the disk fails: %v; want no refusal, but unknown", unknown))
			}
			want := []string{"a", "c"}
			if done {
				want = []string{"a", "b", "c"}
			}
			err = errors.Join(err, env.Sleep(3*time.Second))
			appended, after := log.Append(head.Log, commitlog.AnyPosition, texts("c"), patience)
			if after == nil && appended.Position != int64(len(want)-1) {
				after = fmt.Errorf("after the reload the next position was %d", appended.Position)
			}
			return errors.Join(err, after, wantEvents(log, 0, want...))
		}
		behind := func(env core.Env, log *commitlog.Client) error {
			err := env.Sleep(2*time.Second + 50*time.Millisecond)
			_, refused := log.Append("", commitlog.AnyPosition, texts("never"), patience)
			_, refused = wantRefusal(refused, commitlog.Storage)
			return errors.Join(err, refused)
		}
		harm := coretest.Harm{Takes: 100 * time.Millisecond, Err: core.ErrUnknown, Done: done}
		r := playFaulty(t, world(commitlog.Config{Port: 443}, nil, sure, behind),
			between(2*time.Second, 3*time.Second, harm))
		if m := r.Machines[0]; m.Boots != 2 || m.Crashes != 1 {
			t.Errorf("done=%v: the log booted %d times and ended with an error %d times", done, m.Boots, m.Crashes)
		}
	}
}

func TestAnUnknownOutcomeOfASnapshotEndsTheLog(t *testing.T) {
	s := world(commitlog.Config{Port: 443}, nil, func(env core.Env, log *commitlog.Client) error {
		_, err := log.Append("", 0, texts("a"), patience)
		err = errors.Join(err, env.Sleep(2*time.Second))
		if _, unknown := log.SaveSnapshot("", "x", 1, state("s"), patience); !errors.Is(unknown, core.ErrUnknown) {
			err = errors.Join(err, fmt.Errorf("while the disk fails: %v", unknown))
		}
		return errors.Join(err, env.Sleep(3*time.Second), wantSnapshot(log, "x", 0, 1, "s"), wantEvents(log, 0, "a"))
	})
	r := playFaulty(t, s, between(2*time.Second, 3*time.Second, coretest.Harm{Err: core.ErrUnknown, Done: true}))
	if r.Machines[0].Boots != 2 {
		t.Errorf("the log booted %d times", r.Machines[0].Boots)
	}
}

// TestALogWithoutRestartEndsTheRun says why.
func TestALogWithoutRestartEndsTheRun(t *testing.T) {
	s := world(commitlog.Config{Port: 443}, nil, func(env core.Env, log *commitlog.Client) error {
		_, err := log.Append("", 0, texts("a"), patience)
		return err
	})
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Network: coretest.Network, Disk: coretest.FaultyDisk(coretest.Disk,
		between(time.Millisecond, time.Second, coretest.Harm{Err: core.ErrUnknown}))})
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Run(context.Background()); r.Verdict != core.Crash || !errors.Is(r.Err, core.ErrUnknown) {
		t.Errorf("%s: %s, %v", r.Verdict, r.Reason, r.Err)
	} else {
		t.Log(r.Reason)
	}
}

// TestABootCommitsBeforeItAnswers finds that what a boot has loaded is made durable
// before it is shown to anybody.
func TestABootCommitsBeforeItAnswers(t *testing.T) {
	plan := func(p *core.Control) error {
		return errors.Join(p.Start("*"), p.Sleep(time.Second), p.Kill("log.net"), p.Sleep(time.Second), p.Start("log.net"))
	}
	var commits []time.Duration
	s := world(commitlog.Config{Port: 443}, plan, func(env core.Env, log *commitlog.Client) error {
		_, err := log.Append("", 0, texts("a"), patience)
		log.Close()
		err = errors.Join(err, env.Sleep(3*time.Second))
		commits = append(commits, env.Now())
		return errors.Join(err, wantEvents(log, 0, "a"))
	})
	playFaulty(t, s, func(host core.DiskHost) coretest.Harm {
		commits = append(commits, host.Now())
		return coretest.Harm{}
	})
	if len(commits) != 4 || commits[2] != 2*time.Second {
		t.Errorf("commits and the read at %v; want one at 2s", commits)
	}
}
