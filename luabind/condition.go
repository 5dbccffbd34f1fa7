package luabind

import lua "github.com/yuin/gopher-lua"

// conditionObject is what processes of one service wait for until another says
// that something has changed.
type conditionObject struct {
	v    *vm
	in   processes
	self lua.LValue
	line line
}

func (*conditionObject) kind() string { return "condition" }

var conditionSection = section{
	name: "condition:",
	doc: "A condition variable, made by env:condition: processes wait at it until another process of the service says " +
		"that something has changed. A signal that nobody waits for is lost, so wait in a loop that looks first: " +
		"`while not leader do changed:wait() end`.",
	entries: []entry{
		{"wait", "([timeout])", `Waits for a signal. Kind of error: "timeout".`, conditionWait},
		{"signal", "()", "Wakes the process that has waited longest, if there is one.", conditionSignal},
		{"broadcast", "()", "Wakes all processes that wait, in the order they came.", conditionBroadcast},
	},
}

var conditionClass = newClass(conditionSection)

func (v *vm) newCondition(in processes) lua.LValue {
	c := &conditionObject{v: v, in: in}
	c.self = conditionClass.wrap(c)
	return c.self
}

func checkCondition(L *lua.LState) *conditionObject {
	return checkSelf[*conditionObject](L, "condition")
}

func (c *conditionObject) take() *outcome { return nil }
func (c *conditionObject) waiting() *line { return &c.line }

func conditionWait(L *lua.LState) int {
	c := checkCondition(L)
	c.v.await(L, "wait", c.in, optTimeout(L, 2), c)
	return 0
}

func conditionSignal(L *lua.LState) int {
	c := checkCondition(L)
	c.line.next(&outcome{of: c.self})
	return 0
}

func conditionBroadcast(L *lua.LState) int {
	c := checkCondition(L)
	c.line.all(&outcome{of: c.self})
	return 0
}
