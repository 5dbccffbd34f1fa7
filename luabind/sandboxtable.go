package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func tableConcat(L *lua.LState) int {
	t, separator := checkTable(L, 1), L.OptString(2, "")
	var b strings.Builder
	from, to := optInt(L, 3, 1), optInt(L, 4, t.Len())
	for i := from; i <= to; i++ {
		v := t.RawGetInt(i)
		if !lua.LVCanConvToString(v) {
			L.RaiseError("table.concat: element %d is a %s, not a string or a number", i, v.Type())
		}
		b.WriteString(plainText(v))
		if i < to {
			b.WriteString(separator)
		}
		boundString(L, b.Len())
	}
	L.Push(lua.LString(b.String()))
	return 1
}

// tableInsert puts a value at the end of an array, or at a position.
func tableInsert(L *lua.LState) int {
	t := checkTable(L, 1)
	switch L.GetTop() {
	case 2:
		t.Append(L.Get(2))
		return 0
	case 3:
	default:
		L.RaiseError("wrong number of arguments to 'insert': it takes a table, a position if it is not the end, and a value")
	}
	at := luaInt(L, 2)
	if at < 1 {
		badArgument(L, 2, "a position from 1 on")
	}
	t.Insert(at, L.Get(3))
	return 0
}

// tableRemove takes the last element of an array, or that at a position. The
// interpreter's own takes what lies behind it, when elements at the end were set to nil.
func tableRemove(L *lua.LState) int {
	t := checkTable(L, 1)
	n := t.Len()
	at := optInt(L, 2, n)
	if at < 1 || at > n {
		L.Push(lua.LNil)
	} else {
		L.Push(t.Remove(at))
	}
	return 1
}
