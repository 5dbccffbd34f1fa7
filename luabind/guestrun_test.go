package luabind_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"simlua/core"
	"simlua/luabind"
)

// lab is what the scripts of testdata/run_*.lua stand on: one network whose
// packets take a millisecond.
const lab = `
local sim = require "sim"
sim.connect("net", "net", { delay = "1ms" })
sim.connect("net", "botnet", { delay = "1ms" })
sim.connect("botnet", "botnet", { delay = "1ms" })
return sim
`

func playGuest(t testing.TB, name, text string) (*core.Result, error) {
	t.Helper()
	files := fstest.MapFS{name: {Data: []byte(text)}, "lab.lua": {Data: []byte(lab)}}
	p, err := luabind.LoadFS(files, name, luabind.WithBudget(300_000))
	if err != nil {
		return nil, err
	}
	return p.Run(context.Background(), luabind.RunOptions{Seed: 1, Folder: t.TempDir(), Keep: core.KeepLines})
}

// TestGuestRuns plays testdata/run_*.lua: each chunk is a scenario of its own.
// It passes, or crashes with the error its "--!" comment says.
func TestGuestRuns(t *testing.T) {
	files, _ := filepath.Glob("testdata/run_*.lua")
	if len(files) == 0 {
		t.Fatal("no scripts")
	}
	for _, file := range files {
		for _, c := range readChunks(t, file) {
			title, _, _ := strings.Cut(strings.TrimLeft(c.text, "\n- "), "\n")
			t.Run(c.name+"/"+title, func(t *testing.T) {
				r, err := playGuest(t, c.name, c.text)
				if err != nil {
					t.Fatal(err)
				}
				if c.want != nil {
					if r.Verdict != core.Crash {
						t.Fatalf("verdict %s (%s), want a crash", r.Verdict, r.Reason)
					}
					c.judge(t, r.Err)
					return
				}
				if r.Verdict != core.Pass {
					t.Errorf("verdict %s: %s\n%v", r.Verdict, r.Reason, r.Err)
				}
				for _, check := range r.Checks {
					if !check.Held {
						t.Errorf("%s %q does not hold: %s", check.Kind, check.Name, check.Message)
					}
				}
			})
		}
	}
}

func TestExpectShowsValues(t *testing.T) {
	r, err := playGuest(t, "expect.lua", `
		local sim = require "lab"
		sim.bot("b", function(env)
			assert(env:expect("a table", { a = 1, [2] = "x" }, { 1, { b = env } }) == false)
			assert(env:expect("a text", 1, "1") == false)
			env:expect("a text", "2", 2)
			env:expect("a text", 3, 3)
			env:warn("look", 1)
			env:error({ 1 } == nil)
		end)`)
	if err != nil || r.Verdict != core.Fail || len(r.Checks) != 2 {
		t.Fatal(err, r)
	}
	want := []string{`b.botnet: expected {[2] = "x", a = 1}, got {1, {b = env}}`, `b.botnet: expected 1, got "1"`}
	for i, check := range r.Checks {
		if check.Held || check.Message != want[i] {
			t.Errorf("%s", check.Message)
		}
	}
	if r.Checks[1].Evaluated != 3 {
		t.Errorf("evaluated %d times", r.Checks[1].Evaluated)
	}
	var lines []string
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactLog {
			lines = append(lines, f.Level.String()+": "+f.Text)
		}
	}
	if got := strings.Join(lines, "\n"); got != "warn: look 1\nerror: false" {
		t.Errorf("log:\n%s", got)
	}
}
