//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A sweep that is killed again and again, at any moment, and gone on with has the
// bytes of one that nobody disturbed. None of its processes is left behind.
func TestKilledSweep(t *testing.T) {
	script, seeds, kills := writeScript(t, coinScript), "1-1500", 25
	if testing.Short() {
		seeds, kills = "1-300", 5
	}
	sweeping := func(args ...string) *exec.Cmd {
		cmd := command(t, append([]string{"sweep", script, "--seeds", seeds, "--jobs", "3"}, args...)...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		return cmd
	}
	want, err := sweeping().Output()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != exitFail {
		t.Fatal(err)
	}
	random, dir := rand.New(rand.NewSource(time.Now().UnixNano())), filepath.Join(t.TempDir(), "out")
	killed := 0
	for tries := 0; killed < kills && tries < 10*kills; tries++ {
		cmd := sweeping("--out", dir, "--resume")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Intn(120)) * time.Millisecond)
		_ = cmd.Process.Kill()
		if _ = cmd.Wait(); !cmd.ProcessState.Exited() {
			killed++
		}
		waitForGroup(t, cmd.Process.Pid)
	}
	before := rowsIn(dir)
	cmd := sweeping("--out", dir, "--resume")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	t.Logf("killed %d times; %d rows before the last time\n%s", killed, before, stderr.String())
	if killed == 0 || stdout.String() != string(want) {
		t.Errorf("killed %d times, then other bytes:\n%s", killed, stdout.String())
	}
}

// rowsIn counts the lines of a store.
func rowsIn(dir string) int {
	text, _ := os.ReadFile(filepath.Join(dir, "rows.jsonl"))
	return bytes.Count(text, []byte("\n"))
}

// waitForGroup waits until the processes of a group have gone.
func waitForGroup(t *testing.T, group int) {
	t.Helper()
	for range 500 {
		if len(inGroup(group)) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("five seconds after their parent, processes %v go on", inGroup(group))
}

// inGroup are the processes of a group that live.
func inGroup(group int) (pids []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		_, fields, found := strings.Cut(string(text), ") ")
		if err != nil || !found {
			continue
		}
		var state string
		var parent, pgrp int
		if _, err := fmt.Sscan(fields, &state, &parent, &pgrp); err == nil && pgrp == group && state != "Z" {
			pids = append(pids, file)
		}
	}
	return pids
}
