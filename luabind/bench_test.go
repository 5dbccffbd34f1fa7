package luabind

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	lua "github.com/yuin/gopher-lua"

	"github.com/yuin/gopher-lua/parse"
	"simlua.example/core"
)

const benchScript = `
local sim = require "sim"
sim.param("iterations", 30, "moves")
sim.connect("botnet", "public", sim.profile.mobile_3g)
sim.connect("public", "internal", sim.profile.azure_intranet)
sim.service("cl.internal", sim.engine.commit_log { port = 443 })
sim.service("api1.public", sim.engine.backend { port = 443, commit_log = "cl.internal:443" })
sim.bot("mover", function(env) end)
sim.plan(function(plan) end)
sim.limits { time = "10m" }
function add(a, b) return a + b end
function loop(n) local s = 0 for i = 1, n do s = s + i end return s end
function calls(n) for i = 1, n do rawequal(i, n) end end
function protected(n) for i = 1, n do pcall(rawequal, i, n) end end
function failing(n) for i = 1, n do pcall(error, "x", 0) end end
function stack(n) local t = {} for i = 1, n do t[#t + 1] = i end for i = 1, n do t[#t] = nil end end
`

func benchProgram(tb testing.TB) *Program {
	p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte(benchScript)}}, "s.lua")
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// BenchmarkEvaluate makes a VM with its sandbox and evaluates a script in it, as
// each run does once.
func BenchmarkEvaluate(b *testing.B) {
	p := benchProgram(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := p.evaluate(nil, p.brake); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBoot makes a VM for the bot of the script, as each of its boots does.
func BenchmarkBoot(b *testing.B) {
	r, err := benchProgram(b).newRun(nil, new(core.Brake))
	if err != nil {
		b.Fatal(err)
	}
	start := r.starter(2, 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := start(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSandbox is the part of a boot that no script can avoid.
func BenchmarkSandbox(b *testing.B) {
	p := benchProgram(b)
	b.ReportAllocs()
	for b.Loop() {
		newVM(p, nil, new(core.Brake))
	}
}

// function boots a VM and finds a global function in it.
func function(b *testing.B, name string) (*vm, *lua.LState, *lua.LFunction) {
	v, _, err := benchProgram(b).evaluate(nil, new(core.Brake))
	if err != nil {
		b.Fatal(err)
	}
	L, _ := v.thread()
	b.ReportAllocs()
	b.ResetTimer()
	return v, L, v.L.GetGlobal(name).(*lua.LFunction)
}

// BenchmarkCallLua calls a Lua function of two numbers from Go.
func BenchmarkCallLua(b *testing.B) {
	v, L, fn := function(b, "add")
	for range b.N {
		v.limit = defaultBudget
		if _, err := v.call(L, fn, 1, lua.LNumber(1), lua.LNumber(2)); err != nil {
			b.Fatal(err)
		}
	}
}

// The others run a loop of b.N in Lua: an addition, a call of a Go function, a
// pcall that succeeds, one that fails.
func BenchmarkInstructions(b *testing.B) { benchLoop(b, "loop") }
func BenchmarkCallGo(b *testing.B)       { benchLoop(b, "calls") }
func BenchmarkPCall(b *testing.B)        { benchLoop(b, "protected") }
func BenchmarkPCallError(b *testing.B)   { benchLoop(b, "failing") }

func benchLoop(b *testing.B, name string) {
	v, L, fn := function(b, name)
	for n := b.N; n > 0; n -= 100_000 {
		v.limit = defaultBudget
		if _, err := v.call(L, fn, 0, lua.LNumber(min(n, 100_000))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStack puts n values on a stack and takes them off; the time of each must not
// grow with n.
func BenchmarkStack(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			v, L, fn := function(b, "stack")
			for range b.N {
				v.limit = defaultBudget
				if _, err := v.call(L, fn, 0, lua.LNumber(n)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/value")
		})
	}
}

// BenchmarkBounded runs what scripts get as a call with bounds, and the same
// as the interpreter has it. The loop itself is part of it.
func BenchmarkBounded(b *testing.B) {
	for _, c := range []struct{ name, do string }{
		{"loop", "x = a"},
		{"a..b", "x = a .. b"},
		{"a..i", "x = a .. i"},
		{"5 operands", `x = a .. ", " .. b .. ": " .. i`},
		{"t[i]=i", "t[i] = i"},
		{"t[s]=i", "t[a] = i"},
		{"t[#t+1]=i", "t[#t + 1] = i"},
		{"t[i]=nil", "t[i] = nil"},
		{"t[s]=nil", "t[a] = nil"},
		{"{...}", "x = {...}"},
		{"{x=i}", "x = {x = i}"},
		{"{} x", "x = {} x.x = i"},
		{"swap", "a, b = b, a"},
	} {
		text := `local a, b = ("a"):rep(12), ("b"):rep(12) local x, t = nil, {} return function(n, ...) ` +
			`for i = 1, n do ` + c.do + ` end end`
		b.Run(c.name+"/bounded", func(b *testing.B) {
			script, err := compile([]byte(text), "s.lua")
			if err != nil {
				b.Fatal(err)
			}
			benchProto(b, script.proto, nil)
		})
		b.Run(c.name+"/plain", func(b *testing.B) {
			chunk, _ := parse.Parse(strings.NewReader(text), "s.lua")
			proto, err := lua.Compile(chunk, "s.lua")
			benchProto(b, proto, err)
		})
	}
}

// benchProto runs the function that code returns.
func benchProto(b *testing.B, proto *lua.FunctionProto, err error) {
	if err != nil {
		b.Fatal(err)
	}
	v, L, _ := function(b, "loop")
	fn, err := v.call(L, v.L.NewFunctionFromProto(proto), 1)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for n := b.N; n > 0; n -= 100_000 {
		v.limit = defaultBudget
		if _, err := v.call(L, fn[0].(*lua.LFunction), 0, lua.LNumber(min(n, 100_000)), lua.LTrue); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkThread takes a thread for a process and gives it back.
func BenchmarkThread(b *testing.B) {
	v, _, fn := function(b, "add")
	for range b.N {
		L, done := v.thread()
		v.limit = defaultBudget
		if _, err := v.call(L, fn, 0, lua.LNumber(1), lua.LNumber(2)); err != nil {
			b.Fatal(err)
		}
		done()
	}
}
