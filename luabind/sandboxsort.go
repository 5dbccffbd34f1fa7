package luabind

import (
	"sort"

	lua "github.com/yuin/gopher-lua"
)

// tableSort sorts the elements 1 to #t.
func tableSort(L *lua.LState) int {
	t := checkTable(L, 1)
	s := sorter{L: L, v: vmOf(L), values: make([]lua.LValue, t.Len())}
	if L.Get(2) != lua.LNil {
		s.before = checkFunction(L, 2)
	}
	for i := range s.values {
		s.values[i] = t.RawGetInt(i + 1)
	}
	defer func() { // also what an error leaves
		for i, value := range s.values {
			t.RawSetInt(i+1, value)
		}
	}()
	sort.Sort(&s)
	return 0
}

// sorter is the elements of a table. The interpreter's own would not be stopped
// by anything.
type sorter struct {
	L      *lua.LState
	v      *vm
	values []lua.LValue
	before *lua.LFunction // nil: <
}

func (s *sorter) Len() int      { return len(s.values) }
func (s *sorter) Swap(i, j int) { s.values[i], s.values[j] = s.values[j], s.values[i] }

func (s *sorter) Less(i, j int) bool {
	s.v.look(s.L)
	if s.before == nil {
		return s.L.LessThan(s.values[i], s.values[j])
	}
	s.L.Push(s.before)
	s.L.Push(s.values[i])
	s.L.Push(s.values[j])
	s.L.Call(2, 1)
	is := lua.LVAsBool(s.L.Get(-1))
	s.L.Pop(1)
	return is
}
