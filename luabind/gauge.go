package luabind

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

func envGauge(L *lua.LState) int {
	e := checkEnv(L)
	name := checkNonEmpty(L, 2)
	gauge, expected := toGauge(L.Get(3))
	if expected != "" {
		badArgument(L, 3, expected)
	}
	if err := e.env.Gauge(name, gauge); err != nil {
		L.RaiseError("%v", err)
	}
	return 0
}

func envGauges(L *lua.LState) int {
	e := checkEnv(L)
	t, values := checkTable(L, 2), map[string]any{}
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		name, named := key.(lua.LString)
		gauge, expected := toGauge(v)
		switch {
		case !named || name == "":
			L.RaiseError("env:gauges: gauges have names, as in {leader = true}; got the key %s", describe(key))
		case expected != "":
			L.RaiseError("env:gauges: gauge %q: expected %s, got %s", string(name), expected, describe(v))
		}
		values[string(name)] = gauge
	}
	if err := e.env.Gauges(values); err != nil {
		L.RaiseError("%v", err)
	}
	return 0
}

// toGauge is a value as core takes it, or what was expected.
func toGauge(v lua.LValue) (gauge any, expected string) {
	switch x := v.(type) {
	case lua.LNumber:
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, "a finite number"
		}
		return float64(x), ""
	case lua.LString:
		return string(x), ""
	case lua.LBool:
		return bool(x), ""
	case *lua.LNilType:
		return nil, ""
	}
	return nil, "a number, a string or a boolean"
}
