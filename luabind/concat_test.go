package luabind

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// TestConcatIsPlain: a script does not notice that .. is a call. Each text
// gives in the sandbox what it gives in the interpreter as it is.
func TestConcatIsPlain(t *testing.T) {
	const before = `
local one, two, s = "1", "2", "s"
local function id(...) return ... end
local meta = { __concat = function(a, b)
  return "<" .. (type(a) == "table" and a.name or a) .. "+" .. (type(b) == "table" and b.name or b) .. ">"
end }
local function object(name) return setmetatable({ name = name }, meta) end
local o, p = object "o", object "p"
`
	for _, text := range []string{
		`return one .. two`,
		`return select("#", one .. two, one .. two), one .. two`,
		`return 1 .. 2, -1.5 .. "", 1e15 .. "", 2^53 .. "", 0.1 .. "", 1e100 .. ""`,
		`return one .. two .. s, (one .. two) .. s, one .. (two .. s)`,
		`return "a" .. 1 + 2 .. "b" .. -3 .. "c" .. 2 ^ 2`,
		`return one .. two == "12", one .. two < s .. s, not (one .. two), #(one .. two .. s)`,
		`return o .. p, o .. "x", "x" .. o, 1 .. o`,
		`return "a" .. "b" .. o .. "c" .. "d", o .. p .. o, "a" .. o .. 1 .. 2`,
		`return ("x" .. o .. "y"):upper(), ("%s"):rep(2, "") .. s`,
		`return id(one .. two), id(one .. two, s .. s), { one .. two, s .. s }[2], ({ x = s .. s }).x`,
		`local function f(s) s = s .. s return s end return f("q")`,
		`local function f(a, s) local t t, s = s .. a, s .. s return s, t end return f("a", "b")`,
		`local function f(s) local t s, t = s .. s return s, t end return f("q")`,
		`local function f(s) local t s, t = s .. s, nil, one .. two return s, t end return f("q")`,
		`local function f(s, ...) s = s .. ... return s end return f("q", "r")`,
		`return one .. id("a", "b"), id("a", "b") .. one, (one .. id("a", "b") .. id("c", "d"))`,
		`local function f(s) s = s and s .. "!" or "none" return s end return f("q"), f()`,
		`local function f(s) s = s or one .. two return s end return f("q"), f()`,
		`local function f(s) s = (s .. s) .. s s = s .. (s .. s) return s end return f("q")`,
		`local function f(s) local function g() return s end s = s .. "!" return g() end return f("q")`,
		`local function f(s) return s .. "!", s .. "?" end return f("q")`,
		`local function f(n) return n == 0 and "" or "x" .. f(n - 1) .. "y" end return f(5)`,
		`local t = { s = "a" } t.s = t.s .. "b" t[t.s] = t.s .. "c" t[s .. s] = one return t.s, t.ab, t.ss`,
		`local t = {} t["a" .. "b"], t.c = "x" .. "y", "z" .. "w" return t.ab, t.c`,
		`g = "x" g = g .. g g, h = g .. 1, g .. 2 return g, h`,
		`local a = "" for i = 1, 3 do a = a .. i .. "," end return a`,
		`local a = "" while #a < 5 do a = a .. "x" end repeat a = a .. "y" until a .. "" == "xxxxxyy" return a`,
		`if one .. two == "12" then return "yes" .. s else return "no" .. s end`,
		`if one .. two then return 1 elseif s .. s then return 2 end`,
		`for _, v in ipairs { "a" .. "b", "c" .. "d" } do s = s .. v end return s`,
		`for i = "1" .. "0", "1" .. "2" do s = s .. i end return s`,
		`local co = coroutine.wrap(function(x) while true do x = coroutine.yield(x .. "!") end end) return co("a"), co("b")`,
		`return (s .. s):len(), ("a" .. s):rep(2), #s .. #s`,
		`return pcall(function() return one .. two end)`,
		`return (pcall(function() return one .. nil end)), (pcall(function() return {} .. one end))`,
		`return (pcall(function() return o .. {} end)), (pcall(function() return one .. o .. nil end))`,
		`return o .. nil, true .. o`,
		`local n = 0 local function c(x) n = n * 10 + x return x end return c(1) .. c(2) .. c(3) .. c(4), n`,
		`return string.format("%s", one .. two), tostring(one .. two), type(one .. two), (one .. two)`,
		`return one .. two, '\0..#0;["\'one\'" "\'two\'"]' .. '\0..#1;["\'one\'" "\'two\'"]', type('\0..#2')`,
		`goto skip s = s .. s ::skip:: return s .. s`,
		`local a <const> = 1 return a`,
	} {
		plain, plainErr := inPlainLua(before + text)
		bounded, boundedErr := inSandbox(before + text)
		if (plainErr == nil) != (boundedErr == nil) || plain != bounded {
			t.Errorf("%s\nplain:   %s %v\nsandbox: %s %v", text, plain, plainErr, bounded, boundedErr)
		}
	}
}

