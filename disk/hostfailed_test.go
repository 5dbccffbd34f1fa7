//go:build linux || darwin

package disk_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// limit bounds a resource of the process for the rest of the test: the size of
// files that it writes is the nearest thing to a full disk that needs no
// privileges.
func limit(t *testing.T, resource int, most uint64) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(resource, &old); err != nil {
		t.Skip(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	lower := old
	lower.Cur = most
	if err := syscall.Setrlimit(resource, &lower); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(resource, &old); err != nil {
			t.Error(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	})
}

// alone plays the test once more, in a process of its own, and says whether this is
// that process: the log that go test keeps of a process would meet a limit, too.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv("DISK_TEST_PROCESS") == "alone" {
		return true
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "DISK_TEST_PROCESS=alone")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// hostFails plays a scenario that the host ends: the verdict is void, the reason
// has these words, nothing is known of a crash, and no check is asked.
func hostFails(t *testing.T, s *core.Scenario, root string, words ...string) {
	t.Helper()
	s.Checks = []core.Check{{Name: "never", Holds: func(*core.Result) (string, error) {
		t.Error("a check was asked")
		return "", nil
	}}}
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Disk: disk.Factory(disk.Bbolt), Folder: root})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Void || r.Err != nil || !says(errors.New(r.Reason), words...) {
		t.Errorf("%s, %q, %v; want it void with %q", r.Verdict, r.Reason, r.Err, words)
	}
	for _, m := range r.Machines {
		if m.Crashes > 0 {
			t.Errorf("a crash: %s", m.Crash)
		}
	}
}

// large is put, which must not return.
func large(t *testing.T, db core.DB) {
	err := put(db, "large", strings.Repeat("x", 256<<10))
	t.Errorf("the engine goes on with %v", err)
}

func TestDiskFillsUp(t *testing.T) {
	if !alone(t) {
		return
	}
	root, unwound := t.TempDir(), false
	hostFails(t, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		defer func() { unwound = true }()
		limit(t, syscall.RLIMIT_FSIZE, 128<<10)
		large(t, db)
		return nil
	}), root, "the host got in the way", filepath.Join(root, "m.lab", "kv.db"), "file too large")
	if !unwound {
		t.Error("the process was left behind")
	}
}

// In a folder for temporary files the message says how to get another one.
func TestTemporaryFilesFillUp(t *testing.T) {
	if !alone(t) {
		return
	}
	t.Setenv("TMPDIR", t.TempDir())
	root, remove, err := disk.TempRoot()
	if err != nil {
		t.Fatal(err)
	}
	hostFails(t, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		limit(t, syscall.RLIMIT_FSIZE, 128<<10)
		large(t, db)
		return nil
	}), root, root, "TMPDIR can name a folder with more room")
	if err := remove(); err != nil {
		t.Error(err)
	}
}

// open is what must not return.
func open(t *testing.T, prepare func()) func(int, core.Env) error {
	return func(_ int, env core.Env) error {
		prepare()
		_, err := env.Open("kv", core.DBOptions{})
		t.Errorf("the engine goes on with %v", err)
		return err
	}
}

// A database that cannot be created leaves no file.
func TestDiskIsFull(t *testing.T) {
	if !alone(t) {
		return
	}
	root := t.TempDir()
	hostFails(t, lab(nil, open(t, func() { limit(t, syscall.RLIMIT_FSIZE, 2<<10) })), root, root, "file too large")
	if found := files(t, root); found != "" {
		t.Errorf("left %s", found)
	}
}

func TestTooManyOpenFiles(t *testing.T) {
	root := t.TempDir()
	hostFails(t, lab(nil, open(t, func() { limit(t, syscall.RLIMIT_NOFILE, 1) })), root, root, "too many open files")
}

func TestDatabaseCannotBeCreated(t *testing.T) {
	top := t.TempDir()
	blocked, occupied, readOnly := filepath.Join(top, "blocked"), t.TempDir(), t.TempDir()
	makeFiles(t, top, "blocked")
	makeFiles(t, occupied, "m.lab/kv.db/inside/")
	if err := os.Chmod(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, root, want string }{
		{"no folder", "", "no folder"},
		{"the root has gone", filepath.Join(top, "gone"), filepath.Join(top, "gone")},
		{"the root is a file", blocked, blocked},
		{"the database is a folder", occupied, filepath.Join(occupied, "m.lab", "kv.db")},
		{"read only", readOnly, readOnly},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.root == readOnly && os.Getuid() == 0 {
				t.Skip("root may write everywhere")
			}
			hostFails(t, lab(nil, open(t, func() {})), test.root, test.want)
		})
	}
}

