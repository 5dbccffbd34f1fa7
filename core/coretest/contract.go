package coretest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// DiskContract tests what every disk must keep.
func DiskContract(t *testing.T, disk core.DiskFactory) {
	for _, c := range slices.Concat(visits, fileVisits) {
		t.Run(c.name, func(t *testing.T) {
			run := func(_ int, env core.Env) error { return c.visit(env) }
			playDisk(t, disk, nil, run)
		})
	}
	for _, c := range slices.Concat(harms, fileHarms) {
		t.Run(c.name, func(t *testing.T) {
			playDisk(t, disk, c.plan, func(boot int, env core.Env) error { return c.boots[boot](env) })
		})
	}
}

// playDisk plays service a, and service b that uses the same disk and does
// nothing, on one machine. Run is told which boot of a it is, from 0.
func playDisk(t *testing.T, disk core.DiskFactory, plan func(*core.Control) error, run func(int, core.Env) error) {
	t.Helper()
	boots := -1
	s := &core.Scenario{Name: "disk", Plan: plan, Services: []core.ServiceSpec{
		{Machine: "m.lab", Name: "a", Boot: func() (core.Engine, error) {
			boots++
			return core.EngineFunc(func(env core.Env) error { return run(boots, env) }), nil
		}},
		{Machine: "m.lab", Name: "b", Boot: func() (core.Engine, error) {
			return core.EngineFunc(intrude), nil
		}},
	}}
	play(t, s, core.Settings{Seed: 1, Disk: disk, Folder: t.TempDir()})
	if boots < 0 {
		t.Fatal("the service never ran")
	}
}

// intrude tries to open the database and the file "taken", which service a may have
// open.
func intrude(env core.Env) error {
	if err := env.Sleep(100 * time.Millisecond); err != nil {
		return err
	}
	if err := intrudeFile(env); err != nil {
		return err
	}
	db, err := env.Open("taken", core.DBOptions{})
	if err != nil {
		if !errors.Is(err, core.ErrInUse) || !strings.Contains(err.Error(), "taken") {
			return fmt.Errorf("a second owner got %w", err)
		}
		return nil
	}
	return put(db, "intruder", "was here")
}

// --- what a visit is made of

func open(env core.Env, name string) (core.DB, error) { return env.Open(name, core.DBOptions{}) }

func put(db core.DB, pairs ...string) error {
	return db.Update(func(tx core.Tx) error { return putAll(tx, pairs...) })
}

func putAll(tx core.Tx, pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := tx.Put([]byte(pairs[i]), []byte(pairs[i+1])); err != nil {
			return err
		}
	}
	return nil
}

// list writes the pairs with a prefix as "a=1 b=2".
func list(tx core.Tx, prefix string) (string, error) {
	var found []string
	err := tx.Each([]byte(prefix), func(key, value []byte) error {
		found = append(found, string(key)+"="+string(value))
		return nil
	})
	return strings.Join(found, " "), err
}

// holds checks all that is in the bucket of db.
func holds(db core.DB, want string) error {
	return db.View(func(tx core.Tx) error { return holdsTx(tx, "", want) })
}

func holdsTx(tx core.Tx, prefix, want string) error {
	got, err := list(tx, prefix)
	if err == nil && got != want {
		err = fmt.Errorf("prefix %q holds %q, want %q", prefix, got, want)
	}
	return err
}

// fails checks that an error says what it should.
func fails(err error, kind error, words ...string) error {
	switch {
	case err == nil:
		return fmt.Errorf("no error, want one with %q", words)
	case kind != nil && !errors.Is(err, kind):
		return fmt.Errorf("error %w, want %v", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			return fmt.Errorf("error %w does not mention %q", err, w)
		}
	}
	return nil
}

var errChanged = errors.New("changed my mind")
