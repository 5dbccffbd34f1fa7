package luabind

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// operator is a metamethod of strings: arithmetic with texts of numbers.
type operator struct {
	event string
	fn    *lua.LFunction
}

// operators take the place of the interpreter's own arithmetic with texts, which
// reads them as Go does.
var operators = []operator{
	newOperator("__add", func(a, b float64) float64 { return a + b }),
	newOperator("__sub", func(a, b float64) float64 { return a - b }),
	newOperator("__mul", func(a, b float64) float64 { return a * b }),
	newOperator("__div", func(a, b float64) float64 { return a / b }),
	newOperator("__mod", modulo),
	newOperator("__pow", math.Pow),
	{"__unm", standInFor(negateText)},
}

func newOperator(event string, of func(a, b float64) float64) operator {
	return operator{event, standInFor(func(L *lua.LState) int {
		a, isNumber := operand(L.Get(1))
		b, areNumbers := operand(L.Get(2))
		if isNumber && areNumbers {
			L.Push(lua.LNumber(of(a, b)))
			return 1
		}
		return operateOn(L, event)
	})}
}

// operand is a number, or what a text is as one.
func operand(v lua.LValue) (float64, bool) {
	switch x := v.(type) {
	case lua.LNumber:
		return float64(x), true
	case lua.LString:
		return parseNumber(string(x))
	}
	return 0, false
}

// operateOn asks the operand that is no string for its metamethod.
func operateOn(L *lua.LState, event string) int {
	a, b := L.Get(1), L.Get(2)
	for _, v := range []lua.LValue{a, b} {
		if v.Type() == lua.LTString {
			continue
		}
		if method, ok := L.GetMetaField(v, event).(*lua.LFunction); ok {
			L.Push(method)
			L.Push(a)
			L.Push(b)
			L.Call(2, 1)
			return 1
		}
	}
	L.RaiseError("cannot perform %s operation between %s and %s", strings.TrimPrefix(event, "__"), a.Type(), b.Type())
	return 0
}

// modulo has the sign of b, as % has.
func modulo(a, b float64) float64 {
	v := math.Mod(a, b)
	if b > 0 && v < 0 || b < 0 && v > 0 {
		v += b
	}
	return v
}

func negateText(L *lua.LState) int {
	x, ok := operand(L.Get(1))
	if !ok {
		L.RaiseError("attempt to perform arithmetic on a string value: %s is no number", describe(L.Get(1)))
	}
	L.Push(lua.LNumber(-x))
	return 1
}

func mathLdexp(L *lua.LState) int {
	x, exponent := luaNumber(L, 1), luaInt(L, 2)
	L.Push(lua.LNumber(math.Ldexp(x, exponent)))
	return 1
}
