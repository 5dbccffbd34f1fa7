package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// mostBytes is how large the program may be, stripped. One that outgrows it all of a
// sudden imports text/template, or reflect's MethodByName, which make the linker keep
// every method of every type: "go build -ldflags=-dumpdep" says who does.
const mostBytes = 20_000_000

func TestSize(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	file := filepath.Join(t.TempDir(), "simlua")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", info.Size())
	if info.Size() > mostBytes {
		t.Errorf("%d bytes, more than %d", info.Size(), mostBytes)
	}
}
