package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// historyObject is what sim.history gives. It does not change: all VMs share it.
type historyObject struct{ name string }

func (*historyObject) kind() string { return "history" }

var historySection = section{
	name: "history:",
	doc: "What clients have asked and were answered, in Jepsen's words: an operation ends as `ok` (it happened), `fail` " +
		"(it did not) or `info` (nobody knows: it may still take effect, at any time). An error that leaves the function " +
		"is `info`, but for those after which nothing can have happened: of kind \"refused\", \"no_route\", \"in_use\" and " +
		"\"no_space\", and history:fail; a read (f is \"read\" or \"get\") that failed is `fail`, too, whatever the error. " +
		"Mind that a function which tries again has tried before: what it raises in the end must be true of all its tries.",
	entries: []entry{
		{"invoke", `(env, {f = "write", key = k, value = v}, fn, ...) -> ...`,
			"Calls fn with the other arguments, and records that as an operation: f is what is done (a string in place of " +
				"the table is f alone), key the object that is meant, where there are several (all of one type; none of an " +
				"operation on all), value what was asked. What fn returns is what was answered, false as well; it is a list when " +
				"it is several values. It returns what fn returns, and raises what it raises; after history:fail it returns nil " +
				"and the reason. A process is at one operation at a time; in the history it goes on under another number after " +
				"`info`. Reports call the operation \"NAME f\".", historyInvoke},
		{"fail", "([reason])", "Ends the operation, inside the function given to invoke: it did not happen, for certain.",
			historyFail},
	},
}

var historyClass = newClass(historySection)

func simHistory(L *lua.LState) int {
	d := declaring(L, "sim.history")
	name := checkString(L, 1)
	if name == "" || slices.Contains(d.scenario.Histories, name) {
		badArgument(L, 1, "a name that no other history has")
	}
	d.scenario.Histories = append(d.scenario.Histories, name)
	L.Push(historyClass.wrap(&historyObject{name}))
	return 1
}

func historyInvoke(L *lua.LState) int {
	h := checkSelf[*historyObject](L, "history")
	e := checkEnvArgument(L, 2)
	asks := h.invocation(L, 3)
	checkFunction(L, 4)
	s := enter(L)
	th := s.v.borrow(s)
	nargs := L.GetTop() - 4
	L.XMoveTo(th, nargs+1)
	var raised *lua.ApiError
	called := false
	_, err := e.env.Invoke(asks, func() (any, error) {
		called, s.invoked = true, h
		defer func() { s.invoked = nil }()
		if raised = s.v.caught(th, nargs); raised != nil {
			return nil, causeOfPanic(raised)
		}
		return func() any { return plainArguments(th, 1) }, nil
	})
	s.leave()
	switch reason, failed := failureOf(raised); {
	case !called:
		return raisedBy(L, err)
	case failed:
		L.Push(lua.LNil)
		L.Push(reason)
		return 2
	case raised != nil:
		panic(raised)
	}
	n := th.GetTop()
	th.XMoveTo(L, n)
	s.v.giveBack(th)
	return n
}

// checkEnvArgument reads argument n, an env.
func checkEnvArgument(L *lua.LState, n int) *envObject {
	if u, ok := L.Get(n).(*lua.LUserData); ok {
		if e, ok := u.Value.(*envObject); ok {
			return e
		}
	}
	badArgument(L, n, `the env of the client, as in h:invoke(env, {f = "read"}, fn)`)
	panic("unreachable")
}

// invocation reads argument n: what is asked.
func (h *historyObject) invocation(L *lua.LState, n int) core.Invocation {
	if f, ok := L.Get(n).(lua.LString); ok && f != "" {
		return core.Invocation{History: h.name, F: string(f)}
	}
	if _, ok := L.Get(n).(*lua.LTable); !ok {
		badArgument(L, n, `what is done, "read" or {f = "write", key = k, value = v}`)
	}
	o := readOptions(L, n, "history:invoke", "f", "key", "value")
	f := o.str("f", "")
	if f == "" {
		o.bad("f", `what is done, such as "write"`)
	}
	p := plainer{left: core.MaxPlainBytes}
	return core.Invocation{History: h.name, F: f, Key: p.value(o.get("key"), 0), Value: p.value(o.get("value"), 0)}
}

func historyFail(L *lua.LState) int {
	h := checkSelf[*historyObject](L, "history")
	reason := optString(L, 2, core.ErrFail.Error())
	switch s := strandOf(L); {
	case s.invoked == nil:
		L.RaiseError("history:fail: no operation of %q is under way here: it has ended already, or was never invoked; call "+
			"it inside the function given to invoke", h.name)
	case s.invoked != h:
		L.RaiseError("history:fail: the operation under way here is of the history %q, not of %q", s.invoked.name, h.name)
	}
	t := L.CreateTable(0, 2)
	t.RawSetString("kind", failKind)
	t.RawSetString("message", lua.LString(reason))
	t.Metatable = worldErrors
	L.Error(t, 0)
	return 0
}

// failKind is the kind of the error that history:fail raises.
const failKind = lua.LString("fail")

// failureOf finds the reason in what history:fail has raised.
func failureOf(raised *lua.ApiError) (reason lua.LValue, failed bool) {
	if raised == nil {
		return nil, false
	}
	t, ok := raised.Object.(*lua.LTable)
	if !ok || t.Metatable != worldErrors || t.RawGetString("kind") != failKind {
		return nil, false
	}
	return t.RawGetString("message"), true
}
