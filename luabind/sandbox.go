package luabind

import (
	"math"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// The sandbox is the Lua that scripts get: the parts of Lua 5.1's libraries
// whose results are the same in every run, with bounds where the originals have
// none. Functions are made once and shared by all VMs, tables are per VM.

func init() {
	// A single t[60000000] = 1 would take a gigabyte. Arrays end here: # does not
	// count what is beyond.
	lua.MaxArrayIndex = 1 << 24
}

// library is a table of functions.
type library struct {
	name   string
	names  []string
	values []lua.LValue
}

func (l *library) add(name string, v lua.LValue) {
	l.names, l.values = append(l.names, name), append(l.values, v)
}

func (l *library) fill(t *lua.LTable) *lua.LTable {
	for i, name := range l.names {
		t.RawSetString(name, l.values[i])
	}
	return t
}

// prepared is what all VMs share and none changes. The library tables of a VM
// are empty at first and look things up in the shared ones.
type prepared struct {
	globals library
	meta    *lua.LTable   // of the global table
	names   []string      // of the libraries
	metas   []*lua.LTable // of each library's table
}

// kept lists what is taken from the interpreter's own libraries.
var kept = []struct {
	library string
	names   []string
}{
	{"", []string{"ipairs", "rawequal", "rawget", "rawset", "type"}},
	{"string", []string{"len", "reverse"}},
	{"table", []string{"getn", "maxn"}},
	{"math", []string{"abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "cosh", "deg", "exp", "floor", "fmod",
		"frexp", "log", "log10", "max", "min", "mod", "modf", "pow", "rad", "sin", "sinh", "sqrt", "tan", "tanh", "pi"}},
	{"debug", []string{"traceback"}},
	{"coroutine", nil},
}

// replaced lists what simlua has instead.
var replaced = map[string][]entry{
	"": {
		{name: "assert", fn: luaAssert}, {name: "error", fn: luaError}, {name: "getmetatable", fn: luaGetMetatable},
		{name: "next", fn: luaNext}, {name: "pairs", fn: luaPairs}, {name: "pcall", fn: luaPCall},
		{name: "print", fn: luaPrint}, {name: "require", fn: luaRequire}, {name: "select", fn: luaSelect},
		{name: "setmetatable", fn: luaSetMetatable}, {name: "tonumber", fn: luaToNumber},
		{name: "tostring", fn: luaToString}, {name: "unpack", fn: luaUnpack}, {name: "xpcall", fn: luaXPCall},
	},
	"string": {
		{name: "byte", fn: strByte}, {name: "char", fn: strChar}, {name: "find", fn: strFind},
		{name: "format", fn: strFormat}, {name: "gmatch", fn: strGmatch}, {name: "gsub", fn: strGsub},
		{name: "lower", fn: strLower}, {name: "match", fn: strMatch}, {name: "rep", fn: strRep},
		{name: "sub", fn: strSub}, {name: "upper", fn: strUpper},
	},
	"table": {
		{name: "concat", fn: tableConcat}, {name: "insert", fn: tableInsert}, {name: "remove", fn: tableRemove},
		{name: "sort", fn: tableSort},
	},
	"math": {{name: "ldexp", fn: mathLdexp}, {name: "random", fn: noRandom}, {name: "randomseed", fn: noRandom}},
	"coroutine": {
		{name: "create", fn: coCreate}, {name: "resume", fn: coResume}, {name: "running", fn: coRunning},
		{name: "status", fn: coStatus}, {name: "wrap", fn: coWrap}, {name: "yield", fn: coYield},
	},
}

// prepare makes what is shared, once.
var prepare = sync.OnceValue(func() *prepared {
	L := lua.NewState()
	defer L.Close()
	p := &prepared{meta: lookup(goFunction(missingGlobal))}
	for _, k := range kept {
		from := L.G.Global
		if k.library != "" {
			from = L.GetGlobal(k.library).(*lua.LTable)
		}
		l := library{name: k.library}
		for _, name := range k.names {
			value := from.RawGetString(name)
			if fn, ok := value.(*lua.LFunction); ok && k.library == "math" {
				value = ofNumbers(fn)
			}
			l.add(name, value)
		}
		for _, e := range replaced[k.library] {
			l.add(e.name, goFunction(e.fn))
		}
		switch k.library {
		case "":
			l.add("_VERSION", lua.LString(lua.LuaVersion))
			p.globals = l
			continue
		case "math":
			l.add("huge", lua.LNumber(math.Inf(1)))
		}
		p.names = append(p.names, l.name)
		p.metas = append(p.metas, lookup(l.fill(newTable())))
	}
	return p
})

func newTable() *lua.LTable { return &lua.LTable{Metatable: lua.LNil} }

// smallTable makes a table for a few names: others take 2 KiB with the first.
func smallTable() *lua.LTable { return new(lua.LState).CreateTable(0, 4) }

// lookup makes a metatable that finds what a table does not have.
func lookup(index lua.LValue) *lua.LTable {
	meta := smallTable()
	meta.RawSetString("__index", index)
	meta.RawSetString("__metatable", lua.LFalse)
	return meta
}

// openSandbox puts the libraries into a fresh VM.
func (v *vm) openSandbox() {
	p := prepare()
	globals := p.globals.fill(v.L.G.Global)
	for i, name := range p.names {
		t := newTable()
		t.Metatable = p.metas[i]
		globals.RawSetString(name, t)
		if name == "string" {
			v.setStringLibrary(t)
		}
	}
	globals.RawSetString("_G", globals)
	globals.Metatable = p.meta
}

// setStringLibrary makes a table what s:upper() finds its functions in,
// whatever becomes of the global variable.
func (v *vm) setStringLibrary(t *lua.LTable) {
	v.stringLibrary = t
	meta := smallTable()
	meta.RawSetString("__index", t)
	for _, o := range operators {
		meta.RawSetString(o.event, o.fn)
	}
	v.L.SetMetatable(lua.LString(""), meta)
}

// forbidden lists the globals of Lua that a simulation cannot have, and what
// to use instead.
var forbidden = map[string]string{
	"collectgarbage": "memory is managed by the host",
	"dofile":         "use require for a file in the script's folder",
	"getfenv":        "functions have one environment",
	"io":             "a simulation has no files; a service keeps its data in env:open(name)",
	"load":           "code is loaded with require only",
	"loadfile":       "use require for a file in the script's folder",
	"loadstring":     "code is loaded with require only",
	"module":         "a module returns a table",
	"newproxy":       "use setmetatable on a table",
	"os":             "a simulation has no operating system; time is env:now()",
	"package":        "require loads modules of simlua and files in the script's folder",
	"setfenv":        "functions have one environment",
	"channel":        "processes of a service share variables; services send messages over connections",
}

// missingGlobal is nil, as in plain Lua, but for what Lua has and simlua lacks.
func missingGlobal(L *lua.LState) int {
	if name, ok := L.Get(2).(lua.LString); ok {
		if instead, found := forbidden[string(name)]; found {
			L.RaiseError("%s is not available: %s", string(name), instead)
		}
	}
	L.Push(lua.LNil)
	return 1
}

func noRandom(L *lua.LState) int {
	L.RaiseError("chance comes from the seed of the run: use env.random, as in env.random:int(1, 6)")
	return 0
}
