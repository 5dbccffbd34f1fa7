package luabind_test

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"simlua.example/luabind"
)

// TestSource finds all that a program reads: what is named, what is only required
// under a name that it makes, and what its plan requires; and no more. What it finds
// is the same program.
func TestSource(t *testing.T) {
	files := fstest.MapFS{
		"in/s.lua": {Data: []byte(`local sim = require "sim"
require "sim.chaos"
require("shapes.round")
sim.bot("b.net", function() require("shapes." .. "square") end)`)},
		"in/shapes/round.lua":  {Data: []byte(`return { "shapes.deep", function() require 'shapes.deep' end }`)},
		"in/shapes/deep.lua":   {Data: []byte("return 1")},
		"in/shapes/square.lua": {Data: []byte("return require 'corner'")},
		"in/corner.lua":        {Data: []byte("return 1")},
		"in/help.lua":          {Data: []byte("return function(plan) plan:start('*') end")},
		"in/other.lua":         {Data: []byte("return 1")},
		"plans/p.lua":          {Data: []byte("return require 'help'")},
	}
	p, err := luabind.LoadFS(files, "in/s.lua", luabind.WithPlan("plans/p.lua"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(t.Context(), luabind.RunOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	files["in/s.lua"] = &fstest.MapFile{Data: []byte("-- edited meanwhile")}
	s := p.Source()
	want := []string{"corner.lua", "help.lua", "s.lua", "shapes/deep.lua", "shapes/round.lua", "shapes/square.lua"}
	if got := slices.Sorted(maps.Keys(s.Files)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if s.Script != "s.lua" || s.Plan != "p.lua" || string(s.Text) != "return require 'help'" {
		t.Errorf("got %q, %q, %q", s.Script, s.Plan, s.Text)
	}
	copied := fstest.MapFS{"p.lua": {Data: s.Text}}
	for name, text := range s.Files {
		copied["x/"+name] = &fstest.MapFile{Data: text}
	}
	again, err := luabind.LoadFS(copied, "x/s.lua", luabind.WithPlan("p.lua"))
	if err != nil {
		t.Fatal(err)
	}
	if r2, err := again.Run(t.Context(), luabind.RunOptions{Seed: 1}); err != nil || r2.Digest != r.Digest {
		t.Errorf("another run: %v, %v", r2, err)
	}
}
