package luabind

import (
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// objects is what a VM keeps for the objects it shows to a script.
type objects struct {
	transaction string // what must not wait now: "db:update" or "db:view"
	scratch     []byte // for the bytes of a value on its way out; nil while in use
}

// class is one kind of object. Its tables are shared by all VMs and changed by
// none: scripts cannot reach them.
type class struct {
	meta      *lua.LTable // of objects without fields
	inherited *lua.LTable // the metatable of an object's fields: it finds methods
}

// methodNames is filled while the program starts, and only read afterwards.
var methodNames = map[lua.LValue]string{}

// newClass makes the class whose methods a section lists.
func newClass(s section) *class {
	methods := newTable()
	for _, e := range s.entries {
		if e.fn != nil {
			fn := goFunction(e.fn)
			methods.RawSetString(e.name, fn)
			methodNames[fn] = e.name
		}
	}
	kind := strings.TrimSuffix(s.name, ":")
	missing := func(L *lua.LState) int {
		name := renderKey(L.Get(2))
		if !s.hasField(name) {
			L.RaiseError("%s: %s", kind, core.Unknown("name", name, s.names()))
		}
		L.Push(lua.LNil)
		return 1
	}
	methods.Metatable = lookup(goFunction(missing))
	// The fields of an object keep the methods it has used, so that the next
	// call finds them at once.
	inherited := lookup(goFunction(func(L *lua.LState) int {
		name, ok := L.Get(2).(lua.LString)
		method := methods.RawGetString(string(name))
		if !ok || method == lua.LNil {
			return missing(L)
		}
		L.Get(1).(*lua.LTable).RawSetString(string(name), method)
		L.Push(method)
		return 1
	}))
	return &class{meta: metatable(methods), inherited: inherited}
}

// metatable makes the metatable of an object.
func metatable(index *lua.LTable) *lua.LTable {
	meta := lookup(index)
	meta.RawSetString("__newindex", refuseChange)
	meta.RawSetString("__tostring", showKind)
	return meta
}

var (
	refuseChange = goFunction(func(L *lua.LState) int {
		L.RaiseError("%s cannot be changed", kindOf(L.Get(1)))
		return 0
	})
	showKind = goFunction(func(L *lua.LState) int {
		L.Push(lua.LString(kindOf(L.Get(1))))
		return 1
	})
)

func goFunction(fn lua.LGFunction) *lua.LFunction { return &lua.LFunction{IsG: true, GFunction: fn} }

// object is what a script holds of the world, as a userdata.
type object interface{ kind() string }

// field is a name of an object that is no method.
type field struct {
	name  string
	value lua.LValue
}

// wrap shows an object to a script.
func (c *class) wrap(o object, fields ...field) lua.LValue {
	if len(fields) == 0 {
		return &lua.LUserData{Value: o, Metatable: c.meta}
	}
	own := smallTable()
	own.Metatable = c.inherited
	for _, f := range fields {
		own.RawSetString(f.name, f.value)
	}
	return &lua.LUserData{Value: o, Metatable: metatable(own)}
}

// printedBy is the metatable of a value of core that a script only prints and hands on.
func printedBy[T any](text func(T) string) *lua.LTable {
	meta := lookup(newTable())
	meta.RawSetString("__tostring", goFunction(func(L *lua.LState) int {
		L.Push(lua.LString(text(L.CheckUserData(1).Value.(T))))
		return 1
	}))
	return meta
}

// ownFields is where an object has them.
func ownFields(o lua.LValue) *lua.LTable {
	return o.(*lua.LUserData).Metatable.(*lua.LTable).RawGetString("__index").(*lua.LTable)
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

// hasField says whether objects of the section may have a field of this name;
// one that is nil is not there.
func (s section) hasField(name string) bool {
	return slices.ContainsFunc(s.entries, func(e entry) bool { return e.fn == nil && e.name == name })
}

// wait runs a call of core that may wait, and raises its error. What says what
// waits: "receive".
func (v *vm) wait(L *lua.LState, what string, call func() error) {
	if outer := v.objects.transaction; outer != "" {
		L.RaiseError("%s must not wait, and %s does: only the transaction's own calls belong here", outer, what)
	}
	s := strandOf(L)
	s.at, s.doing = L, what
	err := v.park(L, call)
	s.at = nil
	if err != nil {
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
