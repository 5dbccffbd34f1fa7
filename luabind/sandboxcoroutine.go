package luabind

import lua "github.com/yuin/gopher-lua"

// Coroutines are the interpreter's own, with the budget of the process that
// resumes them. A power cut passes through them.

// original is the interpreter's function of the coroutine library.
var original = func() func(name string) lua.LGFunction {
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	L.Push(L.NewFunction(lua.OpenCoroutine))
	L.Call(0, 0)
	functions := L.GetGlobal(lua.CoroutineLibName).(*lua.LTable)
	return func(name string) lua.LGFunction { return functions.RawGetString(name).(*lua.LFunction).GFunction }
}()

var (
	originalCreate = original("create")
	originalResume = original("resume")
)

func coCreate(L *lua.LState) int {
	checkFunction(L, 1)
	context := L.RemoveContext()
	n := originalCreate(L)
	L.SetContext(context)
	L.Get(-1).(*lua.LState).SetContext(context)
	return n
}

// resume runs the coroutine at index 1 of L until it yields, ends or fails.
// It returns how many values are on top of the stack: true or false, and what
// goes with it.
func resume(L *lua.LState) int {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		badArgument(L, 1, "a coroutine")
	}
	if th.Parent != nil && th != L.G.CurrentThread {
		L.Push(lua.LFalse)
		L.Push(lua.LString("cannot resume a coroutine that is not suspended"))
		return 2
	}
	s := enter(L)
	current := L.G.CurrentThread
	th.SetContext(s)
	n := originalResume(L)
	L.G.CurrentThread = current
	s.leave()
	if failed := L.Get(-n) == lua.LFalse; failed {
		s.v.passDoom(&lua.ApiError{Type: lua.ApiErrorRun, Object: L.Get(-1)})
		if text, ok := L.Get(-1).(lua.LString); ok {
			L.Pop(1)
			L.Push(lua.LString(tidy(string(text))))
		}
	}
	return n
}

func coResume(L *lua.LState) int { return resume(L) }

func coWrap(L *lua.LState) int {
	coCreate(L)
	L.Push(L.NewClosure(wrapped, L.Get(-1)))
	return 1
}

// wrapped resumes its coroutine and raises its error.
func wrapped(L *lua.LState) int {
	L.Insert(L.Get(lua.UpvalueIndex(1)), 1)
	n := resume(L)
	if L.Get(-n) == lua.LFalse {
		L.Error(L.Get(-1), 0)
	}
	return n - 1
}

// coYield gives control back to resume.
func coYield(L *lua.LState) int {
	if L.Parent == nil {
		L.RaiseError("yield outside of a coroutine, or through a pcall")
	}
	if barrier := yieldBarrier(L); barrier != "" {
		L.RaiseError("a coroutine cannot yield through %s", barrier)
	}
	return -1
}

func coRunning(L *lua.LState) int {
	if current := L.G.CurrentThread; current.Parent != nil {
		L.Push(current)
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func coStatus(L *lua.LState) int {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		badArgument(L, 1, "a coroutine")
	}
	status := "suspended"
	switch {
	case th.Dead:
		status = "dead"
	case th == L.G.CurrentThread:
		status = "running"
	case th.Parent != nil:
		status = "normal"
	}
	L.Push(lua.LString(status))
	return 1
}