// A failure in an event of the kernel, where no process is at work, does the same.
func TestHostFailsInAnEvent(t *testing.T) {
	if !alone(t) {
		return
	}
	for _, test := range []struct {
		name string
		harm func(*testing.T, *core.Control, string) error
		want string
	}{
		{"power cut", func(t *testing.T, world *core.Control, _ string) error {
			limit(t, syscall.RLIMIT_FSIZE, 1<<10)
			return world.PowerFail("*")
		}, "file too large"},
		{"wipe", func(t *testing.T, world *core.Control, _ string) error {
			limit(t, syscall.RLIMIT_FSIZE, 1<<10)
			return world.Wipe("*")
		}, "file too large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			plan := func(world *core.Control) error {
				err := errors.Join(world.Start("*"), world.Sleep(time.Second), test.harm(t, world, root))
				t.Errorf("the plan goes on with %v", err)
				return err
			}
			hostFails(t, lab(plan, func(_ int, env core.Env) error {
				db, err := env.Open("kv", core.DBOptions{NoSync: true})
				return errors.Join(err, put(db, "k", "v"), env.Sleep(time.Hour))
			}), root, root, test.want)
		})
	}
}

// A file that has gone when a power cut is to make an image of it is the host's affair, no
// defect.
func TestHostFailsAnImage(t *testing.T) {
	root := t.TempDir()
	s := lab(func(world *core.Control) error {
		err := errors.Join(world.Start("*"), world.Sleep(10*time.Millisecond+100*time.Microsecond),
			os.Remove(filepath.Join(root, "m.lab", "kv.db")))
		return errors.Join(err, world.PowerFail("*"))
	}, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		return errors.Join(err, env.Sleep(10*time.Millisecond-env.Now()), put(db, "k", "v"))
	})
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Disk: disk.Factory(disk.Paranoid), Folder: root})
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Run(context.Background()); r.Verdict != core.Void || !says(errors.New(r.Reason), "no such file") {
		t.Errorf("%s, %q", r.Verdict, r.Reason)
	}
}

// A file that somebody cuts short cannot be read any more where it was.
func TestFileIsCutShort(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*testing.T, core.DB, func()) error
	}{
		{"get", func(_ *testing.T, db core.DB, cut func()) error { cut(); get(db, "b"); return nil }},
		{"get later", func(_ *testing.T, db core.DB, cut func()) error {
			return db.View(func(tx core.Tx) error {
				tx.Get([]byte("a"))
				cut()
				tx.Get([]byte("b"))
				return errors.New("the transaction goes on")
			})
		}},
		{"each", func(_ *testing.T, db core.DB, cut func()) error {
			cut()
			return db.View(func(tx core.Tx) error { return tx.Each(nil, func(_, _ []byte) error { return nil }) })
		}},
		{"put", func(_ *testing.T, db core.DB, cut func()) error { cut(); return put(db, "b", "new") }},
		{"commit", func(_ *testing.T, db core.DB, cut func()) error {
			return db.Update(func(tx core.Tx) error {
				err := tx.Put([]byte("b"), []byte("new"))
				cut()
				return errors.Join(err, tx.Delete([]byte("a")))
			})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			path := filepath.Join(root, "m.lab", "kv.db")
			cut := func() {
				if err := os.Truncate(path, 4<<10); err != nil {
					t.Error(err)
				}
			}
			hostFails(t, lab(nil, func(_ int, env core.Env) error {
				db, err := env.Open("kv", core.DBOptions{})
				for _, key := range []string{"a", "b", "c"} {
					err = errors.Join(err, put(db, key, strings.Repeat(key, 100<<10)))
				}
				err = errors.Join(err, test.do(t, db, cut))
				t.Errorf("the engine goes on with %v", err)
				return err
			}), root, path, "cannot be read any more")
		})
	}
}
