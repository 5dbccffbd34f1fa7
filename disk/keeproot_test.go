package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"simlua.example/disk"
)

func TestKeepRoot(t *testing.T) {
	for _, test := range []struct {
		name   string
		before string // files, in the order they are made; a name with / at its end is a folder
		want   string // part of the error
		after  string // files
	}{
		{"a new folder", "", "", ".simlua"},
		{"an empty folder", "dir/", "", ".simlua"},
		{"an earlier run", "dir/.simlua dir/api1.public/kv.db dir/mover.botnet/", "", ".simlua"},
		{"a file", "dir", "is a file", ""},
		{"below a file", "dir dir", "is a file", ""},
		{"something of the user's", "dir/notes.txt", "notes.txt", "notes.txt"},
		{"databases of somebody else", "dir/m.lab/kv.db", "m.lab", "m.lab/kv.db"},
		{"a file beside machine folders", "dir/.simlua dir/m.lab/kv.db dir/notes.txt", "notes.txt",
			".simlua m.lab/kv.db notes.txt"},
		{"a file inside a machine folder", "dir/.simlua dir/m.lab/kv.db dir/m.lab/notes.txt", "m.lab",
			".simlua m.lab/kv.db m.lab/notes.txt"},
		{"a folder inside a machine folder", "dir/.simlua dir/m.lab/deep.db/", "m.lab", ".simlua"},
	} {
		t.Run(test.name, func(t *testing.T) {
			top := t.TempDir()
			dir := filepath.Join(top, "dir")
			makeFiles(t, top, test.before)
			_, err := disk.KeepRoot(dir)
			switch {
			case test.want == "" && err != nil:
				t.Fatal(err)
			case test.want != "" && !says(err, dir, test.want):
				t.Fatalf("got %v, want an error with %s and %s", err, dir, test.want)
			}
			if info, err := os.Stat(dir); err == nil && info.IsDir() {
				if got := files(t, dir); got != test.after {
					t.Errorf("left %q, want %q", got, test.after)
				}
			}
		})
	}
}

// says whether an error mentions all the words.
func says(err error, words ...string) bool {
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			return false
		}
	}
	return true
}

func makeFiles(t *testing.T, top, names string) {
	t.Helper()
	for _, name := range strings.Fields(names) {
		path := filepath.Join(top, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if strings.HasSuffix(name, "/") {
			err = errors.Join(err, os.MkdirAll(path, 0o700))
		} else {
			err = errors.Join(err, os.WriteFile(path, []byte("x"), 0o600))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A kept folder can be used again and again.
func TestKeepRootAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	for _, names := range [][]string{{"first", "second"}, {"third"}} {
		release, err := disk.KeepRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := disk.KeepRoot(dir); runtime.GOOS != "windows" && !says(err, dir, "in use by another run") {
			t.Errorf("two runs in one folder: %v", err)
		}
		play(t, lab(nil, openAll(names...)), disk.Factory(disk.Bbolt), dir)
		if err := release(); err != nil {
			t.Error(err)
		}
	}
	if got := files(t, dir); got != ".simlua m.lab/third.db" {
		t.Errorf("left %s", got)
	}
	if _, err := disk.KeepRoot(""); err == nil {
		t.Error("an empty name is no folder")
	}
}
