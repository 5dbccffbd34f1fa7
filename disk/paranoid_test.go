package disk_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// What bbolt finds and the model does not is a defect of simlua, and named.
func TestParanoidFindsDifferences(t *testing.T) {
	folder := t.TempDir()
	damage := func() error {
		path := filepath.Join(folder, "m.lab", "kv.db")
		file, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, bytes.ReplaceAll(file, []byte("planted"), []byte("wrong!!")), 0o600)
		}
		return err
	}
	plan := func(world *core.Control) error {
		return errors.Join(world.Start("m.lab"), world.Sleep(time.Second), damage(), world.Sleep(2*time.Second),
			world.PowerFail("m.lab"))
	}
	defer func() {
		if r := fmt.Sprint(recover()); !strings.Contains(r, "database kv of m.lab") || !strings.Contains(r, "key") {
			t.Errorf("got %s", r)
		}
	}()
	play(t, lab(plan, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		return errors.Join(err, put(db, "key", "planted"), env.Sleep(2*time.Second), put(db, "more", ""))
	}), disk.Factory(disk.Paranoid), folder)
	t.Error("no difference was found")
}

// Values rot in a ledger whose power is cut: bbolt has the same wrong bits.
func TestParanoidRots(t *testing.T) {
	for seed := uint64(1); seed <= 6; seed++ {
		l := &ledger{options: core.DBOptions{NoSync: true}, harsh: true}
		r := l.play(t, disk.Paranoid, seed, 0, l.scenario(core.SSD, func(world *core.Control) error {
			err := world.Start(ledgerMachine)
			for range 8 {
				err = errors.Join(err, world.Sleep(time.Duration(world.Random().Int(1e6, 1e7))),
					world.Rot(ledgerMachine, core.Rot{Of: core.RotValue, Match: "*"}), world.Sleep(1e6),
					world.PowerFail(ledgerMachine), world.Start(ledgerMachine))
			}
			l.over = true
			return err
		}))
		if r.Verdict != core.Pass {
			t.Fatalf("%s %v", r.Reason, r.Err)
		}
	}
}
