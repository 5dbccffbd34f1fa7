package luabind

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// address names an object without a text of its own: "table: 3". Objects are
// numbered in the order in which they are first shown.
func (v *vm) address(object lua.LValue) string {
	n, known := v.numbers[object]
	if !known {
		v.numbered++
		n = v.numbered
		v.number(object, n)
	}
	return object.Type().String() + ": " + strconv.Itoa(n)
}

func (v *vm) number(object lua.LValue, n int) {
	if v.numbers == nil {
		v.numbers = map[lua.LValue]int{}
	}
	v.numbers[object] = n
}

// toText is tostring.
func toText(L *lua.LState, value lua.LValue) string {
	switch x := value.(type) {
	case lua.LString, lua.LNumber, lua.LBool, *lua.LNilType:
		return plainText(x)
	}
	if fn := L.GetMetaField(value, "__tostring"); fn != lua.LNil {
		L.Push(fn)
		L.Push(value)
		L.Call(1, 1)
		text, ok := L.Get(-1).(lua.LString)
		L.Pop(1)
		if !ok {
			L.RaiseError("__tostring must return a string")
		}
		return string(text)
	}
	return vmOf(L).address(value)
}

// luaNext is next, which sees through views.
func luaNext(L *lua.LState) int { return pushNext(L, behind(L.CheckTable(1))) }

func pushNext(L *lua.LState, t *lua.LTable) int {
	key, value := t.Next(present(t, L.Get(2)))
	L.Push(key)
	if key == lua.LNil {
		return 1
	}
	L.Push(value)
	return 2
}

// present is a key behind which the interpreter finds what comes behind this one: of
// an element that is behind the end of an array by now, the end.
func present(t *lua.LTable, key lua.LValue) lua.LValue {
	x, ok := key.(lua.LNumber)
	if !ok || x < 1 || x != lua.LNumber(int(x)) || int(x) >= lua.MaxArrayIndex {
		return key
	}
	switch n := arrayLen(t); {
	case int(x) <= n:
		return key
	case n > 0:
		return lua.LNumber(n)
	}
	return lua.LNil
}

// luaPairs is pairs, which does so, too.
func luaPairs(L *lua.LState) int {
	L.Push(nextPair)
	L.Push(behind(L.CheckTable(1)))
	L.Push(lua.LNil)
	return 3
}

// nextPair is what luaPairs gives to loops.
var nextPair = goFunction(func(L *lua.LState) int { return pushNext(L, L.CheckTable(1)) })

func luaToString(L *lua.LState) int {
	L.Push(lua.LString(toText(L, L.CheckAny(1))))
	return 1
}

func luaPrint(L *lua.LState) int {
	texts := make([]string, L.GetTop())
	for i := range texts {
		texts[i] = toText(L, L.Get(i+1))
	}
	v := vmOf(L)
	if text := strings.Join(texts, "\t"); v.print != nil {
		v.print(text)
	}
	return 0
}

// luaAssert keeps error objects as they are; a text gets its position.
func luaAssert(L *lua.LState) int {
	if lua.LVAsBool(L.CheckAny(1)) {
		return L.GetTop()
	}
	switch message := L.Get(2).(type) {
	case *lua.LNilType:
		L.RaiseError("assertion failed!")
	case lua.LString:
		L.RaiseError("%s", string(message))
	default:
		L.Error(message, 0)
	}
	return 0
}

// luaError raises any value; a text gets the position of the caller, or of the
// function that level says.
func luaError(L *lua.LState) int {
	object, level := L.Get(1), min(optInt(L, 2, 1), maxFrames)
	for l := 2; l <= level && level <= maxFrames; l++ {
		if isStandIn(L, l) { // the caller of a metamethod is the script
			level++
		}
	}
	if text, ok := object.(lua.LString); ok && level > 0 {
		if where := L.Where(level); where != "" && where != "[G]:" {
			object = lua.LString(where + " " + string(text))
		}
	}
	throw(L, object)
	return 0
}

// throw raises an error object. The interpreter would gather the stack of calls for
// each, which pcall drops.
func throw(L *lua.LState, object lua.LValue) {
	if strandOf(L).pcall {
		L.Panic = raiseUntraced
	}
	L.Error(object, 0)
}

// maxResults bounds the values that one call of unpack or string.byte returns.
const maxResults = 1 << 16

