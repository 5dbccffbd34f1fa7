package luabind

import (
	"fmt"
	"math"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// What messages call what they expect.
const (
	aDuration   = `a duration (seconds, or a string such as "250ms")`
	notNegative = "a duration that is not negative"
)

// maxDuration bounds durations that a script gives: about 290 years fit an
// int64; a century leaves room for sums.
const maxDuration = 100 * 365 * 24 * time.Hour

// badArgument raises an error about argument n: what was expected, what was
// given. For a method, the object before the colon does not count.
func badArgument(L *lua.LState, n int, expected string) {
	method := 0
	if _, ok := L.Get(1).(*lua.LUserData); ok && n > 1 {
		method = 1
	}
	L.RaiseError("bad argument #%d to '%s': expected %s, got %s", n-method, called(L), expected, describe(L.Get(n)))
}

// called is what a script calls the function of ours that runs. The interpreter
// knows it only from the call in the script, which a pcall has not.
func called(L *lua.LState) string {
	dbg, ok := L.GetStack(0)
	if !ok {
		return "?"
	}
	fn, err := L.GetInfo("fn", dbg, lua.LNil)
	if err != nil {
		return "?"
	}
	if name, known := methodNames[fn]; known {
		return name
	}
	if dbg.Name == "main chunk" || dbg.Name == "corountine" { // the first of a thread, as the interpreter spells it
		return "?"
	}
	return dbg.Name
}

// describe shows a value in a message: its type, and itself when it is short.
func describe(v lua.LValue) string {
	switch x := v.(type) {
	case *lua.LNilType:
		return "nothing"
	case lua.LString:
		if len(x) > 40 {
			x = x[:40] + "…"
		}
		return fmt.Sprintf("%q", string(x))
	case lua.LNumber, lua.LBool:
		return "the " + v.Type().String() + " " + plainText(v)
	case *lua.LTable:
		if key, _ := x.Next(lua.LNil); key == lua.LNil {
			return "an empty table"
		}
	case *lua.LUserData:
		switch x.Value.(type) {
		case core.Distribution:
			return "a distribution"
		case *core.Partition:
			return "a partition"
		}
	}
	kind := kindOf(v)
	if strings.HasPrefix(kind, "e") { // an env, an engine
		return "an " + kind
	}
	return "a " + kind
}

// toDuration reads a duration: a number of seconds or a Go duration string, to
// the nearest nanosecond. One above zero is a nanosecond at least, so that who
// sleeps for what is left of some time gets there.
func toDuration(v lua.LValue) (time.Duration, bool) {
	switch x := v.(type) {
	case lua.LNumber:
		ns := math.Round(float64(x) * 1e9)
		if !(math.Abs(ns) <= float64(maxDuration)) {
			return 0, false
		}
		if x > 0 {
			ns = max(ns, 1)
		}
		return time.Duration(ns), true
	case lua.LString:
		d, err := time.ParseDuration(string(x))
		if d == 0 && err == nil && !strings.HasPrefix(string(x), "-") && strings.ContainsAny(string(x), "123456789") {
			d = 1
		}
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
		badArgument(L, n, notNegative)
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

// checkNonEmpty reads argument n, a name: a string that is not empty.
func checkNonEmpty(L *lua.LState, n int) string {
	name := checkString(L, n)
	if name == "" {
		badArgument(L, n, "a name")
	}
	return name
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
	if lo <= -maxExact && hi >= maxExact {
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
	name := called(L)
	L.RaiseError("%s is a method: call it with a colon, as %s:%s(…)", name, what, name)
	panic("unreachable")
}
