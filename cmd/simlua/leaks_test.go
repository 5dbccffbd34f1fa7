package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

// A file that is open for a moment only was not left behind by a run.
func TestLeaksStay(t *testing.T) {
	if openFiles() == nil {
		t.Skip("the system does not say which files are open")
	}
	before := takeInventory()
	before.begin()
	briefly, left := open(t), open(t)
	closed := make(chan error)
	go func() { time.Sleep(20 * time.Millisecond); closed <- briefly.Close() }()
	if found := before.lostFiles(); len(found) != 1 {
		t.Errorf("%d files, not the one that stays", len(found))
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if leak := before.leak(); !strings.Contains(leak, "1 file open, such as null") {
		t.Errorf("%q", leak)
	}
	_ = left.Close()
	if leak := before.leak(); leak != "" {
		t.Errorf("nothing is left, and yet %q", leak)
	}
}

func open(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