// luaUnpack returns the elements i to j of a table.
func luaUnpack(L *lua.LState) int {
	t := checkTable(L, 1)
	i := optInt(L, 2, 1)
	n := optInt(L, 3, t.Len()) - i + 1
	if n > maxResults {
		L.RaiseError("unpack: %d values are too many; at most %d are allowed", n, maxResults)
	}
	for k := range max(0, n) {
		L.Push(t.RawGetInt(i + k))
	}
	return max(0, n)
}

// luaSelect returns its arguments from one on, or says how many there are.
func luaSelect(L *lua.LState) int {
	given := L.GetTop() - 1
	if L.Get(1) == lua.LString("#") {
		L.Push(lua.LNumber(given))
		return 1
	}
	from := luaInt(L, 1)
	if from < 0 {
		from += given + 1
	}
	if from < 1 {
		L.RaiseError("bad argument #1 to select (index out of range)")
	}
	return max(0, given-from+1)
}

// luaGetMetatable shows the metatables of tables only: those of objects of the
// API are not a script's to change.
func luaGetMetatable(L *lua.LState) int {
	if t, ok := L.CheckAny(1).(*lua.LTable); ok {
		L.Push(L.GetMetatable(t))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func luaSetMetatable(L *lua.LState) int {
	t, ok := L.Get(1).(*lua.LTable)
	if !ok {
		badArgument(L, 1, "a table")
	}
	meta, ok := L.Get(2).(*lua.LTable)
	if !ok && L.Get(2) != lua.LNil {
		badArgument(L, 2, "a table or nil")
	}
	if old, ok := t.Metatable.(*lua.LTable); ok && old.RawGetString("__metatable") != lua.LNil {
		L.RaiseError("the metatable is protected")
	}
	if t.Metatable = lua.LNil; ok {
		t.Metatable = meta
	}
	L.SetTop(1)
	return 1
}

// enter goes one protected call deeper.
func enter(L *lua.LState) *strand {
	s := strandOf(L)
	if len(s.outer) >= maxProtection {
		L.RaiseError("stack overflow: more than %d pcalls and coroutines inside each other", maxProtection)
	}
	s.outer = append(s.outer, L)
	return s
}

// leave comes back from what enter went into.
func (s *strand) leave() { s.outer = s.outer[:len(s.outer)-1] }

func luaPCall(L *lua.LState) int {
	L.CheckAny(1)
	s := enter(L)
	th := s.v.borrow(s)
	nargs := L.GetTop() - 1
	L.XMoveTo(th, nargs+1)
	around := s.pcall
	s.pcall = true
	raised, failed := s.v.protect(th, nargs)
	s.pcall = around
	s.leave()
	if failed {
		L.Push(lua.LFalse)
		L.Push(raised)
		return 2
	}
	return s.v.passResults(L, th)
}

// passResults returns true and what th has on its stack.
func (v *vm) passResults(L, th *lua.LState) int {
	L.Push(lua.LTrue)
	n := th.GetTop()
	th.XMoveTo(L, n)
	v.giveBack(th)
	return n + 1
}

// luaXPCall calls the handler where the error happens, so that it can take a
// traceback.
func luaXPCall(L *lua.LState) int {
	fn, handler := checkFunction(L, 1), checkFunction(L, 2)
	s := enter(L)
	th := s.v.borrow(s)
	th.Push(fn)
	nargs := max(0, L.GetTop()-2)
	for i := range nargs {
		th.Push(L.Get(3 + i))
	}
	around := s.pcall
	s.pcall = false
	raised, failed := s.v.protectWith(th, nargs, handler)
	s.pcall = around
	s.leave()
	if failed {
		L.Push(lua.LFalse)
		L.Push(raised)
		return 2
	}
	return s.v.passResults(L, th)
}

// raise is how a thread raises the error on top of its stack.
func raise(L *lua.LState) {
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: L.Get(-1)})
}

// raiseUntraced is raise where nobody asks for the stack of calls.
func raiseUntraced(L *lua.LState) {
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: L.Get(-1), StackTrace: "not looked for"})
}

// handle raises what the handler makes of an error. An error in the handler
// itself is raised as it is.
func (v *vm) handle(L *lua.LState, handler *lua.LFunction) {
	if v.doom != nil || v.limit < 0 {
		raise(L)
	}
	L.Panic = raise
	object := L.Get(-1)
	if text, ok := object.(lua.LString); ok {
		object = lua.LString(tidy(string(text)))
	}
	L.Push(handler)
	L.Push(object)
	L.Call(1, 1)
	raise(L)
}
