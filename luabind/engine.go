package luabind

import (
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// engineKind is an engine in Go that scripts use as sim.engine.NAME{...}.
type engineKind struct {
	name string
	args string // its options, for the reference
	doc  string
	open func(Options) (func() core.Engine, error)
}

// engineValue is what sim.engine.NAME{...} gives.
type engineValue struct {
	name string
	open func() core.Engine
}

func (*engineValue) kind() string { return "engine" }

// missingEngine gives the constructor of an engine when it is first used.
func missingEngine(L *lua.LState) int {
	name := toText(L, L.Get(2))
	engines := vmOf(L).program.engines
	names := make([]string, len(engines))
	for i := len(engines) - 1; i >= 0; i-- { // the last one of a name counts
		e := &engines[i]
		if names[i] = e.name; e.name != name {
			continue
		}
		fn := L.NewFunction(func(L *lua.LState) int { return openEngine(L, e) })
		L.Get(1).(*lua.LTable).RawSetString(name, fn)
		L.Push(fn)
		return 1
	}
	L.RaiseError("sim.engine: %s", core.Unknown("engine", name, names))
	return 0
}

func openEngine(L *lua.LState, e *engineKind) int {
	table, ok := L.Get(1).(*lua.LTable)
	if !ok && L.Get(1) != lua.LNil {
		badArgument(L, 1, "a table of options")
	}
	where := "sim.engine." + e.name
	o := newEngineOptions(where, table)
	open, err := e.open(Options{o})
	if o.only(o.asked); o.first != nil {
		L.RaiseError("%v", o.first)
	}
	if err != nil {
		L.RaiseError("%s: %v", where, err)
	}
	u := L.NewUserData()
	u.Value = &engineValue{e.name, open}
	L.Push(u)
	return 1
}

// Options are the options of one use of an engine, sim.engine.NAME{...}. The
// first option that is not what was asked for is an error of the script, and
// so is one that was not asked for.
type Options struct{ *engineOptions }

// engineOptions keep the first mistake, for Go code that asks for several.
type engineOptions struct {
	options
	asked []string
	first error
}

func newEngineOptions(where string, table *lua.LTable) *engineOptions {
	o := &engineOptions{}
	o.options = options{where: where, table: table, mistake: func(err error) {
		if o.first == nil {
			o.first = err
		}
	}}
	return o
}

// ask notes that the engine knows an option.
func (o *engineOptions) ask(name string) *engineOptions {
	if !slices.Contains(o.asked, name) {
		o.asked = append(o.asked, name)
	}
	return o
}

// Has says whether the script gives the option.
func (o Options) Has(name string) bool { return o.ask(name).has(name) }

// String is an option that is a string.
func (o Options) String(name, missing string) string { return o.ask(name).str(name, missing) }

// Choice is an option that is one of some strings, the first when missing.
func (o Options) Choice(name string, choices ...string) string {
	return o.ask(name).choice(name, choices...)
}

// Int is an option that is a whole number from lo to hi.
func (o Options) Int(name string, lo, hi, missing int) int {
	return int(o.ask(name).integer(name, int64(lo), int64(hi), int64(missing)))
}

// Port is an option that is a port, 1 to 65535.
func (o Options) Port(name string, missing int) int { return o.Int(name, 1, core.MaxPort, missing) }

// Float is an option that is a number.
func (o Options) Float(name string, missing float64) float64 {
	return o.ask(name).number(name, missing)
}

// Bool is an option that is true or false.
func (o Options) Bool(name string, missing bool) bool { return o.ask(name).boolean(name, missing) }

// Duration is an option that is a duration, not negative: a number of seconds
// or a string such as "250ms".
func (o Options) Duration(name string, missing time.Duration) time.Duration {
	return o.ask(name).duration(name, missing)
}
