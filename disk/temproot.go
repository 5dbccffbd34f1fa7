package disk

import (
	"cmp"
	"crypto/rand" //tidy:real names a folder of the host, which no run sees
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// tempPrefix begins the name of every folder of TempRoot. One that no process
// has locked is what a process left that could not clean up.
const tempPrefix = "simlua-run-"

// TempRoot makes a folder of its own for the machine folders of a run: in TMPDIR
// when that is set, else in memory where Linux has such a place with room, else
// among the temporary files, or in memory all the same when those have no place.
// remove erases it with all that is inside and may be called again. The first call
// in a process also erases what processes left there that were killed.
func TempRoot() (path string, remove func() error, err error) {
	for _, dir := range tempFolders() {
		sweep(dir)
		var release func() error
		if path, release, err = makeTempRoot(dir); err == nil {
			tempRoots.Store(path, true)
			return path, sync.OnceValue(func() error {
				tempRoots.Delete(path)
				return errors.Join(os.RemoveAll(path), release())
			}), nil
		}
	}
	return "", nil, err
}

// tempFolders are the folders to try, in this order.
func tempFolders() []string {
	memory, roomy := memoryFolder()
	switch {
	case os.Getenv("TMPDIR") != "" || memory == "":
		return []string{os.TempDir()}
	case roomy:
		return []string{memory, os.TempDir()}
	}
	return []string{os.TempDir(), memory}
}

// attempts to make a folder: a sweep that comes between its making and its
// locking takes it away, and every process sweeps once.
const attempts = 100

// makeTempRoot makes a folder and locks it until its release, or the end of the
// process.
func makeTempRoot(dir string) (path string, release func() error, err error) {
	for range attempts {
		path = filepath.Join(dir, tempPrefix+rand.Text())
		if err = os.Mkdir(path, 0o700); err != nil {
			return "", nil, unusable(dir, err)
		}
		if release, err = hold(path); err != nil {
			_ = os.Remove(path)
			continue
		}
		if _, err = os.Lstat(path); err == nil {
			return path, release, nil
		}
		_ = release() // of a folder that is gone
	}
	return "", nil, unusable(dir, err)
}

// unusable says what is wrong with the folder for temporary files.
func unusable(dir string, err error) error {
	if at := (*os.PathError)(nil); errors.As(err, &at) {
		err = at.Err
	}
	name := cmp.Or(os.Getenv("TMPDIR"), dir)
	if name == os.Getenv("TMPDIR") {
		name = "TMPDIR=" + name
	}
	return fmt.Errorf("%s: expected a folder that can be written to: %w", name, err)
}

// tempRoots are the folders of TempRoot that are there.
var tempRoots sync.Map

// isTemporary says whether a path is in a folder of TempRoot.
func isTemporary(path string) (found bool) {
	tempRoots.Range(func(root, _ any) bool { //tidy:real it is in one of them at most
		found = strings.HasPrefix(path, root.(string)+string(filepath.Separator))
		return !found
	})
	return found
}

// RemoveTempRoots erases the folders of all runs that go on. It is for a process
// that is about to end. The folders get another name first: the runs find no
// place for more.
func RemoveTempRoots() error {
	var mistakes []error
	tempRoots.Range(func(root, _ any) bool { //tidy:real the host's folders, in any order
		path := root.(string)
		if err := os.Rename(path, path+"-ended"); err == nil {
			path += "-ended"
		}
		mistakes = append(mistakes, os.RemoveAll(path))
		return true
	})
	return errors.Join(mistakes...)
}

// swept are the folders in which this process has swept.
var swept sync.Map

// sweep erases, once, the folders of TempRoot in dir that belong to nobody any
// more. What cannot be erased stays.
func sweep(dir string) {
	if _, done := swept.LoadOrStore(dir, true); done {
		return
	}
	f, err := os.Open(dir)
	if err != nil {
		return
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1)
	for _, name := range names {
		if strings.HasPrefix(name, tempPrefix) {
			eraseAbandoned(filepath.Join(dir, name))
		}
	}
}
