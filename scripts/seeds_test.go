package scripts_test

import (
	"context"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"simlua.example/core"
	"simlua.example/luabind"
)

// TestSeeds plays the scripts that are not broken with the seeds 1 to SEEDS,
// and is skipped without it: make seeds. SCRIPTS chooses some by name.
func TestSeeds(t *testing.T) {
	last, err := strconv.ParseUint(os.Getenv("SEEDS"), 10, 64)
	if err != nil {
		t.Skip("takes long; SEEDS=10000 plays so many seeds")
	}
	chosen := strings.Fields(os.Getenv("SCRIPTS"))
	for _, script := range sound(t) {
		name := strings.TrimSuffix(script, ".lua")
		if len(chosen) == 0 || slices.Contains(chosen, name) {
			t.Run(name, func(t *testing.T) { playSeeds(t, load(t, script), last, luabind.RunOptions{}) })
		}
	}
}

// playSeeds plays a program with the seeds 1 to last, on all cores.
func playSeeds(t *testing.T, program *luabind.Program, last uint64, o luabind.RunOptions) {
	var seeds atomic.Uint64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for seed := seeds.Add(1); seed <= last; seed = seeds.Add(1) {
				mine := o
				mine.Seed = seed
				r, err := program.Run(context.Background(), mine)
				if err != nil || r.Verdict != core.Pass {
					t.Errorf("seed %d: %v %v", seed, reason(r), err)
				}
			}
		})
	}
	workers.Wait()
}

func reason(r *core.Result) string {
	if r == nil {
		return "no result"
	}
	return string(r.Verdict) + ": " + r.Reason
}
