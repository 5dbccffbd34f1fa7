package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"simlua.example/disk"
)

func tempRoot(t *testing.T) (path string, remove func() error) {
	t.Helper()
	path, remove, err := disk.TempRoot()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remove(); err != nil {
			t.Error(err)
		}
	})
	return path, remove
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

func TestTempRoot(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	path, remove := tempRoot(t)
	other, _ := tempRoot(t)
	if filepath.Dir(path) != filepath.Clean(os.TempDir()) || path == other {
		t.Errorf("%s and %s, want two folders in %s", path, other, os.TempDir())
	}
	play(t, lab(nil, openAll("kv")), disk.Factory(disk.Bbolt), path)
	if got := files(t, path); got != "m.lab/kv.db" {
		t.Errorf("the run left %q", got)
	}
	for range 2 {
		if err := remove(); err != nil {
			t.Error(err)
		}
	}
	if exists(path) || !exists(other) {
		t.Errorf("the root is there after its removal, or the other one is not")
	}
}

// Without TMPDIR the root is in memory where the system has such a place with
// room.
func TestTempRootInMemory(t *testing.T) {
	t.Setenv("TMPDIR", "")
	want := os.TempDir()
	if dir, roomy := disk.MemoryFolder(); roomy {
		want = dir
	}
	if path, _ := tempRoot(t); filepath.Dir(path) != want {
		t.Errorf("%s, want it in %s", path, want)
	}
}

// A wrong TMPDIR is named, and not created.
func TestTempRootInWrongPlaces(t *testing.T) {
	top := t.TempDir()
	makeFiles(t, top, "file closed/")
	if err := os.Chmod(filepath.Join(top, "closed"), 0o500); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, want string }{
		{"missing", "no such file"}, {"file", "not a directory"}, {"closed", "permission denied"},
	} {
		if test.name == "closed" && os.Getuid() == 0 {
			continue // root may write everywhere
		}
		dir := filepath.Join(top, test.name)
		t.Setenv("TMPDIR", dir)
		if _, _, err := disk.TempRoot(); !says(err, "TMPDIR="+dir+": expected a folder", test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
	if exists(filepath.Join(top, "missing")) {
		t.Error("a missing TMPDIR was created")
	}
}

// A process that ends erases what runs have there, and they find no place for more.
func TestRemoveTempRoots(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for range 3 {
		path, _ := tempRoot(t)
		makeFiles(t, path, "m.lab/kv.db")
	}
	if err := disk.RemoveTempRoots(); err != nil {
		t.Error(err)
	}
	if got, _ := os.ReadDir(dir); len(got) > 0 {
		t.Errorf("left %v", got)
	}
}
