package backend_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

// TestAWipedBackendStartsFromASnapshot erases a backend behind a long log: it
// knows what it knew, and little has to be sent to it for that.
func TestAWipedBackendStartsFromASnapshot(t *testing.T) {
	const events = 2000
	for _, storage := range []string{commitlog.Disk, commitlog.Memory} {
		var bytes [2]uint64
		for i, wipe := range []bool{false, true} {
			plan := func(p *core.Control) error {
				return errors.Join(p.Start("*"), p.Sleep(10*time.Second), p.Reboot("api1.net", core.RebootOptions{Wipe: wipe}))
			}
			s := setup{plan: plan, log: commitlog.Config{Storage: storage}}
			r := coretest.Run(t, world(s, func(env core.Env, api *client) error {
				if err := errors.Join(fillOf(env, events, 10), env.Sleep(20*time.Second)); err != nil {
					return err
				}
				known := as(move(5, 6, events), name(3), 1) // done, as something else
				if a, err := api.do(known); err != nil || !a.OK {
					return fmt.Errorf("%v: %+v, %w", known, a, err)
				}
				return errors.Join(api.must(move(0, 1, events/7)), api.wantCount(events))
			}), 1)
			bytes[i] = r.Links[0].Bytes
		}
		if extra := bytes[1] - bytes[0]; extra < 100 || extra > 2000 {
			t.Errorf("storage %s: %d bytes more after a wipe; the log has %d", storage, extra, bytes[0])
		}
	}
}

// TestWhatASnapshotHolds reads the snapshot that backends leave with the log.
func TestWhatASnapshotHolds(t *testing.T) {
	coretest.Run(t, world(setup{}, func(env core.Env, api *client) error {
		if err := errors.Join(fillOf(env, 250, 250), env.Sleep(time.Second)); err != nil {
			return err
		}
		log := commitlog.NewClient(env, "cl.net:443")
		found, err := log.LoadSnapshot("", "inventory", 0, time.Second)
		if err != nil || found.Position != 250 {
			return fmt.Errorf("%+v, %w", found, err)
		}
		var s struct {
			Items    [][2]int64 `cbor:"items"`
			Sessions [][3]any   `cbor:"sessions"`
		}
		if err := message.Unmarshal(found.State, &s); err != nil {
			return err
		}
		if len(s.Items) != 7 || s.Items[6] != [2]int64{6, 35} || len(s.Sessions) != 250 ||
			s.Sessions[7] != [3]any{name(7), int64(1), int64(7)} {
			return fmt.Errorf("%+v", s)
		}
		return nil
	}), 1)
}

// TestAnInventoryTooLargeForASnapshot is followed all the same, without one.
func TestAnInventoryTooLargeForASnapshot(t *testing.T) {
	const appends, items = 72, 1000 // with 15 bytes of each, no message could carry them
	coretest.Run(t, world(setup{}, func(env core.Env, api *client) error {
		log := commitlog.NewClient(env, "cl.net:443")
		for a := range appends {
			events := make([]commitlog.Event, items)
			for i := range events {
				item, err := message.Marshal(map[string]any{"type": "added", "client": "filler",
					"sequence": 1 + a*items + i, "item": math.MaxInt64 - appends*items + a*items + i, "quantity": 1_000_000_000})
				if err != nil {
					return err
				}
				events[i] = item
			}
			if _, err := log.Append("", int64(a*items), events, time.Second); err != nil {
				return err
			}
		}
		return errors.Join(env.Sleep(5*time.Second), api.wantCount(appends*items*1_000_000_000))
	}), 1)
}
