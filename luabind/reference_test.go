package luabind

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/core"
)

var update = flag.Bool("update", false, "write scripts/README.md")

// TestReference keeps scripts/README.md what the tables of the API say.
func TestReference(t *testing.T) {
	const file = "../scripts/README.md"
	if *update {
		if err := os.WriteFile(file, []byte(Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != Reference() {
		t.Errorf("%s is out of date: go test ./luabind -run Reference -update", file)
	}
}

// TestEverythingIsDocumented: every name of the API has a text that ends as a
// sentence does.
func TestEverythingIsDocumented(t *testing.T) {
	for _, s := range sections() {
		seen := map[string]bool{}
		if len(s.doc) == 0 || len(s.entries) == 0 {
			t.Errorf("section %s is empty", s.name)
		}
		for _, e := range s.entries {
			if !strings.HasSuffix(e.doc, ".") && !strings.HasSuffix(e.doc, ".)") {
				t.Errorf("%s%s: %q is no sentence", s.name, e.name, e.doc)
			}
			if seen[e.name] {
				t.Errorf("%s%s twice", s.name, e.name)
			}
			seen[e.name] = true
		}
	}
	for _, e := range builtinEngines() {
		if e.doc == "" || e.args == "" {
			t.Errorf("sim.engine.%s is not documented", e.name)
		}
	}
	for _, m := range libraryModules() {
		if m.Doc == "" {
			t.Errorf("%s does not begin with a comment", m.Name)
		}
	}
}

// TestReferenceExamples plays the scripts in the reference, with several seeds.
func TestReferenceExamples(t *testing.T) {
	played := 0
	for _, block := range strings.Split(Reference(), "```lua\n")[1:] {
		script, _, _ := strings.Cut(block, "```")
		if !strings.HasPrefix(script, `local sim = require "sim"`) || !strings.Contains(script, "env:expect") {
			continue
		}
		p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte(script)}}, "s.lua")
		if err != nil {
			t.Fatal(err)
		}
		played++
		for seed := uint64(1); seed <= 10; seed++ {
			r, err := p.Run(context.Background(), RunOptions{Seed: seed})
			if err != nil || r.Verdict != core.Pass || len(r.Checks) == 0 {
				t.Errorf("%s\nseed %d: %v %v", script, seed, r.Reason, err)
			}
		}
	}
	if played < 2 {
		t.Errorf("%d scripts found", played)
	}
}

// What goes on below a bullet is no code; what is indented after an empty line
// is.
func TestLeadingComment(t *testing.T) {
	const text = "-- A plan:\n--\n--   code()\n--     more()\n--\n-- - a bullet that\n--   goes on\n-- - another\n\ncode\n"
	const want = "A plan:\n\n```lua\ncode()\n  more()\n```\n\n- a bullet that\n  goes on\n- another"
	if got := leadingComment(text); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
