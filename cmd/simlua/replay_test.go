package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// simluaJSON runs a command from the top folder, which prints JSON.
func simluaJSON(t *testing.T, into any, args ...string) {
	t.Helper()
	cmd := command(t, append(args, "--format", "json")...)
	cmd.Dir = top
	text, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok && exit.ExitCode() != exitFail {
		t.Fatalf("%v: %v\n%s%s", args, err, text, exit.Stderr)
	} else if !ok && err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
}

// failure is where a run failed.
type failure struct {
	Check string
	At    int64  `json:"failed_at_ns"`
	Step  uint64 `json:"failed_step"`
}

// replayed plays a command that was printed, and returns where it fails first.
func replayed(t *testing.T, replay string) failure {
	t.Helper()
	var run struct {
		Checks []struct {
			failure
			Name    string
			Verdict string
		}
	}
	args := strings.Fields(strings.ReplaceAll(replay, "'", ""))
	simluaJSON(t, &run, args[1:]...)
	for _, c := range run.Checks {
		if c.Verdict == "fail" {
			c.Check = c.Name
			return c.failure
		}
	}
	t.Fatalf("%s does not fail", replay)
	return failure{}
}

// The planted bugs take few faults, the same ones for ever, none of which can go;
// and the command that plays what is left fails where that failed.
func TestShrinkPlantedBugs(t *testing.T) {
	for _, test := range []struct {
		script               string
		seed, faults, needed int
	}{
		{"unfenced", 2, 37, 1},
		{"sold_twice", 8, 7, 6}, // each reboot moves what follows
		{"sold_twice", 13, 8, 3},
		{"dual_write", 7, 18, 2}, // the log's machine, and the shop's that waits for it
		{"mover_eventual", 4, 17, 0},
		{"mover_eventual", 28, 26, 1},
	} {
		t.Run(fmt.Sprint(test.script, " ", test.seed), func(t *testing.T) {
			var got struct {
				Shrunk struct {
					failure
					Faults, Needed, Runs int
					Minimal              bool
					Replay               string
				}
				Proof []struct{ Same bool }
			}
			script := "scripts/broken/" + test.script + ".lua"
			simluaJSON(t, &got, "shrink", script, "--seed", fmt.Sprint(test.seed), "--check")
			s := got.Shrunk
			if s.Faults != test.faults || s.Needed != test.needed || !s.Minimal || s.Runs > 30 || len(got.Proof) != s.Needed {
				t.Errorf("%+v", got)
			}
			for _, without := range got.Proof {
				if without.Same {
					t.Errorf("%+v", got.Proof)
				}
			}
			if again := replayed(t, s.Replay); again != s.failure {
				t.Errorf("%s fails at %+v, not at %+v", s.Replay, again, s.failure)
			}
		})
	}
}

// Each failing row of a sweep ends with a command that fails the same check, at
// the same time and in the same step.
func TestReplayOfRows(t *testing.T) {
	for _, script := range []string{"sold_twice", "mover_eventual"} {
		var got struct {
			Seeds []struct {
				failure
				Seed, Verdict, Replay string
			}
		}
		simluaJSON(t, &got, "sweep", "scripts/broken/"+script+".lua", "--seeds", "1-14", "--per-seed")
		failing := 0
		for _, row := range got.Seeds {
			if row.Verdict != "fail" {
				continue
			}
			failing++
			if again := replayed(t, row.Replay); again != row.failure {
				t.Errorf("%s fails at %+v, not at %+v", row.Replay, again, row.failure)
			}
		}
		if failing < 2 {
			t.Errorf("%s: %d of %d seeds fail", script, failing, len(got.Seeds))
		}
	}
}