func inPlainLua(text string) (string, error) {
	L := lua.NewState()
	defer L.Close()
	err := L.DoString(text)
	return results(L), err
}

func inSandbox(text string) (string, error) {
	p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte("")}}, "s.lua")
	if err != nil {
		return "", err
	}
	script, err := compile([]byte(text), "s.lua")
	if err != nil {
		return "", err
	}
	v := newVM(p, nil, new(core.Brake))
	v.L.Push(v.L.NewFunctionFromProto(script.proto))
	err = v.L.PCall(0, lua.MultRet, nil)
	return results(v.L), err
}

func results(L *lua.LState) string {
	var b strings.Builder
	for i := 1; i <= L.GetTop(); i++ {
		fmt.Fprintf(&b, "%v|", L.Get(i))
	}
	return b.String()
}

// TestConcatErrors says what cannot be joined, where, and what it is called.
func TestConcatErrors(t *testing.T) {
	for text, want := range map[string]string{
		`local x return "a" .. x`:                        "s.lua:1: attempt to concatenate a nil value ('x')",
		`local x return x .. "a"`:                        "s.lua:1: attempt to concatenate a nil value ('x')",
		`local t = {} return "a" .. t.name .. 5`:         "s.lua:1: attempt to concatenate a nil value (field 'name')",
		"local t = {}\nreturn \"a\" ..\n t":              "s.lua:2: attempt to concatenate a table value ('t')",
		`return "a" .. tostring .. {} `:                  "s.lua:1: attempt to concatenate a table value",
		`local s = ("x"):rep(2^23) return s .. s .. "x"`: "s.lua:1: the string would have 16777217 bytes; at most 16 MiB are allowed",
		`return (true) .. "a"`:                           "s.lua:1: attempt to concatenate a boolean value",
		`local a, b = {}, true return "x" .. a .. b`:     "s.lua:1: attempt to concatenate a boolean value ('b')",
		`local a, b = {}, "x" return "x" .. a .. b`:      "s.lua:1: attempt to concatenate a table value ('a')",
		"local o = setmetatable({}, { __concat = function() error('no', 2) end })\nlocal x = o .. 1": "s.lua:2: no",
		"local o = setmetatable({}, { __concat = function() error('no') end })\nlocal x = o .. 1":    "s.lua:1: no",
		"local o = setmetatable({}, { __concat = function() error('no', 3) end })\n" +
			"local function f() return (o .. 1) end\nlocal x = f()": "s.lua:3: no",
		"local k, t = 1, setmetatable({}, { __newindex = function() error('read-only', 2) end })\nt[k] = 1": "s.lua:2: read-only",
	} {
		if _, err := inSandbox(text); err == nil || !strings.HasPrefix(err.Error(), want+"\n") {
			t.Errorf("%s\n%v\nwant %s", text, err, want)
		}
	}
}
