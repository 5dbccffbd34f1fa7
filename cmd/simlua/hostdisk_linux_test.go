package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// hoarder has databases of 96 MB and would tell if it were told of an error.
const hoarder = `local sim = require "sim"
sim.bot("ann.net", function(env)
  local db = env:open("kv")
  for i = 1, 96 do
    local ok, err = pcall(db.update, db, function(tx) tx:put("k" .. i, ("x"):rep(1e6)) end)
    if not ok then env:log("caught: " .. tostring(err)) end
  end
end)
`

// onSmallDisk plays the hoarder where a folder has so much room. It needs a mount
// of its own, so root.
func onSmallDisk(t *testing.T, folder, size string, env ...string) (stdout string, code int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	simlua := filepath.Join(t.TempDir(), "simlua")
	if err := os.Symlink(exe, simlua); err != nil {
		t.Fatal(err)
	}
	// 66 is an exit code of nothing else
	const mounted = `mount -t tmpfs -o size="$1",mode=1777 none "$2" || exit 66; "$3" run "$4"; e=$?; ls "$2"; exit $e`
	cmd := exec.Command("sh", "-c", mounted, "sh", size, folder, simlua, writeScript(t, hoarder))
	cmd.Env = append(append(os.Environ(), "TMPDIR="), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || cmd.ProcessState.ExitCode() == 66 {
		t.Skipf("no mount: %v", err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// A run that does not fit into the shared memory of a container works.
func TestSmallSharedMemory(t *testing.T) {
	if _, err := os.Stat("/dev/shm"); err != nil {
		t.Skip(err)
	}
	out, code := onSmallDisk(t, "/dev/shm", "64m")
	if code != exitPass {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// A host's disk that fills up makes a run void; the script hears nothing of it,
// and nothing is left.
func TestFullHostDisk(t *testing.T) {
	dir := t.TempDir()
	out, code := onSmallDisk(t, dir, "40m", "TMPDIR="+dir)
	if code != exitVoid || strings.Contains(out, "caught") || strings.Contains(out, "replay:") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	unfolded := strings.Join(strings.Fields(out), "")
	for _, want := range []string{"thehostgotintheway:" + dir, "ann.net/kv.db", "nospaceleft", "TMPDIRcan"} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if left := out[strings.Index(out, "digest "):]; strings.Contains(left, "simlua-run") {
		t.Errorf("left behind: %s", left)
	}
}
