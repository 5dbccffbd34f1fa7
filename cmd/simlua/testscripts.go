package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"simlua.example/core/sweep"
)

// testScript is a script with claims.
type testScript struct {
	path   string
	claims []sweep.Claim
}

// findTests finds the scripts with claims among some files and in some folders,
// ordered by path, and counts the files in folders that have none.
func findTests(paths []string) (tests []testScript, silent int, err error) {
	var files []string
	named := map[string]bool{}
	for _, path := range paths {
		found, err := scriptsIn(path)
		if err != nil {
			return nil, 0, err
		}
		if len(found) == 1 && found[0] == filepath.Clean(path) {
			named[found[0]] = true
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		claims, err := claimsOf(file)
		switch {
		case err != nil:
			return nil, 0, err
		case len(claims) > 0:
			tests = append(tests, testScript{file, claims})
		case named[file]:
			return nil, 0, fmt.Errorf("%s claims nothing: a line such as %q does", file, "-- test: seeds 1-200 pass")
		default:
			silent++
		}
	}
	return tests, silent, nil
}

// scriptsIn lists a file, or the scripts in a folder and below it. Folders and
// files whose names begin with a dot are not looked at.
func scriptsIn(path string) (files []string, err error) {
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(filepath.Base(name), ".") && name != path
		switch {
		case err != nil:
			return err
		case hidden && d.IsDir():
			return fs.SkipDir
		case name == path && !d.IsDir(), !hidden && !d.IsDir() && strings.HasSuffix(name, ".lua"):
			files = append(files, filepath.Clean(name))
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such file or folder", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	return files, nil
}

// claimsOf reads the claims of a script.
func claimsOf(file string) ([]sweep.Claim, error) {
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: a regular file is expected", file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, reason(err))
	}
	return sweep.ParseClaims(file, string(text))
}
