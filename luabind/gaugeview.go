package luabind

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// gaugeView is what world:gauges shows of one gauge: a table that is kept from
// one call of an invariant to the next and follows what changes. Scripts get it
// behind an empty table, so that none can change it.
type gaugeView struct {
	values *lua.LTable
	meta   *lua.LTable                      // of the empty tables before it
	of     map[string]map[string]lua.LValue // by machine, then service
	gone   int                              // keys that values had, and its order still has
}

func newGaugeView(all []core.GaugeValue) *gaugeView {
	v := &gaugeView{values: newTable(), of: map[string]map[string]lua.LValue{}}
	v.meta = viewOf(v.values, refuseChangeOfView)
	for i := range all {
		v.change(&all[i])
	}
	return v
}

var refuseChangeOfView = goFunction(func(L *lua.LState) int {
	L.RaiseError("what world:gauges returns cannot be changed")
	return 0
})

// shown is the view as a script sees it.
func (v *gaugeView) shown() *lua.LTable { return &lua.LTable{Metatable: v.meta} }

// worn says that a fresh view is better: pairs goes through what is gone, too.
func (v *gaugeView) worn() bool { return v.gone > 16+len(v.of) }

// change follows a gauge. A machine is a key while one of its services has the
// gauge, and its services are while several do.
func (v *gaugeView) change(g *core.GaugeValue) {
	services := v.of[g.Machine]
	value := gaugeValue(g.Value)
	before := len(services)
	switch {
	case value != lua.LNil && services == nil:
		services = map[string]lua.LValue{g.Service: value}
		v.of[g.Machine] = services
	case value != lua.LNil:
		services[g.Service] = value
	case services[g.Service] == nil:
		return // it did not stand
	default:
		delete(services, g.Service)
	}
	switch after := len(services); {
	case before > 1 && after > 1:
		v.set(g.Service, value)
	case before <= 1 && after <= 1:
		v.set(g.Machine, value)
	default:
		v.rename(g, services)
	}
	if len(services) == 0 {
		delete(v.of, g.Machine)
	}
}

// rename changes the keys of a machine when a second service has the gauge, or
// the second last has it no more.
func (v *gaugeView) rename(g *core.GaugeValue, services map[string]lua.LValue) {
	names := slices.Sorted(maps.Keys(services))
	if len(names) == 1 {
		v.set(g.Service, lua.LNil)
		v.set(names[0], lua.LNil)
		v.set(g.Machine, services[names[0]])
		return
	}
	v.set(g.Machine, lua.LNil)
	for _, name := range names {
		v.set(name, services[name])
	}
}

func (v *gaugeView) set(key string, value lua.LValue) {
	if value == lua.LNil {
		v.gone++
	}
	v.values.RawSetString(key, value)
}
