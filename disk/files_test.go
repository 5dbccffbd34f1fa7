package disk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"simlua.example/core"
	"simlua.example/disk"
)

// files lists what lies below a folder.
func files(t *testing.T, folder string) string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			path, err = filepath.Rel(folder, path)
			found = append(found, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// openAll opens databases, puts one pair into each and ends.
func openAll(names ...string) func(int, core.Env) error {
	return func(_ int, env core.Env) error {
		for _, name := range names {
			db, err := env.Open(name, core.DBOptions{})
			if err != nil {
				return err
			}
			if err := put(db, "k", "v"); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestFilesOfARun(t *testing.T) {
	root := t.TempDir()
	play(t, lab(nil, openAll()), disk.Factory(disk.Bbolt), root)
	if _, err := os.Stat(filepath.Join(root, "m.lab")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a run without databases made a folder")
	}
	play(t, lab(nil, openAll("a", "b.c")), disk.Factory(disk.Bbolt), root)
	if got, want := files(t, root), "m.lab/a.db m.lab/b.c.db"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is kept is a bbolt file that others can read.
func TestKeptFile(t *testing.T) {
	root := t.TempDir()
	play(t, lab(nil, openAll("kv")), disk.Factory(disk.Bbolt), root)
	db, err := bbolt.Open(filepath.Join(root, "m.lab", "kv.db"), 0, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		if got := tx.Bucket([]byte(core.MainBucket)).Get([]byte("k")); string(got) != "v" {
			return fmt.Errorf("got %q", got)
		}
		for err := range tx.Check() {
			return err
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A run does not see what an earlier one left in its folder, whatever the pages
// of its files.
func TestRunBeginsWithEmptyDisks(t *testing.T) {
	root := t.TempDir()
	makeFiles(t, root, "m.lab/")
	old, err := bbolt.Open(filepath.Join(root, "m.lab", "kv.db"), 0o600, &bbolt.Options{PageSize: 16 << 10})
	if err == nil {
		err = old.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		play(t, lab(nil, func(_ int, env core.Env) error {
			db, err := env.Open("kv", core.DBOptions{})
			if err == nil && get(db, "k") != "" {
				err = errors.New("the disk is not empty")
			}
			return errors.Join(err, put(db, "k", "v"))
		}), disk.Factory(disk.Bbolt), root)
	}
}

// A small file may stay until the end, for another database of its name, with nothing in it.
func TestWipeErasesFiles(t *testing.T) {
	root := t.TempDir()
	during := "nothing was wiped"
	plan := func(world *core.Control) error {
		err := errors.Join(world.Start("*"), world.Sleep(time.Second), world.Wipe("*"))
		during = files(t, root)
		return errors.Join(err, world.Start("*"))
	}
	play(t, lab(plan, func(boot int, env core.Env) error {
		if boot == 0 {
			large, err := env.Open("large", core.DBOptions{})
			return errors.Join(err, put(large, "k", strings.Repeat("v", 2<<20)), openAll("small", "other")(boot, env))
		}
		db, err := env.Open("small", core.DBOptions{})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.View(func(tx core.Tx) error {
			if len(tx.Get([]byte("k"))) > 0 {
				return errors.New("the wipe has left something")
			}
			return nil
		})
	}), disk.Factory(disk.Bbolt), root)
	if got := files(t, root); during != "m.lab/other.db m.lab/small.db" || got != "m.lab/small.db" {
		t.Errorf("after the wipe %q, at the end %q", during, got)
	}
}

// Files stay open from boot to boot, and none is open after the run.
func TestOpenFiles(t *testing.T) {
	const fds = "/proc/self/fd"
	if _, err := os.ReadDir(fds); err != nil {
		t.Skip("this system does not list open files")
	}
	root := t.TempDir()
	count := func() (n int) {
		entries, err := os.ReadDir(fds)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if target, err := os.Readlink(filepath.Join(fds, e.Name())); err == nil && strings.HasPrefix(target, root) {
				n++
			}
		}
		return n
	}
	most := 0
	plan := func(world *core.Control) error {
		err := world.Start("*")
		for range 100 {
			err = errors.Join(err, world.Sleep(time.Second), world.PowerFail("*"), world.Start("*"))
			most = max(most, count())
		}
		return err
	}
	play(t, lab(plan, func(boot int, env core.Env) error {
		return errors.Join(openAll("a", "b")(boot, env), env.Sleep(time.Hour))
	}), disk.Factory(disk.Bbolt), root)
	if left := count(); most != 2 || left != 0 {
		t.Errorf("%d files open at most, %d after the run; want 2 and 0", most, left)
	}
}

// TotalBytes tells what the files of runs have, and nothing after they ended.
func TestTotalBytes(t *testing.T) {
	during := uint64(0)
	play(t, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		err = errors.Join(err, put(db, "a", strings.Repeat("x", 1<<20)), put(db, "b", ""))
		during = disk.TotalBytes()
		return err
	}), disk.Factory(disk.Bbolt), t.TempDir())
	if after := disk.TotalBytes(); during < 1<<20 || during > 2<<20 || after != 0 {
		t.Errorf("%d bytes during the run, %d after it", during, after)
	}
}
