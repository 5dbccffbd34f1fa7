package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// plainArguments are the values on the stack from n on as core.Plain takes
// them: nil when there is none, one as it is, several as a list.
func plainArguments(L *lua.LState, n int) any {
	p := plainer{left: core.MaxPlainBytes/16 + 1}
	if L.GetTop() <= n {
		return p.value(L.Get(n), 0)
	}
	var list []any
	for i := n; i <= L.GetTop(); i++ {
		list = append(list, p.value(L.Get(i), 1))
	}
	return list
}

// plainer makes plain data of Lua values. A table is a list when its keys are
// 1..n, as on the wire; keys that are no strings are written as in a table
// constructor: "[1]". What cannot be copied is the name of its kind. It stops
// where core.Plain finds the value oversize.
type plainer struct{ left int }

func (p *plainer) value(v lua.LValue, depth int) any {
	p.left--
	switch x := v.(type) {
	case *lua.LNilType:
		return nil
	case lua.LBool:
		return bool(x)
	case lua.LNumber:
		return float64(x)
	case lua.LString:
		return string(x)
	case *lua.LTable:
		return p.table(x, depth+1)
	}
	return kindOf(v)
}

func (p *plainer) table(t *lua.LTable, depth int) any {
	if depth > core.MaxPlainDepth+1 {
		return nil
	}
	t = behind(t)
	if n := t.Len(); isArray(t, n) {
		list := []any{}
		for i := 1; i <= n && p.left >= 0; i++ {
			list = append(list, p.value(t.RawGetInt(i), depth))
		}
		return list
	}
	all := map[string]any{}
	for key, v := t.Next(lua.LNil); key != lua.LNil && p.left >= 0; key, v = t.Next(key) {
		name, isText := key.(lua.LString)
		if !isText {
			name = lua.LString("[" + renderValue(key) + "]")
		}
		all[string(name)] = p.value(v, depth)
	}
	return all
}
