package luabind

import lua "github.com/yuin/gopher-lua"

// A view shows the script a table that it cannot change: an empty table, whose
// metatable finds everything in the other. What refuses changes tells which
// tables are views.

// viewOf makes the metatable of views of a table.
func viewOf(values *lua.LTable, refuse *lua.LFunction) *lua.LTable {
	meta := lookup(values)
	meta.RawSetString("__newindex", refuse)
	return meta
}

// behind is t, or what t is a view of: what goes through tables sees through views.
func behind(t *lua.LTable) *lua.LTable {
	meta, ok := t.Metatable.(*lua.LTable)
	if !ok {
		return t
	}
	switch meta.RawGetString("__newindex") {
	case refuseChangeOfView, refuseChangeOfParams:
		return meta.RawGetString("__index").(*lua.LTable)
	}
	return t
}
