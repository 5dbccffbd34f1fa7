package disk

import (
	"crypto/rand" //tidy:real names a folder of the host, which no run sees
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// shm is where Linux keeps files in memory.
const shm = "/dev/shm"

// marker is the file that tells a folder of KeepRoot from others.
const marker = ".simlua"

const markerText = "Machine folders of a simlua run. The next run that is told to use this folder erases them.\n"

// TempRoot chooses a folder of its own for the machine folders of a run, in
// TMPDIR when that is set, else in memory where Linux has such a place, else
// among the temporary files. It does not create it: that is done with the first
// database. remove erases it with all that is inside and may be called again.
func TempRoot() (path string, remove func() error) {
	path = filepath.Join(tempFolder(), "simlua-"+rand.Text())
	tempRoots.Store(path, true)
	return path, func() error {
		tempRoots.Delete(path)
		return os.RemoveAll(path)
	}
}

// tempRoots are the folders of TempRoot that may be there.
var tempRoots sync.Map

// RemoveTempRoots erases the folders of all runs that go on. It is for a process
// that is about to end.
func RemoveTempRoots() error {
	var mistakes []error
	tempRoots.Range(func(path, _ any) bool { //tidy:real the host's folders, in any order
		mistakes = append(mistakes, os.RemoveAll(path.(string)))
		return true
	})
	return errors.Join(mistakes...)
}

func tempFolder() string {
	if os.Getenv("TMPDIR") == "" && runtime.GOOS == "linux" {
		const everybody = 0o777 | fs.ModeSticky | fs.ModeDir
		if info, err := os.Stat(shm); err == nil && info.Mode() == everybody {
			return shm
		}
	}
	return os.TempDir()
}

// KeepRoot prepares a folder whose machine folders are kept after the run: it
// creates it, or erases the machine folders that an earlier run left in it. A
// folder with anything else inside is refused and left as it is, and so is one
// that another run has, in this process or another, until that releases it.
func KeepRoot(dir string) (release func() error, err error) {
	if dir == "" {
		return nil, errors.New("the name of a folder is expected, not nothing")
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; a folder is expected", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, hostError(dir, err)
	}
	if release, err = hold(dir); err != nil {
		return nil, err
	}
	if err := clearRoot(dir); err != nil {
		return nil, errors.Join(err, release())
	}
	return release, nil
}

// clearRoot erases what an earlier run left in dir, and marks it.
func clearRoot(dir string) error {
	old, err := machineFolders(dir)
	if err != nil {
		return err
	}
	for _, folder := range old {
		if err := os.RemoveAll(folder); err != nil {
			return hostError(folder, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, marker), []byte(markerText), 0o644); err != nil {
		return hostError(dir, err)
	}
	return nil
}

// machineFolders lists what an earlier run left in dir, or says what else is
// there.
func machineFolders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, hostError(dir, err)
	}
	var found []string
	marked := false
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.Name() == marker:
			marked = true
		case e.IsDir() && onlyDatabases(path):
			found = append(found, path)
		default:
			return nil, foreign(dir, e.Name())
		}
	}
	if len(found) > 0 && !marked {
		return nil, foreign(dir, filepath.Base(found[0]))
	}
	return found, nil
}

func foreign(dir, name string) error {
	return fmt.Errorf("%s holds %s, which is not from an earlier run; a new or an empty folder is expected", dir, name)
}

// onlyDatabases says whether all files of a folder look like databases.
func onlyDatabases(folder string) bool {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || filepath.Ext(e.Name()) != ".db" {
			return false
		}
	}
	return true
}
