//go:build linux || darwin

package sweep_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"simlua.example/core/sweep"
)

// A row that could not be written whole takes none of those with it that come when there
// is room again.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	store := create(t, dir, spec(t, "1-9"), false)
	keep := func(seed uint64) error { return store.Keep(sweep.NewVoid(sweep.Run{Seed: seed}, "a reason")) }
	if err := keep(1); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "rows.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	small := limit
	small.Cur = uint64(info.Size()) * 3 / 2
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Fatal(err)
	}
	full := keep(2)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if again := keep(3); full == nil || again == nil {
		t.Errorf("with a full disk %v, after it %v: want errors", full, again)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	store = create(t, dir, spec(t, "1-9"), true)
	defer store.Close()
	if store.Len() != 1 || len(store.Damage()) != 1 {
		t.Errorf("%d rows, damage %q; want one, and a line that was not finished", store.Len(), store.Damage())
	}
}
