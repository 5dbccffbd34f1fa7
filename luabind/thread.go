package luabind

import lua "github.com/yuin/gopher-lua"

// threads are Lua threads that nobody uses, of whatever VM of a run. To make one
// takes 6 KiB, most of it for global variables that it never has.
type threads struct{ spare []*lua.LState }

// maxSpare bounds the threads that are kept to be used again.
const maxSpare = 256

// thread makes a Lua thread for a new process, with a budget. The function
// returned gives the thread back when the process has ended.
func (v *vm) thread() (*lua.LState, func()) {
	s := &strand{v: v}
	L := v.borrow(s)
	return L, func() {
		if !s.dirty {
			v.giveBack(L)
		}
	}
}

// borrow takes a thread with an empty stack.
func (v *vm) borrow(s *strand) *lua.LState {
	var L *lua.LState
	if n := len(v.threads.spare); n > 0 {
		L, v.threads.spare = v.threads.spare[n-1], v.threads.spare[:n-1]
		L.G, L.Env = v.L.G, v.L.Env
	} else {
		L = v.newThread()
	}
	L.SetContext(s)
	return L
}

// newThread makes a thread without the child context that NewThread would
// otherwise derive.
func (v *vm) newThread() *lua.LState {
	context := v.L.RemoveContext()
	L, _ := v.L.NewThread()
	v.L.SetContext(context)
	L.Panic = raise
	return L
}

// giveBack keeps a thread whose last call ended without an error.
func (v *vm) giveBack(L *lua.LState) {
	if len(v.threads.spare) < maxSpare && L.GetTop() == 0 {
		v.threads.spare = append(v.threads.spare, L)
	}
}
