package luabind

import (
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/core/history"
)

// luaModel is a model written in Lua, in the VM of the judge. Its states are plain
// data between steps, so that none of them can change another.
type luaModel struct {
	j         *judge
	functions []*lua.LFunction // init, step and, if there is one, equal
	steps     int
	err       error // the first one
}

// checkedSteps are asked twice, to find models that are not pure.
const checkedSteps = 200

// readLuaModel reads the option model.
func readLuaModel(o options) []*lua.LFunction {
	const expected = `the name of a model, such as "register", or {init = fn, step = fn}`
	if _, ok := o.get("model").(*lua.LTable); !ok {
		o.bad("model", expected)
	}
	if o.has("init") {
		o.bad("init", "none: the model has a function init")
	}
	m := o.sub("model", "init", "step", "equal")
	functions := []*lua.LFunction{m.function("init"), m.function("step")}
	if m.has("equal") {
		functions = append(functions, m.function("equal"))
	}
	return functions
}

// function is an option that has to be there.
func (o options) function(name string) *lua.LFunction {
	f, ok := o.get(name).(*lua.LFunction)
	if !ok {
		o.bad(name, "a function")
	}
	return f
}

// model is what package history asks.
func (m *luaModel) model() history.Model {
	made := history.Model{Name: "of the script", Step: m.step}
	switch init, err := m.call(m.functions[0]); {
	case err != nil:
		m.fail(err)
	case len(init) == 0:
		m.fail(errors.New("model: init must return the first state"))
	default:
		made.Init = m.state(init[0])
	}
	if len(m.functions) > 2 {
		made.Equal = m.equal
		if !m.equal(made.Init, made.Init) {
			m.fail(errors.New("model: equal must return true when a state is compared with itself"))
		}
		return made
	}
	made.Hash = func(state any) uint64 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(history.Text(state)))
		return h.Sum64()
	}
	return made
}

func (m *luaModel) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// step asks the model what an operation makes of a state. An operation that nobody
// knows the end of may be refused: then it has changed nothing.
func (m *luaModel) step(state any, o *history.Op) (next any, ok bool, err error) {
	next, ok = m.once(state, o)
	if m.steps++; m.steps <= checkedSteps && m.err == nil {
		again, same := m.once(state, o)
		if m.err == nil && (same != ok || history.Text(again) != history.Text(next)) {
			m.fail(fmt.Errorf("model: step is not pure: in the state %s, %s gave %v and %s, then %v and %s", history.Text(state),
				o.F, ok, history.Text(next), same, history.Text(again)))
		}
	}
	return next, ok || o.Type == history.Info, m.err
}

func (m *luaModel) once(state any, o *history.Op) (next any, ok bool) {
	if m.err != nil {
		return state, false
	}
	given := m.lua(state)
	results, err := m.call(m.functions[1], given, m.operation(o))
	switch {
	case err != nil:
		m.fail(err)
	case len(results) == 0 || results[0].Type() != lua.LTBool:
		got := "nothing"
		if len(results) > 0 {
			got = describe(results[0])
		}
		m.fail(errors.New("model: step must return true or false, and the next state; it returned " + got))
	case len(results) == 1 && results[0] == lua.LTrue && m.steps < checkedSteps && m.changed(given, state):
		m.fail(errors.New("model: step has changed its state and returned none: return true, state"))
	case results[0] == lua.LFalse, len(results) == 1:
		return state, results[0] == lua.LTrue
	default:
		return m.state(results[1]), true
	}
	return state, false
}

// changed says whether a state is no longer what a function was given.
func (m *luaModel) changed(given lua.LValue, state any) bool {
	return given.Type() == lua.LTTable && history.Text(m.state(given)) != history.Text(state)
}

func (m *luaModel) equal(a, b any) bool {
	if m.err != nil {
		return false
	}
	results, err := m.call(m.functions[2], m.lua(a), m.lua(b))
	if err != nil {
		m.fail(err)
	}
	return len(results) > 0 && lua.LVAsBool(results[0])
}

// call calls a function of the model with a budget of its own.
func (m *luaModel) call(fn *lua.LFunction, args ...lua.LValue) ([]lua.LValue, error) {
	v := m.j.v
	v.limit = v.program.instructions()
	v.brake.Progress()
	L, done := v.thread()
	defer done()
	return v.call(L, fn, lua.MultRet, args...)
}

// state is a state as plain data.
func (m *luaModel) state(v lua.LValue) any {
	p := plainer{left: core.MaxPlainBytes}
	state, ok := core.Plain(p.value(v, 0))
	if !ok {
		m.fail(fmt.Errorf("model: a state is too large: at most %d KiB", core.MaxPlainBytes>>10))
	}
	return state
}

// operation is an operation as the model sees it.
func (m *luaModel) operation(o *history.Op) lua.LValue {
	t := m.j.v.L.CreateTable(0, 6)
	t.RawSetString("f", lua.LString(o.F))
	t.RawSetString("key", m.lua(o.Key))
	t.RawSetString("value", m.lua(o.Input))
	t.RawSetString("output", m.lua(o.Output))
	t.RawSetString("type", lua.LString(o.Type))
	return t
}

// lua is plain data as a script sees it.
func (m *luaModel) lua(v any) lua.LValue { return luaOf(m.j.v.L, v) }

// luaOf is plain data, as core.Plain makes it, as a script sees it.
func luaOf(L *lua.LState, v any) lua.LValue {
	switch x := v.(type) {
	case bool:
		return lua.LBool(x)
	case int64:
		return lua.LNumber(x)
	case float64:
		return lua.LNumber(x)
	case string:
		return lua.LString(x)
	case []any:
		t := L.CreateTable(len(x), 0)
		for i, e := range x {
			t.RawSetInt(i+1, luaOf(L, e))
		}
		return t
	case map[string]any:
		t := L.CreateTable(0, len(x))
		for _, k := range slices.Sorted(maps.Keys(x)) {
			t.RawSet(keyOf(k), luaOf(L, x[k]))
		}
		return t
	}
	return lua.LNil
}

// keyOf is a key of a table, as plainer has written it.
func keyOf(name string) lua.LValue {
	if inner, ok := strings.CutPrefix(name, "["); ok && strings.HasSuffix(inner, "]") {
		if n, err := strconv.ParseFloat(strings.TrimSuffix(inner, "]"), 64); err == nil {
			return lua.LNumber(n)
		}
	}
	return lua.LString(name)
}
