package commitlog_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

func state(text string) commitlog.State { return texts(text)[0] }

// wantSnapshot loads a snapshot that has to be beyond from.
func wantSnapshot(log *commitlog.Client, name string, from, position int64, text string) error {
	s, err := log.LoadSnapshot("", name, from, patience)
	got := ""
	if err == nil && len(s.State) > 0 {
		err = message.Unmarshal(s.State, &got)
	}
	if err == nil && (s.Position != position || got != text) {
		err = fmt.Errorf("%s: %q at %d, want %q at %d", name, got, s.Position, text, position)
	}
	return err
}

func TestSnapshots(t *testing.T) {
	for _, c := range configs {
		t.Run(name(c), func(t *testing.T) {
			coretest.Run(t, world(c, nil, func(env core.Env, log *commitlog.Client) error {
				head, err := log.Append("", 0, texts("a", "b", "c"), patience)
				if err != nil {
					return err
				}
				for _, step := range []struct {
					name     string
					position int64
					text     string
					kept     int64
					want     string // at the position that is kept
				}{
					{"x", 2, "two", 2, "two"}, {"x", 1, "one", 2, "two"}, {"x", 2, "again", 2, "two"},
					{"y", 1, "one", 1, "one"}, {"x", 3, "three", 3, "three"},
				} {
					err = errors.Join(err, env.Sleep(time.Second)) // until buffered events can be read
					s, saved := log.SaveSnapshot(head.Log, step.name, step.position, state(step.text), patience)
					if saved == nil && (s.Position != step.kept || s.Next != 3) {
						saved = fmt.Errorf("%+v: kept %+v", step, s)
					}
					err = errors.Join(err, saved, wantSnapshot(log, step.name, step.kept-1, step.kept, step.want))
				}
				return errors.Join(err, wantSnapshot(log, "x", 3, 3, ""), wantSnapshot(log, "z", 0, 0, ""))
			}), 1)
		})
	}
}

func TestRefusedSnapshots(t *testing.T) {
	for _, c := range configs[:2] {
		coretest.Run(t, world(c, nil, func(env core.Env, log *commitlog.Client) error {
			if _, err := log.Append("", 0, texts("a"), patience); err != nil {
				return err
			}
			save := func(of, name string, position int64, state commitlog.State, code string) error {
				_, err := log.SaveSnapshot(of, name, position, state, patience)
				_, err = wantRefusal(err, code)
				return err
			}
			long := string(make([]byte, commitlog.MaxName+1))
			err := errors.Join(save("", "", 1, state("s"), commitlog.BadRequest),
				save("", long, 1, state("s"), commitlog.BadRequest),
				save("", "x", 0, state("s"), commitlog.BadRequest), save("", "x", 2, state("s"), commitlog.BadRequest),
				save("", "x", 1, nil, commitlog.BadRequest),
				save("", "x", 1, large(1, commitlog.MaxSnapshot+1)[0], commitlog.BadRequest),
				save("another", "x", 1, state("s"), commitlog.OtherLog))
			for n := range commitlog.MaxSnapshots {
				_, saved := log.SaveSnapshot("", fmt.Sprint(n), 1, state("s"), patience)
				err = errors.Join(err, saved)
			}
			return errors.Join(err, save("", "x", 1, state("s"), commitlog.Full))
		}), 1)
	}
}

// TestSnapshotsShareTheFateOfTheLog reboots and wipes it.
func TestSnapshotsShareTheFateOfTheLog(t *testing.T) {
	for _, test := range []struct {
		storage string
		reboot  core.RebootOptions
		kept    bool
	}{
		{commitlog.Disk, core.RebootOptions{}, true},
		{commitlog.Disk, core.RebootOptions{Wipe: true}, false},
		{commitlog.Memory, core.RebootOptions{}, false},
	} {
		plan := func(p *core.Control) error {
			return errors.Join(p.Start("*"), p.Sleep(5*time.Second), p.Reboot("log.net", test.reboot))
		}
		c := commitlog.Config{Port: 443, Storage: test.storage}
		coretest.Run(t, world(c, plan, func(env core.Env, log *commitlog.Client) error {
			_, err := log.Append("", 0, texts("a"), patience)
			_, saved := log.SaveSnapshot("", "x", 1, state("s"), patience)
			log.Close()
			err = errors.Join(err, saved, env.Sleep(20*time.Second))
			if !test.kept {
				return errors.Join(err, wantSnapshot(log, "x", 0, 0, ""))
			}
			return errors.Join(err, wantSnapshot(log, "x", 0, 1, "s"))
		}), 1)
	}
}
