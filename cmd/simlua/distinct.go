package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"simlua.example/core"
)

// outFiles are the files that a run writes.
func (p *player) outFiles(scenario *core.Scenario) []outFile {
	files := []outFile{p.o.saveFaults.outFile, p.o.bundle.outFile}
	for _, h := range p.histories {
		files = append(files, outFile{"--history ", h.path})
	}
	if _, path, err := pcapOf(string(p.o.pcap), scenario.MachineNames()); err == nil {
		files = append(files, outFile{"--pcap ", path})
	}
	return files
}

// distinct refuses to write two things to one file: the later would be all that is left.
func distinct(stdout io.Writer, files []outFile) error {
	for i := range files {
		f := &files[i]
		if f.path == "" {
			continue
		}
		if goesTo(stdout, f.path) {
			return f.wrap(errors.New("standard output is written to the same file"))
		}
		for _, other := range files[:i] {
			if other.path != "" && sameFile(f.path, other.path) {
				return f.wrap(fmt.Errorf("%s%s is written to the same file", other.flag, other.path))
			}
		}
	}
	return nil
}

// goesTo says whether what is written to w ends up in a file.
func goesTo(w io.Writer, path string) bool {
	file, isFile := w.(*os.File)
	if !isFile {
		return false
	}
	here, err := file.Stat()
	there, wrong := os.Stat(path)
	return err == nil && wrong == nil && here.Mode().IsRegular() && os.SameFile(here, there)
}

// sameFile says whether two paths lead to one file, which may not be there yet. A device
// takes all there is.
func sameFile(a, b string) bool {
	one, missing := os.Stat(a)
	other, err := os.Stat(b)
	if missing == nil && err == nil {
		return one.Mode()&os.ModeDevice == 0 && os.SameFile(one, other)
	}
	return missing != nil && err != nil && placeOf(a) == placeOf(b)
}

// placeOf is the path of a file whose folder is there.
func placeOf(path string) string {
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(folder, filepath.Base(path))
	}
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}
