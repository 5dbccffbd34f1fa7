package luabind

import (
	"errors"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// An error of the world reaches a script as a table with a kind ("timeout") and
// a message. tostring shows the message, and so does putting it behind a text
// with "..". A script may raise it again; when it leaves the script, its cause
// is the error of core that it was made of.

// worldErrors is the metatable of all of them.
var worldErrors = func() *lua.LTable {
	meta := &lua.LTable{Metatable: lua.LNil}
	meta.RawSetString("__tostring", goFunction(func(L *lua.LState) int {
		L.Push(lua.LString(errorText(L.Get(1))))
		return 1
	}))
	meta.RawSetString("__concat", goFunction(func(L *lua.LState) int {
		L.Push(lua.LString(errorText(L.Get(1)) + errorText(L.Get(2))))
		return 1
	}))
	meta.RawSetString("__metatable", lua.LFalse)
	return meta
}()

// errorText is the message of an error object, or a text itself.
func errorText(v lua.LValue) string {
	if t, ok := v.(*lua.LTable); ok {
		return lua.LVAsString(t.RawGetString("message"))
	}
	return lua.LVAsString(v)
}

// raise raises an error of core in the script, as a table when it has a kind,
// and as a text with file and line when it has none. It does not return.
func (v *vm) raise(L *lua.LState, err error) {
	kind := core.ErrorKind(err)
	if kind == "" {
		L.RaiseError("%s", err.Error())
	}
	if errors.Is(err, core.ErrStopped) {
		v.refused(L)
	}
	t := L.CreateTable(0, 2)
	t.RawSetString("kind", lua.LString(kind))
	t.RawSetString("message", lua.LString(err.Error()))
	t.Metatable = worldErrors
	throw(L, t)
}

// refused warns of a process that never understands that it is to stop.
func (v *vm) refused(L *lua.LState) {
	s := strandOf(L)
	env, ok := v.world.(core.Env)
	if s.stops++; s.stops != core.MaxStops || !ok {
		return
	}
	s.at = L
	env.Log(core.Warn, s.where()+": the service was asked to stop, and a pcall swallowed the error of kind \"stopped\" "+
		"again and again: this process waits for its kill. A loop that tries again ends with: until ok or env:stopping()")
	s.at = nil
}

// worldError is an error that went through a script.
type worldError struct {
	message string
	cause   error
}

func (e *worldError) Error() string { return e.message }
func (e *worldError) Unwrap() error { return e.cause }

// ownError is an error table of a script with a kind of its own.
type ownError struct{ kind string }

func (e ownError) Error() string { return e.kind }

// Kind is what reports count the error as.
func (e ownError) Kind() string { return e.kind }

// causeOf is the error of core in an error object, or one with the kind that a
// table of the script says, or nil.
func causeOf(object lua.LValue) error {
	t, ok := object.(*lua.LTable)
	if !ok {
		return nil
	}
	kind, ok := t.RawGetString("kind").(lua.LString)
	if !ok {
		return nil
	}
	if t.Metatable != worldErrors {
		return ownError{string(kind)}
	}
	if err := core.ErrorOfKind(string(kind)); err != nil {
		return &worldError{errorText(t), err}
	}
	if lua.LString(kind) == failKind {
		return &worldError{errorText(t), core.ErrFail}
	}
	return nil
}

// errScript stands for an error of a script's own making.
var errScript = errors.New("error of the script")

// causeOfPanic is causeOf for what the interpreter panics with.
func causeOfPanic(raised any) error {
	var api *lua.ApiError
	if err, ok := raised.(error); ok && errors.As(err, &api) {
		if cause := causeOf(api.Object); cause != nil {
			return cause
		}
	}
	return errScript
}

// connectionKinds are the kinds of errors that, when they leave the handler of a
// connection, end no more than that: what the network says, or a stop of the
// service.
var connectionKinds = []string{"timeout", "refused", "reset", "closed", "no_route", "addr_not_available", "stopped"}

func endsConnection(err error) bool { return slices.Contains(connectionKinds, core.ErrorKind(err)) }
