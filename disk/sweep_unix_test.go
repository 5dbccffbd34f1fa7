//go:build unix

package disk_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// process is another process with a folder.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.Writer
	out *bufio.Reader
}

func start(t *testing.T) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DISK_TEST_PROCESS=folder")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &process{t, cmd, in, bufio.NewReader(out)}
}

// folder waits until the process has made it.
func (p *process) folder() string {
	p.t.Helper()
	line, _ := p.out.ReadString('\n')
	path, made := strings.CutSuffix(line, " <nil>\n")
	if !made {
		p.t.Fatalf("another process said %q", line)
	}
	return path
}

// finish lets the process remove its folder and end.
func (p *process) finish() {
	p.t.Helper()
	fmt.Fprintln(p.in)
	if line, _ := p.out.ReadString('\n'); line != "<nil>\n" {
		p.t.Errorf("another process said %q", line)
	}
	_ = p.cmd.Wait()
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// What a killed process left goes with the next start. What is in use stays, and
// what only looks similar.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	doomed, other := start(t), start(t)
	killed, used := doomed.folder(), other.folder()
	makeFiles(t, killed, "m.lab/kv.db")
	makeFiles(t, dir, "simlua-run-file simlua-notes/mine elsewhere/mine")
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "simlua-run-link")); err != nil {
		t.Fatal(err)
	}
	doomed.kill()
	own, _ := tempRoot(t)
	if exists(killed) || !exists(used) || !exists(own) {
		t.Errorf("killed: %v, in use: %v, own: %v", exists(killed), exists(used), exists(own))
	}
	if got := files(t, dir); got != "elsewhere/mine simlua-notes/mine simlua-run-file simlua-run-link" {
		t.Errorf("left %s", got)
	}
	if other.finish(); exists(used) {
		t.Error("the other process left its folder")
	}
}

// Processes that start at once leave each other alone.
func TestSweepsAtOnce(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var all [12]*process
	for i := range all {
		all[i] = start(t)
	}
	var folders [len(all)]string
	for i, p := range all {
		folders[i] = p.folder()
	}
	for i, p := range all {
		if !exists(folders[i]) {
			t.Errorf("%s was swept", folders[i])
		}
		p.finish()
	}
}
