package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// worldObject is what an invariant sees. There is one for all that a VM is asked, and its
// time goes on: one for each would be a third of what an invariant allocates.
type worldObject struct {
	judge  *judge
	world  *core.World
	self   lua.LValue
	fields *lua.LTable
}

func (*worldObject) kind() string { return "world" }

var worldSection = section{
	name: "world:",
	doc: "What an invariant, the function given to sim.always, sees while the run goes on. It only looks, and " +
		"cannot wait. It sees the gauges as they stood one after another: one that was set to 1, 2 and 3 without " +
		"waiting makes three calls, those that env:gauges sets together make one, and so do those of what dies " +
		"together.",
	entries: []entry{
		{"now", "", "True time, in seconds since the start of the run.", nil},
		{"gauges", "(name) -> table",
			"The standing values of a gauge by machine. Where several services of one machine publish " +
				`it, the keys are "machine:service". The table cannot be changed.`, worldGauges},
		{"changed", "() -> array",
			"The gauges that changed since invariants were called last, in order: {name, machine, service, value}; none " +
				"after a fault. One " +
				"that was withdrawn has no value. All that stand, at the first call. An invariant over very many gauges " +
				"is fast when it keeps a sum of its own and looks at these only.", worldChanged},
	},
}

var worldClass = newClass(worldSection)

func newWorld(j *judge) *worldObject {
	w := &worldObject{judge: j}
	w.self = worldClass.wrap(w, field{"now", lua.LNumber(0)})
	w.fields = ownFields(w.self)
	return w
}

// at shows the world as it is now.
func (w *worldObject) at(world *core.World) lua.LValue {
	w.world = world
	w.fields.RawSetString("now", seconds(world.Now))
	return w.self
}

func worldChanged(L *lua.LState) int {
	w := checkSelf[*worldObject](L, "world")
	changed := w.judge.changed(w.world)
	t := L.CreateTable(len(changed), 0)
	for i := range changed {
		g := &changed[i]
		row := L.CreateTable(0, 4)
		row.RawSetString("name", lua.LString(g.Name))
		row.RawSetString("machine", lua.LString(g.Machine))
		row.RawSetString("service", lua.LString(g.Service))
		row.RawSetString("value", gaugeValue(g.Value))
		t.Append(row)
	}
	L.Push(t)
	return 1
}

func worldGauges(L *lua.LState) int {
	w := checkSelf[*worldObject](L, "world")
	L.Push(w.judge.view(w.world, checkString(L, 2)).shown())
	return 1
}

// gaugesTable gathers the values of one gauge, which are ordered by service.
func gaugesTable(L *lua.LState, all []core.GaugeValue) *lua.LTable {
	t := L.CreateTable(0, 0)
	services := map[string]int{}
	for i := range all {
		services[all[i].Machine]++
	}
	for i := range all {
		g := &all[i]
		key := g.Machine
		if services[g.Machine] > 1 {
			key = g.Service
		}
		t.RawSetString(key, gaugeValue(g.Value))
	}
	return t
}

func gaugeValue(value any) lua.LValue {
	switch x := value.(type) {
	case float64:
		return lua.LNumber(x)
	case string:
		return lua.LString(x)
	case bool:
		return lua.LBool(x)
	}
	return lua.LNil
}
