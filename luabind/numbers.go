package luabind

import (
	"errors"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// The interpreter reads texts as Go's literals: "010" is 8 to it, "1_0" is 10, and
// 0xffffffffffffffff is not a number. Here they are read and written as in Lua 5.1.

// parseNumber reads a text as a number, decimal or hexadecimal, with blanks around it.
func parseNumber(text string) (float64, bool) {
	text = strings.Trim(text, " \t\n\v\f\r")
	sign, digits := cutSign(text)
	if len(digits) > 2 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		return signed(sign, digits[2:], "0123456789abcdefABCDEF", "0x", "p0")
	}
	return signed(sign, digits, "0123456789.eE+-", "", "")
}

// cutSign takes the sign from the front of a text.
func cutSign(text string) (sign float64, rest string) {
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		return -1, rest
	}
	return 1, strings.TrimPrefix(text, "+")
}

// signed reads digits of an alphabet, between what Go wants to see around them.
func signed(sign float64, digits, alphabet, before, after string) (float64, bool) {
	if strings.Trim(digits, alphabet) != "" || strings.IndexAny(digits, "+-") == 0 {
		return 0, false
	}
	x, err := strconv.ParseFloat(before+digits+after, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) { // what is too large is infinite
		return 0, false
	}
	return sign * x, true
}

// numberText is how a number is written.
func numberText(x lua.LNumber) string {
	switch f := float64(x); {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	}
	return x.String()
}

// plainText is a string, or a number as it is written.
func plainText(v lua.LValue) string {
	if x, ok := v.(lua.LNumber); ok {
		return numberText(x)
	}
	return v.String()
}

// luaNumber reads argument n as the functions of Lua do: a number, or a text of one.
func luaNumber(L *lua.LState, n int) float64 {
	switch x := L.Get(n).(type) {
	case lua.LNumber:
		return float64(x)
	case lua.LString:
		if f, ok := parseNumber(string(x)); ok {
			return f
		}
	}
	L.TypeError(n, lua.LTNumber)
	return 0
}

// luaInt is luaNumber, cut to a whole number. What lies beyond 2^53 is that: what a
// processor makes of it depends on the processor.
func luaInt(L *lua.LState, n int) int {
	x := luaNumber(L, n)
	switch {
	case x >= maxExact:
		return maxExact
	case x > -maxExact:
		return int(x)
	}
	return -maxExact
}

// optInt is luaInt of an argument that may be missing.
func optInt(L *lua.LState, n, missing int) int {
	if L.Get(n) == lua.LNil {
		return missing
	}
	return luaInt(L, n)
}

// ofNumbers lets a function of the interpreter, all of whose arguments are numbers,
// take texts of them.
func ofNumbers(fn *lua.LFunction) *lua.LFunction {
	return goFunction(func(L *lua.LState) int {
		for i := 1; i <= L.GetTop(); i++ {
			if L.Get(i).Type() == lua.LTString {
				L.Replace(i, lua.LNumber(luaNumber(L, i)))
			}
		}
		return fn.GFunction(L)
	})
}

// luaToNumber is tonumber.
func luaToNumber(L *lua.LState) int {
	value, base := L.CheckAny(1), optInt(L, 2, 10)
	if base < 2 || base > 36 {
		L.RaiseError("bad argument #2 to tonumber (a base is 2 to 36)")
	}
	text, isText := value.(lua.LString)
	if x, ok := value.(lua.LNumber); ok {
		if base == 10 {
			L.Push(x)
			return 1
		}
		text, isText = lua.LString(numberText(x)), true
	}
	x, ok := 0.0, false
	switch {
	case isText && base == 10:
		x, ok = parseNumber(string(text))
	case isText:
		x, ok = parseBase(string(text), base)
	}
	if L.Push(lua.LNil); ok {
		L.Push(lua.LNumber(x))
	}
	return 1
}

// parseBase reads a whole number with digits of a base.
func parseBase(text string, base int) (float64, bool) {
	text = strings.Trim(text, " \t\n\v\f\r")
	if base == 16 {
		if x, ok := parseNumber(text); ok && strings.ContainsAny(text, "xX") {
			return x, true
		}
	}
	sign, digits := cutSign(text)
	x := 0.0
	for _, c := range []byte(strings.ToLower(digits)) {
		d := strings.IndexByte("0123456789abcdefghijklmnopqrstuvwxyz", c)
		if d < 0 || d >= base {
			return 0, false
		}
		x = float64(x*float64(base)) + float64(d)
	}
	return sign * x, digits != ""
}
