package luabind

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// distribution reads an option that is a distribution or a plain duration.
func (o options) distribution(name string) core.Distribution {
	d, ok := toDistribution(o.get(name))
	if !ok {
		o.bad(name, aDuration+` or a distribution such as sim.uniform("10ms", "20ms")`)
	}
	if err := d.Validate(); err != nil {
		o.wrong(name, err)
	}
	return d
}

// toDistribution reads a distribution, or a duration that is not negative.
func toDistribution(v lua.LValue) (core.Distribution, bool) {
	if u, ok := v.(*lua.LUserData); ok {
		d, ok := u.Value.(core.Distribution)
		return d, ok
	}
	d, ok := toDuration(v)
	return core.ConstantDelay(d), ok && d >= 0
}

// distributionValue is a distribution as a script sees it: a constant one is a
// number of seconds.
func distributionValue(d core.Distribution) lua.LValue {
	if d.Shape == core.Constant {
		return seconds(d.A)
	}
	return &lua.LUserData{Value: d, Metatable: distributionMeta}
}

var distributionMeta = printedBy(distributionText)

// distributionText tells a distribution as people read it.
func distributionText(d core.Distribution) string {
	a, b := d.A.String(), d.B.String()
	switch d.Shape {
	case core.Constant:
		return a
	case core.Uniform:
		return a + " to " + b
	case core.Cycle:
		return a + " down to " + b + " in steps of " + d.Step.String()
	case core.Exponential:
		return "exponential, mean " + a
	case core.Normal:
		return "normal, mean " + a + ", deviation " + b
	case core.LogNormal:
		return "lognormal, median " + a + ", sigma " + number(d.B.Seconds())
	}
	return "pareto, at least " + a + ", alpha " + number(d.B.Seconds())
}

// distribution pushes d, or raises what is wrong with it.
func distribution(L *lua.LState, d core.Distribution) int {
	if err := d.Validate(); err != nil {
		L.RaiseError("%v", err)
	}
	L.Push(&lua.LUserData{Value: d, Metatable: distributionMeta})
	return 1
}

func simSeconds(L *lua.LState) int {
	L.Push(seconds(checkDuration(L, 1)))
	return 1
}

func simConstant(L *lua.LState) int {
	return distribution(L, core.ConstantDelay(checkDuration(L, 1)))
}

func simUniform(L *lua.LState) int {
	return distribution(L, core.UniformDelay(checkDuration(L, 1), checkDuration(L, 2)))
}

func simNormal(L *lua.LState) int {
	return distribution(L, core.Distribution{Shape: core.Normal, A: checkDuration(L, 1), B: checkDuration(L, 2)})
}

func simExponential(L *lua.LState) int {
	return distribution(L, core.Distribution{Shape: core.Exponential, A: checkDuration(L, 1)})
}

func simLogNormal(L *lua.LState) int {
	return distribution(L, core.Distribution{Shape: core.LogNormal, A: checkDuration(L, 1), B: perBillion(L, 2)})
}

func simPareto(L *lua.LState) int {
	return distribution(L, core.Distribution{Shape: core.Pareto, A: checkDuration(L, 1), B: perBillion(L, 2)})
}

// perBillion reads argument n, a number from 0 to 1000, in parts per billion.
func perBillion(L *lua.LState, n int) time.Duration {
	x := checkNumber(L, n)
	if !(x >= 0 && x <= 1000) {
		badArgument(L, n, "a number from 0 to 1000")
	}
	return time.Duration(math.Round(x * 1e9))
}
