package main

import (
	"strings"
	"testing"
)

const hangs = `local sim = require "sim"
sim.service("a.lan", sim.engine.planted { ["do"] = "hang" })
sim.bot("ann.net", function(env) env:sleep("3s") end)
`

// A process that does nothing any more is killed, and its run is void. Here that is
// seed 5.
func TestHungProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a while")
	}
	cmd := command(t, "sweep", writeScript(t, hangs), "--seeds", "3-6")
	cmd.Args[0] = "simlua-planted"
	out, _ := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != exitVoid || !strings.Contains(string(out), "did nothing any") {
		t.Errorf("exit code %d; got:\n%s", code, out)
	}
}
