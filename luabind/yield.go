package luabind

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// yieldBarrier is what stands between a call of coroutine.yield and its
// coroutine and cannot be left and come back to, or "". The interpreter would
// lose its place in it.
func yieldBarrier(L *lua.LState) string {
	debug, ok := L.GetStack(0)
	if !ok {
		return ""
	}
	f := reflect.ValueOf(debug).Elem().FieldByName("frame").Elem()
	for parent := f.FieldByName("Parent"); !parent.IsNil(); parent = f.FieldByName("Parent") {
		f = parent.Elem()
		fn := f.FieldByName("Fn").Elem()
		if fn.FieldByName("IsG").Bool() {
			return "a function of the library that called it"
		}
		code := fn.FieldByName("Proto").Elem().FieldByName("Code")
		switch int(code.Index(int(f.FieldByName("Pc").Int())-1).Uint() >> 26) {
		case lua.OP_CALL, lua.OP_TAILCALL:
		case lua.OP_TFORLOOP:
			return "the iterator of a for loop"
		default:
			return "a metamethod"
		}
	}
	return ""
}
