package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// standIn marks the functions that stand for something else in a script.
var standIn = newTable()

func standInFor(fn lua.LGFunction) *lua.LFunction {
	f := goFunction(fn)
	f.Env = standIn
	return f
}

// concatFunction makes the function that stands for a chain of .. with these
// operands. It is part of the compiled code, and all VMs share it.
func concatFunction(names []string) *lua.LFunction {
	return standInFor(func(L *lua.LState) int { return concat(L, names) })
}

// concat joins all arguments.
func concat(L *lua.LState, names []string) int {
	n := L.GetTop()
	if n == 2 { // most are
		a, isText := L.Get(1).(lua.LString)
		b, areTexts := L.Get(2).(lua.LString)
		if isText && areTexts {
			boundString(L, len(a)+len(b))
			L.Push(a + b)
			return 1
		}
	}
	parts := make([]string, 0, 16)
	size := 0
	for i := 1; i <= n; i++ {
		v := L.Get(i)
		if !lua.LVCanConvToString(v) {
			return concatValues(L, names)
		}
		text := plainText(v)
		parts = append(parts, text)
		size += len(text)
	}
	boundString(L, size)
	L.Push(lua.LString(strings.Join(parts, "")))
	return 1
}

// concatValues joins from the right, asking metamethods where there are some.
func concatValues(L *lua.LState, names []string) int {
	right := L.Get(len(names))
	for i := len(names) - 1; i > 0; i-- {
		left := L.Get(i)
		if lua.LVCanConvToString(left) && lua.LVCanConvToString(right) {
			a, b := plainText(left), plainText(right)
			boundString(L, len(a)+len(b))
			right = lua.LString(a + b)
			continue
		}
		method := L.GetMetaField(left, "__concat")
		if method == lua.LNil {
			method = L.GetMetaField(right, "__concat")
		}
		if method == lua.LNil {
			if !lua.LVCanConvToString(right) && i == len(names)-1 {
				refuseConcat(L, right, names[i])
			}
			refuseConcat(L, left, names[i-1])
		}
		L.Push(method)
		L.Push(left)
		L.Push(right)
		L.Call(2, 1)
		right = L.Get(-1)
		L.Pop(1)
	}
	L.Push(right)
	return 1
}

func refuseConcat(L *lua.LState, v lua.LValue, name string) {
	if name != "" {
		name = " (" + name + ")"
	}
	L.RaiseError("attempt to concatenate a %s value%s", v.Type(), name)
}

// isStandIn says whether the function at a level of the stack is none that a
// script knows of.
func isStandIn(L *lua.LState, level int) bool {
	frame, ok := L.GetStack(level)
	if !ok {
		return false
	}
	value, err := L.GetInfo("f", frame, lua.LNil)
	fn, ok := value.(*lua.LFunction)
	return err == nil && ok && fn.Env == standIn
}
