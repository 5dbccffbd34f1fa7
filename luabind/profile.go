package luabind

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua/core"
)

// profileKeys are the fields of a profile table.
var profileKeys = []string{"name", "delay", "loss", "log", "tcp"}

// checkProfile reads argument n, a profile: a table.
func checkProfile(L *lua.LState, n int) core.Profile {
	if _, ok := L.Get(n).(*lua.LTable); !ok {
		badArgument(L, n, "a profile such as sim.profile.internet or {delay = \"20ms\", loss = 0.01}")
	}
	o := readOptions(L, n, "profile", profileKeys...)
	p := core.Profile{Name: o.str("name", "own"), Log: o.str("log", core.LogFaults), TCP: core.TCPMode(o.str("tcp", ""))}
	if p.Log == "" {
		o.bad("log", `"none", "faults", "all" or the name of a machine`)
	}
	if p.TCP != core.TCPFull && p.TCP != core.TCPSimple {
		o.bad("tcp", `"simple", or nothing`)
	}
	p.Delay = o.distribution("delay")
	p.Loss = o.probability("loss")
	return p
}

// distribution reads an option that is a distribution or a plain duration.
func (o options) distribution(name string) core.Distribution {
	switch x := o.get(name).(type) {
	case *lua.LNilType:
		return core.ConstantDelay(0)
	case *lua.LUserData:
		if d, ok := x.Value.(core.Distribution); ok {
			return d
		}
	}
	d, ok := toDuration(o.get(name))
	if !ok || d < 0 {
		o.bad(name, aDuration+` or a distribution such as sim.uniform("10ms", "20ms")`)
	}
	delay := core.ConstantDelay(d)
	if err := delay.Validate(); err != nil {
		o.L.RaiseError("%s: option %q: %v", o.where, name, err)
	}
	return delay
}

func (o options) probability(name string) core.Probability {
	if !o.has(name) {
		return core.Never
	}
	x, ok := o.get(name).(lua.LNumber)
	if !ok {
		o.bad(name, "a probability, a number from 0 to 1")
	}
	p, err := core.NewProbability(float64(x))
	if err != nil {
		o.L.RaiseError("%s: option %q: %v", o.where, name, err)
	}
	return p
}

// profileTable is a built-in profile as a script sees it: a table to be used,
// or copied and changed.
func profileTable(L *lua.LState, p core.Profile) *lua.LTable {
	t := L.CreateTable(0, 4)
	t.RawSetString("name", lua.LString(p.Name))
	t.RawSetString("delay", pushable(L, p.Delay))
	t.RawSetString("loss", lua.LNumber(float64(p.Loss)/float64(core.Always)))
	if p.Log != "" {
		t.RawSetString("log", lua.LString(p.Log))
	}
	return t
}

// missingProfile makes a built-in profile when it is first used.
func missingProfile(L *lua.LState) int {
	name := toText(L, L.Get(2))
	var names []string
	for _, p := range core.Profiles {
		if p.Name == name {
			t := profileTable(L, p.Up)
			L.Get(1).(*lua.LTable).RawSetString(name, t)
			L.Push(t)
			return 1
		}
		names = append(names, p.Name)
	}
	L.RaiseError("sim.profile: %s", unknown("profile", name, names))
	return 0
}

func pushable(L *lua.LState, d core.Distribution) *lua.LUserData {
	u := L.NewUserData()
	u.Value = d
	return u
}

// distribution pushes d, or raises what is wrong with it.
func distribution(L *lua.LState, d core.Distribution) int {
	if err := d.Validate(); err != nil {
		L.RaiseError("%v", err)
	}
	L.Push(pushable(L, d))
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
