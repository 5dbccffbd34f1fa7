package luabind_test

import (
	"context"
	"path/filepath"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
	"simlua.example/scripts"
)

// A script that holds a coroutine cannot be copied; each boot evaluates it
// again. Both of these are as many instructions.
const (
	copyable   = "held = coroutine.create(print) held = nil "
	uncopyable = "held = coroutine.create(print) held = held "
)

// TestCopies plays all scripts twice: with boots that are copies of the first
// evaluation, and with boots that are evaluations of their own.
func TestCopies(t *testing.T) {
	files, _ := filepath.Glob("testdata/run_*.lua")
	for _, file := range files {
		for _, c := range readChunks(t, file) {
			sameRuns(t, c.name, c.text, fstest.MapFS{"lab.lua": {Data: []byte(lab)}})
		}
	}
	shipped, _ := filepath.Glob("../scripts/*.lua")
	for _, file := range shipped {
		text, err := scripts.FS.ReadFile(filepath.Base(file))
		if err != nil {
			t.Fatal(err)
		}
		sameRuns(t, filepath.Base(file), string(text), fstest.MapFS{})
	}
}

func sameRuns(t *testing.T, name, text string, files fstest.MapFS) {
	t.Helper()
	play := func(text string) *core.Result {
		files[name] = &fstest.MapFile{Data: []byte(text)}
		p, err := luabind.LoadFS(files, name, luabind.WithBudget(400_000))
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	copied, evaluated := play(copyable+text), play(uncopyable+text)
	if copied.Digest != evaluated.Digest || copied.Verdict != evaluated.Verdict || copied.Reason != evaluated.Reason {
		t.Errorf("%s: %s %016x %s\nevaluated again: %s %016x %s", name, copied.Verdict, copied.Digest, copied.Reason,
			evaluated.Verdict, evaluated.Digest, evaluated.Reason)
	}
}
