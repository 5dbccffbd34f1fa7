package disk

import (
	"strings"
	"testing"

	"simlua.example/core"
)

// A power cut leaves the first so many changes of a directory since its last sync,
// any number of them.
func TestDirectoryCrashStates(t *testing.T) {
	change := func(d *directory, r *core.Random, names string) {
		var l listing
		for _, name := range strings.Fields(names) {
			l = l.with(name, &plainFile{})
		}
		d.change(l, r)
	}
	for _, test := range []struct {
		name string
		play func(d *directory, r *core.Random)
		want string
	}{
		{"nothing synced", func(d *directory, r *core.Random) {
			for _, names := range []string{"a", "a b", "b", "b c"} {
				change(d, r, names)
			}
		}, " |a|a b|b|b c"},
		{"synced in between", func(d *directory, r *core.Random) {
			change(d, r, "a")
			change(d, r, "a b")
			d.sync(d.now)
			change(d, r, "b")
		}, "a b|b"},
		{"changed while it is synced", func(d *directory, r *core.Random) {
			change(d, r, "a")
			then := d.now
			change(d, r, "a b")
			change(d, r, "b")
			d.sync(then)
		}, "a|a b|b"},
		{"an older sync ends last", func(d *directory, r *core.Random) {
			change(d, r, "a")
			then := d.now
			change(d, r, "a b")
			d.sync(d.now)
			d.sync(then)
		}, "a b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			legal, seen := map[string]bool{}, map[string]bool{}
			for state := range strings.SplitSeq(test.want, "|") {
				legal[strings.TrimSpace(state)] = true
			}
			for seed := range uint64(500) {
				var d directory
				test.play(&d, core.NewRandom(seed, "files"))
				lost, of := d.powerFail(core.NewRandom(seed, "power cut"))
				left := (&files{directory: d}).names()
				if state := strings.Join(left, " "); !legal[state] {
					t.Fatalf("seed %d leaves %q", seed, state)
				} else {
					seen[state] = true
				}
				if lost < 0 || lost > of || of > 4 {
					t.Fatalf("seed %d: %d of %d lost", seed, lost, of)
				}
			}
			if len(seen) != len(legal) {
				t.Errorf("seen %v", seen)
			}
		})
	}
}
