//go:build unix

package disk_test

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"simlua.example/core"
	"simlua.example/disk"
)

// limitFiles bounds the size of files that the process writes: the nearest
// thing to a full disk that needs no privileges.
func limitFiles(t *testing.T, bytes uint64) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Skip(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := old
	limit.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Error(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	})
}

func isFull(err error, root string) error {
	if !errors.Is(err, core.ErrNoSpace) || !strings.Contains(err.Error(), root) {
		return fmt.Errorf("got %w, want %v with %s", err, core.ErrNoSpace, root)
	}
	return nil
}

// A disk that fills up fails the commit; what was there stays, and the database
// works on once there is room.
func TestDiskFillsUp(t *testing.T) {
	root := t.TempDir()
	play(t, lab(nil, func(_ int, env core.Env) error {
		db, err := env.Open("kv", core.DBOptions{})
		if err != nil {
			return err
		}
		err = put(db, "small", "v")
		t.Run("full", func(t *testing.T) {
			limitFiles(t, 128<<10)
			for range 3 {
				err = errors.Join(err, isFull(put(db, "large", strings.Repeat("x", 256<<10)), root))
			}
		})
		if got := get(db, "small") + get(db, "large"); got != "v" {
			err = errors.Join(err, fmt.Errorf("got %d bytes", len(got)))
		}
		return errors.Join(err, put(db, "large", strings.Repeat("x", 256<<10)))
	}), disk.New, root)
}

// A database that cannot be created leaves no file.
func TestDiskIsFull(t *testing.T) {
	root := t.TempDir()
	play(t, lab(nil, func(_ int, env core.Env) (err error) {
		t.Run("full", func(t *testing.T) {
			limitFiles(t, 2<<10)
			_, err = env.Open("kv", core.DBOptions{})
		})
		if err = isFull(err, root); err != nil {
			return err
		}
		if found := files(t, root); found != "" {
			return fmt.Errorf("left %s", found)
		}
		_, err = env.Open("kv", core.DBOptions{})
		return err
	}), disk.New, root)
}

// Without the right to write there, a database cannot be created.
func TestReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	root := t.TempDir()
	if err := os.Chmod(root, 0o500); err != nil {
		t.Fatal(err)
	}
	play(t, lab(nil, func(_ int, env core.Env) error {
		_, err := env.Open("kv", core.DBOptions{})
		if !errors.Is(err, core.ErrIO) || !strings.Contains(err.Error(), root) {
			return fmt.Errorf("got %w, want %v with %s", err, core.ErrIO, root)
		}
		return nil
	}), disk.New, root)
}
