package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// names are what the first argument of a declaration means: one name, or all
// those of a range.
type names struct {
	one  string
	many *core.Range // nil for one
}

// checkNames reads argument n, a name that may have a range.
func checkNames(L *lua.LState, n int) names {
	return parseNames(L, checkNonEmpty(L, n))
}

func parseNames(L *lua.LState, text string) names {
	many, err := core.ParseRange(text)
	if err != nil {
		L.RaiseError("%v", err)
	}
	return names{text, many}
}

func (n names) len() int {
	if n.many == nil {
		return 1
	}
	return n.many.Len()
}

// at is the name at i, from 0 on.
func (n names) at(i int) string {
	if n.many == nil {
		return n.one
	}
	return n.many.Name(n.many.From + i)
}

// index is the number in the name at i, or nil when there is no range.
func (n names) index(i int) lua.LValue {
	if n.many == nil {
		return lua.LNil
	}
	return lua.LNumber(n.many.From + i)
}

// within are the same names on a network, unless they say one themselves.
func (n names) within(L *lua.LState, network string) (all names, moved bool) {
	if onNetwork(n.at(0)) {
		return n, false
	}
	machine, service, several := strings.Cut(n.one, ":")
	if machine += "." + network; several {
		machine += ":" + service
	}
	return parseNames(L, machine), true
}

// onNetwork says whether the name of a service names a network.
func onNetwork(name string) bool {
	machine, _, _ := strings.Cut(name, ":")
	return strings.Contains(machine, ".")
}
