package luabind

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"simlua.example/scripts"
)

// TestTypes: the definitions are Lua, and have the functions and fields of the
// tables, with their parameters, no more.
func TestTypes(t *testing.T) {
	text := Types()[0].Text
	chunk, err := parse.Parse(strings.NewReader(text), "sim.lua")
	if err != nil {
		t.Fatal(err)
	}
	defined := map[string]string{}
	for _, s := range chunk {
		if f, ok := s.(*ast.FuncDefStmt); ok {
			defined[definedName(f.Name)] = strings.Join(f.Func.ParList.Names, ", ")
		}
	}
	want := 1 // sim.profile.region
	for _, s := range sections() {
		for _, e := range s.entries {
			switch params, ok := defined[s.name+e.name]; {
			case e.fn == nil && !strings.Contains(text, "---@field "+e.name+" "):
				t.Errorf("%s%s is not defined", s.name, e.name)
			case e.fn == nil:
			case !ok:
				t.Errorf("%s%s is not defined", s.name, e.name)
			default:
				want++
				for _, name := range strings.Split(params, ", ") {
					if name != "options" && !strings.Contains(e.args, name) {
						t.Errorf("%s%s%s: defined with %q", s.name, e.name, e.args, params)
					}
				}
			}
		}
	}
	for _, e := range builtinEngines() {
		want++
		if defined["sim.engine."+e.name] != "options" {
			t.Errorf("sim.engine.%s is not defined", e.name)
		}
	}
	if len(defined) != want {
		t.Errorf("%d functions are defined, want %d", len(defined), want)
	}
}

// definedName is what a function statement defines: "env:sleep".
func definedName(name *ast.FuncName) string {
	if name.Receiver != nil {
		return identifierOf(name.Receiver) + ":" + name.Method
	}
	return dotted(name.Func)
}

func dotted(e ast.Expr) string {
	if a, ok := e.(*ast.AttrGetExpr); ok {
		return dotted(a.Object) + "." + a.Key.(*ast.StringExpr).Value
	}
	return identifierOf(e)
}

// TestTypesAreKnown: each type that is named is a class, an alias or one of LuaLS.
func TestTypesAreKnown(t *testing.T) {
	text := Types()[0].Text
	for _, m := range regexp.MustCompile(`\bsim\.[a-z_]+`).FindAllString(annotations(text), -1) {
		if !regexp.MustCompile(`(?m)^---@(class|alias) ` + regexp.QuoteMeta(m) + `\b`).MatchString(text) {
			t.Errorf("%s is used and not defined", m)
		}
	}
}

// annotations are the types of parameters and results, without their texts.
func annotations(text string) string {
	found := regexp.MustCompile(`(?m)^---@(?:param|return|field) (.*)$`).FindAllStringSubmatch(text, -1)
	var b strings.Builder
	for _, m := range found {
		name, rest, _ := strings.Cut(m[1], " ")
		if kind, _, ok := strings.Cut(rest, " "); ok && !strings.HasPrefix(rest, "fun") {
			rest = kind
		}
		b.WriteString(name + " " + rest + "\n")
	}
	return b.String()
}

// preloadParts lets modules require what they are made of, lib/NAME/*.lua, and each other.
func preloadParts(t *testing.T, L *lua.LState) {
	t.Helper()
	for _, pattern := range []string{"lib/*.lua", "lib/*/*.lua"} {
		files, _ := fs.Glob(scripts.FS, pattern) // the pattern is well-formed
		for _, file := range files {
			text, err := fs.ReadFile(scripts.FS, file)
			if err != nil {
				t.Fatal(err)
			}
			name := "sim." + strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(file, "lib/"), ".lua"), "/", ".")
			L.PreloadModule(name, func(L *lua.LState) int {
				if err := L.DoString(string(text)); err != nil {
					t.Errorf("%s: %v", file, err)
					return 0
				}
				return 1
			})
		}
	}
}

// TestTypesOfModules: every file is Lua that runs, as require would.
func TestTypesOfModules(t *testing.T) {
	files := Types()
	if len(files) != 1+len(libraryModules()) {
		t.Errorf("%d files", len(files))
	}
	for _, file := range files {
		if !strings.HasPrefix(file.Text, TypesMark) {
			t.Errorf("%s does not begin with %s", file.Name, TypesMark)
		}
		L := lua.NewState()
		for _, name := range []string{"sim", nativeCheckers, jsonModule, nativeModule} {
			L.PreloadModule(name, func(L *lua.LState) int { L.Push(L.NewTable()); return 1 })
		}
		preloadParts(t, L)
		if err := L.DoString(file.Text); err != nil {
			t.Errorf("%s: %v", file.Name, err)
		}
		L.Close()
	}
}

func TestSignature(t *testing.T) {
	for args, want := range map[string]string{
		"":                                      "",
		"()":                                    "",
		"(a, b, ...)":                           "a b ...",
		"(name[, timeout]) -> conn":             "name timeout?",
		"([capacity]) -> channel":               "capacity?",
		"([a, b])":                              "a? b?",
		"(match[, {grace = d, x = {1, 2}}])":    "match options?",
		"(a, b[, changes[, {oneway = false}]])": "a b changes? options?",
		"{time = d, idle = d}":                  "options",
	} {
		var got []string
		for _, p := range parseSignature(args).params {
			if p.optional {
				p.name += "?"
			}
			got = append(got, p.name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", args, got, want)
		}
	}
}

// TestProfileTypes: each key of a profile has a type.
func TestProfileTypes(t *testing.T) {
	_, text, _ := strings.Cut(Types()[0].Text, "---@class sim.profile\n")
	text, _, _ = strings.Cut(text, "\n\n")
	for _, key := range profileKeys {
		if key.kind == "" || key.kind == "any" || !strings.Contains(text, "---@field "+key.name+"? "+key.kind+" ") {
			t.Errorf("%s has no type", key.name)
		}
	}
	for _, want := range []string{
		`---@field distribution? "uniform"|"normal"|"pareto"|"paretonormal" Of jitter`, "---@field loss? number That",
		"---@field delay? sim.duration|sim.distribution One way", "---@field keep_order? boolean true:",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}
