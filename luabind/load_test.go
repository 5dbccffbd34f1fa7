package luabind_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
)

const smallest = "local sim = require 'sim'\nsim.bot('b', function(env) end)\n"

// TestLoadFails lists what cannot be loaded, and what is said about it.
func TestLoadFails(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("loop.lua", "require 'loop'")
	write("wrong.lua", "local x = = 1")
	write("fails.lua", "\n\nerror('inside')")
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link.lua")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, want string }{
		{"missing", filepath.Join(dir, "none.lua"), "none.lua: no such file"},
		{"directory", dir, "is a directory, not a script"},
		{"binary", write("binary.lua", "\x00\x01"), "binary.lua: not a script: the file is not UTF-8 text"},
		{"latin1", write("latin1.lua", "-- caf\xe9"), "latin1.lua: not a script: the file is not UTF-8 text"},
		{"large", write("large.lua", strings.Repeat("-", 1<<20+1)), "large.lua: too large: a script has at most 1024 KiB"},
		{"syntax", write("syntax.lua", "x = 1\ny = = 2"), "/syntax.lua:2: syntax error near \"=\""},
		{"runtime", write("runtime.lua", "local x = nil\nlocal y = x.y"), "/runtime.lua:2: attempt to index local 'x' (a nil value) with key 'y'"},
		{"loop", write("a.lua", "require 'loop'"), `/loop.lua:1: module "loop" requires itself`},
		{"module with a mistake", write("b.lua", "require 'wrong'"), `/b.lua:1: cannot require "wrong": wrong.lua:1: syntax error near "="`},
		{"module that fails", write("c.lua", "require 'fails'"), "/fails.lua:3: inside"},
		{"escape", write("d.lua", "require 'link'"), `/d.lua:1: cannot require "link": path escapes from parent`},
		{"unknown module", write("e.lua", "require 'lopp'"), `/e.lua:1: cannot require "lopp": there is no such module; there is sim`},
		{"deep nesting", write("f.lua", "x = "+strings.Repeat("(", 300)+"1"+strings.Repeat(")", 300)+" y"), "/f.lua:1: "},
		{"too many locals", write("g.lua", strings.Repeat("local x = 1\n", 300)), "/g.lua:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := luabind.Load(c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "goroutine") {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestLoadLink: a script may be a link to another folder; its modules are where the link is.
func TestLoadLink(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"there/main.lua": "print(require 'm')\n" + smallest,
		"there/m.lua": "return 'there'", "here/m.lua": "return 'here'"} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "here", "link.lua")
	if err := os.Symlink("../there/main.lua", link); err != nil {
		t.Fatal(err)
	}
	p, err := luabind.Load(link)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Printed(); len(got) != 1 || got[0] != "here" {
		t.Errorf("got %q", got)
	}
	if digest, err := p.Digest(); digest == "" || err != nil {
		t.Errorf("got %q, %v", digest, err)
	}
}

// TestLoad reads what editors and shells put before a script, and modules.
func TestLoad(t *testing.T) {
	files := fstest.MapFS{
		"dir/main.lua": {Data: []byte("\xef\xbb\xbf#!/usr/bin/env simlua\n" +
			"local m = require 'lib.m'\nassert(m == require 'lib.m')\nprint('loaded', m.x)\n" + smallest)},
		"dir/lib/m.lua": {Data: []byte("return { x = ... }")},
	}
	p, err := luabind.LoadFS(files, "dir/main.lua")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(p.Printed(), "|"); got != "loaded\tlib.m" || p.Name() != "main.lua" {
		t.Errorf("printed %q, name %q", got, p.Name())
	}
}

// TestParams shows what a program says of its parameters.
func TestParams(t *testing.T) {
	p, err := loadText("s.lua", smallest+`
		sim.param("n", 30, "how often") sim.param("name", "x") sim.param("fast", true, "or not")`)
	if err != nil {
		t.Fatal(err)
	}
	want := []luabind.Param{
		{"n", "30", "number", "how often"}, {"name", "x", "string", ""}, {"fast", "true", "boolean", "or not"},
	}
	for i, got := range p.Params() {
		if got != want[i] {
			t.Errorf("%+v, want %+v", got, want[i])
		}
	}
}

