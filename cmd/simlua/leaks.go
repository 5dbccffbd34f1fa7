package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"simlua.example/reports"
)

// inventory is what there is in a process that plays one run at a time, and that a
// run must not leave more of: a process that does not unwind is a goroutine, a
// database that is not closed a file.
type inventory struct {
	goroutines int
	known      map[string]bool // goroutines, by what stacks calls them
	files      []string        // descriptors
}

// takeInventory comes before the first run.
func takeInventory() *inventory {
	i := &inventory{goroutines: runtime.NumGoroutine(), known: map[string]bool{}}
	for id := range stacks() {
		i.known[id] = true
	}
	return i
}

// begin comes before each run.
func (i *inventory) begin() { i.files = openFiles() }

// leak says what a run has left behind; nothing, as a rule.
func (i *inventory) leak() string {
	var left []string
	if lost := i.lostGoroutines(); len(lost) > 0 {
		left = append(left, fmt.Sprintf("%s behind, one in %s", reports.Count(len(lost), "goroutine"), lost[0]))
	}
	if files := i.lostFiles(); len(files) > 0 {
		name, _ := os.Readlink(filepath.Join(fdFolder, files[0]))
		left = append(left, fmt.Sprintf("%s open, such as %s", reports.Count(len(files), "file"), filepath.Base(name)))
	}
	if len(left) == 0 {
		return ""
	}
	return "the run left " + strings.Join(left, ", and ")
}

// lostGoroutines are the places of those that there are more than before. Who is
// about to end gets some time to do it.
func (i *inventory) lostGoroutines() (places []string) {
	for wait := time.Millisecond; runtime.NumGoroutine() > i.goroutines; wait *= 2 {
		if wait < time.Second {
			time.Sleep(wait)
			continue
		}
		for id, place := range stacks() {
			if !i.known[id] {
				places = append(places, place)
			}
		}
		slices.Sort(places)
		break
	}
	return places
}

// lostFiles are the descriptors that there are more than before, and stay: the guards
// open one for a moment now and then.
func (i *inventory) lostFiles() []string {
	lost := slices.DeleteFunc(openFiles(), func(fd string) bool { return slices.Contains(i.files, fd) })
	for wait := time.Millisecond; len(lost) > 0 && wait < time.Second; wait *= 2 {
		time.Sleep(wait)
		open := openFiles()
		lost = slices.DeleteFunc(lost, func(fd string) bool { return !slices.Contains(open, fd) })
	}
	return lost
}

// stacks are all goroutines, by number, and the innermost function of this program
// that each is in.
func stacks() map[string]string {
	text := make([]byte, 1<<20)
	text = text[:runtime.Stack(text, true)]
	all := map[string]string{}
	for stack := range strings.SplitSeq(string(text), "\n\n") {
		head, rest, _ := strings.Cut(stack, "\n")
		id, _, _ := strings.Cut(strings.TrimPrefix(head, "goroutine "), " ")
		all[id] = place(rest)
	}
	return all
}

// place is the innermost function on a stack that is not the runtime's, as origin
// writes it.
func place(stack string) string {
	lines := strings.Split(stack, "\n")
	for n := 0; n+1 < len(lines); n += 2 {
		function := strings.TrimPrefix(lines[n], "created by ")
		function, _, _ = strings.Cut(function, " in goroutine ")
		if strings.HasPrefix(function, "runtime.") {
			continue
		}
		if open := strings.LastIndex(function, "("); open > 0 && strings.HasSuffix(function, ")") {
			function = function[:open]
		}
		file, _, _ := strings.Cut(strings.TrimSpace(lines[n+1]), " ")
		return fmt.Sprintf("%s (%s)", function, filepath.Base(file))
	}
	return "an unknown place"
}

// fdFolder has a link for each file that the process has open, where the system is
// Linux. Elsewhere no file is missed.
const fdFolder = "/proc/self/fd"

// openFiles are the descriptors of files that the process has open.
func openFiles() []string {
	d, err := os.Open(fdFolder)
	if err != nil {
		return nil
	}
	defer d.Close()
	fds, _ := d.Readdirnames(-1)
	own := strconv.Itoa(int(d.Fd()))
	return slices.DeleteFunc(fds, func(fd string) bool { return fd == own })
}
