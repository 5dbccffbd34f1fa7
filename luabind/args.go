package luabind

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

const aDuration = `a duration (seconds, or a string such as "250ms")`

// maxDuration bounds durations that a script gives: about 290 years fit an
// int64; a century leaves room for sums.
const maxDuration = 100 * 365 * 24 * time.Hour

// badArgument raises an error about argument n: what was expected, what was
// given. For a method, the object before the colon does not count.
func badArgument(L *lua.LState, n int, expected string) {
	name, method := "?", 0
	if _, ok := L.Get(1).(*lua.LUserData); ok && n > 1 {
		method = 1
	}
	if dbg, ok := L.GetStack(0); ok {
		if _, err := L.GetInfo("n", dbg, lua.LNil); err == nil {
			name = dbg.Name
		}
	}
	L.RaiseError("bad argument #%d to '%s': expected %s, got %s", n-method, name, expected, describe(L, L.Get(n)))
}

// describe shows a value in a message: its type, and itself when it is short.
func describe(L *lua.LState, v lua.LValue) string {
	switch x := v.(type) {
	case *lua.LNilType:
		return "nothing"
	case lua.LString:
		if len(x) > 40 {
			x = x[:40] + "…"
		}
		return fmt.Sprintf("%q", string(x))
	case lua.LNumber, lua.LBool:
		return "the " + v.Type().String() + " " + v.String()
	}
	return "a " + v.Type().String()
}

// toDuration reads a duration: a number of seconds or a Go duration string.
func toDuration(v lua.LValue) (time.Duration, bool) {
	switch x := v.(type) {
	case lua.LNumber:
		ns := math.Round(float64(x) * 1e9)
		if !(math.Abs(ns) <= float64(maxDuration)) {
			return 0, false
		}
		return time.Duration(ns), true
	case lua.LString:
		d, err := time.ParseDuration(string(x))
		return d, err == nil && d <= maxDuration && d >= -maxDuration
	}
	return 0, false
}

// checkDuration reads argument n, a duration that is not negative.
func checkDuration(L *lua.LState, n int) time.Duration {
	d, ok := toDuration(L.Get(n))
	if !ok {
		badArgument(L, n, aDuration)
	}
	if d < 0 {
		badArgument(L, n, "a duration that is not negative")
	}
	return d
}

func checkString(L *lua.LState, n int) string {
	s, ok := L.Get(n).(lua.LString)
	if !ok {
		badArgument(L, n, "a string")
	}
	return string(s)
}

func optString(L *lua.LState, n int, missing string) string {
	if L.Get(n) == lua.LNil {
		return missing
	}
	return checkString(L, n)
}

// checkInt reads argument n, a whole number from lo to hi.
func checkInt(L *lua.LState, n int, lo, hi int64) int64 {
	i, ok := toInt(L.Get(n), lo, hi)
	if !ok {
		badArgument(L, n, wholeNumber(lo, hi))
	}
	return i
}

func wholeNumber(lo, hi int64) string {
	if lo == math.MinInt64 && hi == math.MaxInt64 {
		return "a whole number"
	}
	return fmt.Sprintf("a whole number from %d to %d", lo, hi)
}

func toInt(v lua.LValue, lo, hi int64) (int64, bool) {
	x, ok := v.(lua.LNumber)
	f := float64(x)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<62 {
		return 0, false
	}
	return int64(f), int64(f) >= lo && int64(f) <= hi
}

func checkNumber(L *lua.LState, n int) float64 {
	x, ok := L.Get(n).(lua.LNumber)
	if !ok {
		badArgument(L, n, "a number")
	}
	return float64(x)
}

func checkTable(L *lua.LState, n int) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		badArgument(L, n, "a table")
	}
	return t
}

func checkFunction(L *lua.LState, n int) *lua.LFunction {
	f, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		badArgument(L, n, "a function")
	}
	return f
}

// checkSelf reads the object that a method was called on. What is how a
// script spells the object: "env", "conn".
func checkSelf[T any](L *lua.LState, what string) T {
	if u, ok := L.Get(1).(*lua.LUserData); ok {
		if self, ok := u.Value.(T); ok {
			return self
		}
	}
	name := "?"
	if dbg, ok := L.GetStack(0); ok {
		if _, err := L.GetInfo("n", dbg, lua.LNil); err == nil {
			name = dbg.Name
		}
	}
	L.RaiseError("%s is a method: call it with a colon, as %s:%s(…)", name, what, name)
	panic("unreachable")
}

// options is a table of named options, every name of which is known.
type options struct {
	L     *lua.LState
	where string // "sim.bot", for messages
	table *lua.LTable
}

// readOptions reads argument n, a table of options or nothing. An option that
// is not among names is an error. Where says whose options they are: "sim.bot".
func readOptions(L *lua.LState, n int, where string, names ...string) options {
	o := options{L: L, where: where}
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

// only raises an error about the first option that has none of these names.
func (o options) only(names []string) {
	for k, _ := o.table.Next(lua.LNil); k != lua.LNil; k, _ = o.table.Next(k) {
		name, ok := k.(lua.LString)
		if !ok {
			o.L.RaiseError("%s: options have names, as in {%s = …}; got the key %s", o.where,
				strings.Join(names[:min(1, len(names))], ""), describe(o.L, k))
		}
		if !slices.Contains(names, string(name)) {
			o.L.RaiseError("%s: %s", o.where, unknown("option", string(name), names))
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

// bad raises an error about one option.
func (o options) bad(name, expected string) {
	o.L.RaiseError("%s: option %q: expected %s, got %s", o.where, name, expected, describe(o.L, o.get(name)))
}

func (o options) duration(name string, missing time.Duration) time.Duration {
	if !o.has(name) {
		return missing
	}
	d, ok := toDuration(o.get(name))
	if !ok {
		o.bad(name, aDuration)
	}
	if d < 0 {
		o.bad(name, "a duration that is not negative")
	}
	return d
}

// offset is a duration that may be negative.
func (o options) offset(name string, missing time.Duration) time.Duration {
	if !o.has(name) {
		return missing
	}
	d, ok := toDuration(o.get(name))
	if !ok {
		o.bad(name, aDuration)
	}
	return d
}

func (o options) boolean(name string, missing bool) bool {
	if !o.has(name) {
		return missing
	}
	b, ok := o.get(name).(lua.LBool)
	if !ok {
		o.bad(name, "true or false")
	}
	return bool(b)
}

func (o options) integer(name string, lo, hi, missing int64) int64 {
	if !o.has(name) {
		return missing
	}
	i, ok := toInt(o.get(name), lo, hi)
	if !ok {
		o.bad(name, wholeNumber(lo, hi))
	}
	return i
}

func (o options) str(name, missing string) string {
	if !o.has(name) {
		return missing
	}
	s, ok := o.get(name).(lua.LString)
	if !ok {
		o.bad(name, "a string")
	}
	return string(s)
}

// sub is an option that is itself a table of options.
func (o options) sub(name string, names ...string) options {
	inner := options{L: o.L, where: o.where + ": " + name}
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

// choice is an option that is one of some strings.
func (o options) choice(name string, choices ...string) string {
	text, _ := o.get(name).(lua.LString)
	if !slices.Contains(choices, string(text)) {
		quoted := make([]string, len(choices))
		for i, c := range choices {
			quoted[i] = fmt.Sprintf("%q", c)
		}
		o.bad(name, "one of "+list(quoted))
	}
	return string(text)
}
