package scripts_test

import (
	"context"
	"io/fs"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/disk"
	"simlua.example/luabind"
	"simlua.example/scripts"
)

// TestKindsOfDatabases plays every script with databases of each kind: the rows are
// the same, digest and all.
func TestKindsOfDatabases(t *testing.T) {
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
				once := func(kind disk.Kind) *sweep.Row {
					r, err := program.Run(context.Background(), luabind.RunOptions{Seed: seed + 1, Databases: kind})
					if err != nil || r.Verdict == core.Void {
						t.Fatalf("seed %d, %s: %v %v", seed+1, kind, r, err)
					}
					return sweep.NewRow(sweep.Run{Seed: seed + 1}, r)
				}
				want := once(disk.Bbolt)
				for _, kind := range []disk.Kind{disk.Memory, disk.Paranoid} {
					if kind == disk.Paranoid && seed > 0 && testing.Short() {
						continue
					}
					if err := sweep.Differ(want, once(kind)); err != nil {
						t.Errorf("seed %d, %s: %v", seed+1, kind, err)
					}
				}
			}
		})
	}
}
