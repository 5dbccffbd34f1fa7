package luabind

import (
	"fmt"
	"math"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua/core"
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
	L.RaiseError("sim.engine: %s", unknown("engine", name, names))
	return 0
}

func openEngine(L *lua.LState, e *engineKind) int {
	where := "sim.engine." + e.name
	table, ok := L.Get(1).(*lua.LTable)
	if !ok && L.Get(1) != lua.LNil {
		badArgument(L, 1, "a table of options")
	}
	o := Options{&engineOptions{where: where, table: table}}
	open, err := e.open(o)
	if o.err != nil {
		err = o.err // what was wrong first
	}
	if err != nil {
		L.RaiseError("%s: %v", where, err)
	}
	if table != nil {
		options{L, where, table}.only(o.asked)
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

type engineOptions struct {
	where string
	table *lua.LTable
	asked []string
	err   error
}

func (o *engineOptions) get(name string) lua.LValue {
	if !slices.Contains(o.asked, name) {
		o.asked = append(o.asked, name)
	}
	if o.table == nil {
		return lua.LNil
	}
	return o.table.RawGetString(name)
}

func (o *engineOptions) bad(name, expected string) {
	if o.err == nil {
		o.err = fmt.Errorf("option %q: expected %s, got %s", name, expected, describe(nil, o.get(name)))
	}
}

// Has says whether the script gives the option.
func (o Options) Has(name string) bool { return o.get(name) != lua.LNil }

// String is an option that is a string.
func (o Options) String(name, missing string) string {
	switch x := o.get(name).(type) {
	case *lua.LNilType:
		return missing
	case lua.LString:
		return string(x)
	}
	o.bad(name, "a string")
	return missing
}

// Choice is an option that is one of some strings, the first when missing.
func (o Options) Choice(name string, choices ...string) string {
	choice := o.String(name, choices[0])
	if !slices.Contains(choices, choice) {
		quoted := make([]string, len(choices))
		for i, c := range choices {
			quoted[i] = fmt.Sprintf("%q", c)
		}
		o.bad(name, "one of "+list(quoted))
	}
	return choice
}

// Int is an option that is a whole number from lo to hi.
func (o Options) Int(name string, lo, hi, missing int) int {
	if !o.Has(name) {
		return missing
	}
	i, ok := toInt(o.get(name), int64(lo), int64(hi))
	if !ok {
		o.bad(name, wholeNumber(int64(lo), int64(hi)))
	}
	return int(i)
}

// Port is an option that is a port, 1 to 65535.
func (o Options) Port(name string, missing int) int { return o.Int(name, 1, math.MaxUint16, missing) }

// Float is an option that is a number.
func (o Options) Float(name string, missing float64) float64 {
	switch x := o.get(name).(type) {
	case *lua.LNilType:
		return missing
	case lua.LNumber:
		return float64(x)
	}
	o.bad(name, "a number")
	return missing
}

// Bool is an option that is true or false.
func (o Options) Bool(name string, missing bool) bool {
	switch x := o.get(name).(type) {
	case *lua.LNilType:
		return missing
	case lua.LBool:
		return bool(x)
	}
	o.bad(name, "true or false")
	return missing
}

// Duration is an option that is a duration, not negative: a number of seconds
// or a string such as "250ms".
func (o Options) Duration(name string, missing time.Duration) time.Duration {
	if !o.Has(name) {
		return missing
	}
	d, ok := toDuration(o.get(name))
	if !ok || d < 0 {
		o.bad(name, aDuration)
	}
	return d
}
