package luabind

import (
	"fmt"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// options is a table of named options, or none. What cannot be read is a
// mistake; then the methods return what they return for an option that is missing.
type options struct {
	where   string // "sim.bot", for messages
	table   *lua.LTable
	mistake func(error) // raises it in the script, or keeps it
}

// readOptions reads argument n, a table of options or nothing. An option that
// is not among names is an error. Where says whose options they are: "sim.bot".
func readOptions(L *lua.LState, n int, where string, names ...string) options {
	o := options{where: where, mistake: func(err error) { L.RaiseError("%v", err) }}
	switch t := L.Get(n).(type) {
	case *lua.LNilType:
		return o
	case *lua.LTable:
		o.table = t
	default:
		badArgument(L, n, "a table of options")
	}
	o.only(names)
	return o
}

// only looks for an option that has none of these names.
func (o options) only(names []string) {
	if o.table == nil {
		return
	}
	for k, _ := o.table.Next(lua.LNil); k != lua.LNil; k, _ = o.table.Next(k) {
		name, ok := k.(lua.LString)
		switch {
		case !ok:
			o.mistake(fmt.Errorf("%s: options have names, as in {%s = …}; got the key %s", o.where,
				strings.Join(names[:min(1, len(names))], ""), describe(k)))
		case !slices.Contains(names, string(name)):
			o.mistake(fmt.Errorf("%s: %w", o.where, core.Unknown("option", string(name), names)))
		}
	}
}

func (o options) get(name string) lua.LValue {
	if o.table == nil {
		return lua.LNil
	}
	return o.table.RawGetString(name)
}

func (o options) has(name string) bool { return o.get(name) != lua.LNil }

// wrong is a mistake in one option.
func (o options) wrong(name string, err error) {
	o.mistake(fmt.Errorf("%s: option %q: %w", o.where, name, err))
}

// bad is a mistake in one option: it is not what was expected.
func (o options) bad(name, expected string) {
	o.wrong(name, fmt.Errorf("expected %s, got %s", expected, describe(o.get(name))))
}

// read is what an option is read as, or missing.
func read[T any](o options, name, expected string, missing T, as func(lua.LValue) (T, bool)) T {
	v := o.get(name)
	if v == lua.LNil {
		return missing
	}
	x, ok := as(v)
	if !ok {
		o.bad(name, expected)
		return missing
	}
	return x
}

// offset is a duration that may be negative.
func (o options) offset(name string, missing time.Duration) time.Duration {
	return read(o, name, aDuration, missing, toDuration)
}

func (o options) duration(name string, missing time.Duration) time.Duration {
	d := o.offset(name, missing)
	if d < 0 {
		o.bad(name, notNegative)
		return missing
	}
	return d
}

func (o options) boolean(name string, missing bool) bool {
	return read(o, name, "true or false", missing, func(v lua.LValue) (bool, bool) {
		b, ok := v.(lua.LBool)
		return bool(b), ok
	})
}

func (o options) integer(name string, lo, hi, missing int64) int64 {
	return read(o, name, wholeNumber(lo, hi), missing, func(v lua.LValue) (int64, bool) { return toInt(v, lo, hi) })
}

func (o options) number(name string, missing float64) float64 {
	return read(o, name, "a number", missing, func(v lua.LValue) (float64, bool) {
		x, ok := v.(lua.LNumber)
		return float64(x), ok
	})
}

func (o options) str(name, missing string) string {
	return read(o, name, "a string", missing, toString)
}

func toString(v lua.LValue) (string, bool) {
	s, ok := v.(lua.LString)
	return string(s), ok
}

// choice is an option that is one of some strings, the first when missing.
func (o options) choice(name string, choices ...string) string {
	quoted := make([]string, len(choices))
	for i, c := range choices {
		quoted[i] = fmt.Sprintf("%q", c)
	}
	return read(o, name, "one of "+core.List(quoted), choices[0], func(v lua.LValue) (string, bool) {
		text, ok := toString(v)
		return text, ok && slices.Contains(choices, text)
	})
}

// sub is an option that is itself a table of options.
func (o options) sub(name string, names ...string) options {
	inner := options{where: o.where + ": " + name, mistake: o.mistake}
	switch t := o.get(name).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		inner.table = t
		inner.only(names)
	default:
		o.bad(name, "a table, {"+strings.Join(names, " = …, ")+" = …}")
	}
	return inner
}
