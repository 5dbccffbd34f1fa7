package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"simlua.example/core"
)

// marker is the file that tells a folder of KeepRoot from others.
const marker = ".simlua"

const markerText = "Machine folders of a simlua run. The next run that is told to use this folder erases them.\n"

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
		case e.IsDir() && isMachineFolder(path):
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

// isMachineFolder says whether all that is in a folder looks like databases, and
// plain files in a folder of their own.
func isMachineFolder(folder string) bool {
	return all(folder, func(e os.DirEntry) bool {
		if e.Name() == filesFolder && e.IsDir() {
			return all(filepath.Join(folder, filesFolder), func(e os.DirEntry) bool {
				return e.Type().IsRegular() && core.CheckFileName(e.Name()) == nil
			})
		}
		return e.Type().IsRegular() && filepath.Ext(e.Name()) == ".db"
	})
}

// all says whether a folder can be read and something holds for all that is in it.
func all(folder string, holds func(os.DirEntry) bool) bool {
	entries, err := os.ReadDir(folder)
	return err == nil && !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !holds(e) })
}
