package luabind

import (
	"time"

	lua "github.com/yuin/gopher-lua"
)

// objects is what a VM keeps for the objects it shows to a script.
type objects struct {
	reading string // what must not wait now, a transaction's "update" or "view"
	scratch []byte // for the bytes of a value on its way out; nil while in use
	world   *worldObject
}

// class is the metatable of one kind of object, shared by all VMs and changed
// by none: scripts cannot reach it.
type class struct {
	meta    *lua.LTable
	methods *lua.LTable
}

// newClass makes the metatable for the methods of a section. The object's field
// method is asked for what is no method; it returns nil for what is no field
// either.
func newClass(s section) *class {
	c := &class{meta: &lua.LTable{Metatable: lua.LNil}, methods: &lua.LTable{Metatable: lua.LNil}}
	for _, e := range s.entries {
		if e.fn != nil {
			c.methods.RawSetString(e.name, goFunction(e.fn))
		}
	}
	c.meta.RawSetString("__index", goFunction(func(L *lua.LState) int { return c.index(L, s) }))
	c.meta.RawSetString("__newindex", goFunction(func(L *lua.LState) int {
		L.RaiseError("%s cannot be changed", kindOf(L.Get(1)))
		return 0
	}))
	c.meta.RawSetString("__tostring", goFunction(func(L *lua.LState) int {
		L.Push(lua.LString(kindOf(L.Get(1))))
		return 1
	}))
	return c
}

func goFunction(fn lua.LGFunction) *lua.LFunction { return &lua.LFunction{IsG: true, GFunction: fn} }

// object is what a script holds of the world, as a userdata.
type object interface {
	kind() string                 // as kindOf names it
	field(name string) lua.LValue // or nil
}

// wrap shows an object of this class to a script.
func (c *class) wrap(o object) lua.LValue { return &lua.LUserData{Value: o, Metatable: c.meta} }

// index finds a method or a field. A name that is neither is an error.
func (c *class) index(L *lua.LState, s section) int {
	name, ok := L.Get(2).(lua.LString)
	if ok {
		if method := c.methods.RawGetString(string(name)); method != lua.LNil {
			L.Push(method)
			return 1
		}
		if v := L.Get(1).(*lua.LUserData).Value.(object).field(string(name)); v != nil {
			L.Push(v)
			return 1
		}
	}
	L.RaiseError("%s: %s", kindOf(L.Get(1)), unknown("name", renderKey(L.Get(2)), s.names()))
	return 0
}

func renderKey(key lua.LValue) string {
	if name, ok := key.(lua.LString); ok {
		return string(name)
	}
	return renderValue(key)
}

// names lists what the section has.
func (s section) names() []string {
	names := make([]string, len(s.entries))
	for i, e := range s.entries {
		names[i] = e.name
	}
	return names
}

// wait runs a call of core that may wait, and raises its error. What says what
// waits: "receive".
func (v *vm) wait(L *lua.LState, what string, call func() error) {
	if outer := v.objects.reading; outer != "" {
		L.RaiseError("%s must not wait, and %s does: only the transaction's own calls belong here", outer, what)
	}
	if err := v.park(L, call); err != nil {
		v.raise(L, err)
	}
}

// protect runs fn, which calls into Lua, on the way through a function of core
// that must see how it ended. What fn raised has to be raised again with panic
// once core has returned: the interpreter's stack still is where it was raised.
func protect(fn func()) (raised any, err error) {
	defer func() {
		if raised = recover(); raised != nil {
			passKilled(raised)
			err = causeOfPanic(raised)
		}
	}()
	fn()
	return nil, nil
}

// seconds is a duration as scripts see it.
func seconds(d time.Duration) lua.LNumber { return lua.LNumber(d.Seconds()) }
