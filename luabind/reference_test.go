package luabind

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"simlua/core"
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

// TestReferenceExample plays the script that the reference begins with.
func TestReferenceExample(t *testing.T) {
	_, script, _ := strings.Cut(Reference(), "```lua\n")
	script, _, _ = strings.Cut(script, "```")
	p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte(script)}}, "s.lua")
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(context.Background(), RunOptions{Seed: 1})
	if err != nil || r.Verdict != core.Pass || len(r.Checks) != 1 {
		t.Error(r, err)
	}
}