// TestSettings is what --set can and cannot do.
func TestSettings(t *testing.T) {
	p, err := loadText("s.lua", smallest+`
		local n, name, fast = sim.param("iterations", 30), sim.param("name", "x"), sim.param("fast", true)
		sim.bot("teller", function(env) env:log(n, sim.params.iterations, name, fast) end)`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ set, log, err string }{
		{"", "30 30 x true", ""},
		{"iterations=0x10", "16 16 x true", ""},
		{"iterations=010", "10 10 x true", ""},
		{"iterations=1.5 iterations=7", "7 7 x true", ""},
		{"name=a=b fast=false", "30 30 a=b false", ""},
		{"name=", "30 30  true", ""},
		{"iteration=5", "", `--set iteration=5: unknown parameter "iteration"; did you mean "iterations"?`},
		{"color=5", "", `--set color=5: unknown parameter "color"; there is iterations, name and fast`},
		{"iterations=many", "", "--set iterations=many: expected a number, as the default is 30"},
		{"iterations=nan", "", "--set iterations=nan: expected a number, as the default is 30"},
		{"iterations=1_0", "", "--set iterations=1_0: expected a number, as the default is 30"},
		{"iterations=1e999", "", "--set iterations=1e999: expected a number, as the default is 30"},
		{"fast=yes", "", "--set fast=yes: expected true or false"},
		{"fast=false fast", "30 30 x true", ""},
		{"name", "", "--set name: expected name=value, a string"},
		{"iterations", "", "--set iterations: expected iterations=value, a number"},
		{"=5", "", "--set =5: expected name=value"},
	} {
		t.Run(c.set, func(t *testing.T) {
			r, err := p.Run(context.Background(), luabind.RunOptions{Set: strings.Fields(c.set), Keep: core.KeepLines})
			var usage *luabind.UsageError
			switch {
			case c.err != "":
				if !errors.As(err, &usage) || err.Error() != c.err {
					t.Errorf("got %v\nwant %s", err, c.err)
				}
			case err != nil:
				t.Error(err)
			case !strings.HasSuffix(logs(r), c.log):
				t.Errorf("got %s, want %s", logs(r), c.log)
			}
		})
	}
}

// TestCheck reports all mistakes of a scenario at once, each with its place.
func TestCheck(t *testing.T) {
	p, err := loadText("dir/s.lua", smallest+`sim.connect("a b", "c", {log = "nobody"})
		sim.machine("x.y", {})
		sim.service("p.q", function() end) sim.service("p.q:r", function() end)`)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Check(nil)
	for _, want := range []string{
		`dir/s.lua:3: "a b" is no name of a network`, `dir/s.lua:3: log: "none"`,
		`dir/s.lua:4: machine "x.y" has no service and no bot`, `dir/s.lua:5: machine "p.q" has several services`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if _, again := p.Run(context.Background(), luabind.RunOptions{}); again == nil || again.Error() != err.Error() {
		t.Errorf("Run says %v", again)
	}
	empty, err := loadText("s.lua", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := empty.Check(nil); err == nil || !strings.Contains(err.Error(), "s.lua: nothing to run") {
		t.Errorf("empty script: %v", err)
	}
}

// TestFolder keeps the machines' files where they are wanted, and nothing
// anywhere else.
func TestFolder(t *testing.T) {
	script := smallest + `sim.service("s.net", function(env)
		env:open("data"):update(function(tx) tx:put("k", 1) end)
	end)`
	p, err := loadText("s.lua", script)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "kept")
	t.Setenv("TMPDIR", t.TempDir())
	for _, folder := range []string{dir, ""} {
		if r, err := p.Run(context.Background(), luabind.RunOptions{Folder: folder}); err != nil || r.Verdict != core.Pass {
			t.Fatal(r, err)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) == 0 {
		t.Error("the folder is empty")
	}
	rest, _ := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	if len(rest) > 0 {
		t.Errorf("left behind: %v", rest)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = p.Run(context.Background(), luabind.RunOptions{Folder: file})
	if err == nil || !strings.Contains(err.Error(), "folder for machines") {
		t.Errorf("a file as the folder: %v", err)
	}
}

// TestJudge is what an invariant and a check can return.
func TestJudge(t *testing.T) {
	for _, c := range []struct{ body, message string }{
		{``, ""}, {`return true`, ""}, {`return`, ""},
		{`return false`, "it returned false"},
		{`return nil`, "it returned nil"},
		{`return false, "too few"`, "too few"},
		{`return false, 7`, "7"},
		{`return 7`, "must return true or false"},
		{`error("oops")`, "script.lua:4: oops"},
		{`assert(1 == 2, "differ")`, "script.lua:4: differ"},
		{`while true do end`, "script.lua:4: 0.3 million instructions without waiting"},
		{`coroutine.yield()`, "script.lua:4: yield outside of a coroutine"},
	} {
		for _, kind := range []string{"always", "check"} {
			t.Run(kind+" "+c.body, func(t *testing.T) {
				r := playText(t, "local sim = require 'sim'\nsim.bot('b', function(env) env:gauge('g', 1) env:sleep(1) end)\n"+
					"sim."+kind+"('the law', function(x)\n"+c.body+"\nend)\nsim.check('other', function() return true end)", luabind.RunOptions{})
				var got core.CheckResult
				for _, check := range r.Checks {
					if check.Name == "the law" {
						got = check
					} else if !check.Held {
						t.Errorf("the other check fails: %s", check.Message)
					}
				}
				if got.Held != (c.message == "") || !strings.Contains(got.Message, c.message) || got.Evaluated == 0 {
					t.Errorf("%+v, want %q", got, c.message)
				}
			})
		}
	}
}
