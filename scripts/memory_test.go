package scripts_test

import (
	"context"
	"io/fs"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/scripts"
)

// TestDatabasesInMemory plays every script with databases in files and in memory:
// the rows of the two are the same, digest and all.
func TestDatabasesInMemory(t *testing.T) {
	templates, err := fs.Glob(scripts.FS, "templates/*.lua")
	if err != nil || len(templates) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, script := range append(shipped(t), templates...) {
		t.Run(script, func(t *testing.T) {
			program, err := luabind.Load(script)
			if err != nil {
				t.Fatal(err)
			}
			for seed := range uint64(3) {
				once := func(inMemory bool) *sweep.Row {
					r, err := program.Run(context.Background(), luabind.RunOptions{Seed: seed + 1, InMemory: inMemory})
					if err != nil || r.Verdict == core.Void {
						t.Fatalf("seed %d, in memory %v: %v %v", seed+1, inMemory, r, err)
					}
					return sweep.NewRow(sweep.Run{Seed: seed + 1}, r)
				}
				if err := sweep.Differ(once(false), once(true)); err != nil {
					t.Errorf("seed %d: %v", seed+1, err)
				}
			}
		})
	}
}
