package luabind

import (
	"math"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// renderValue shows a value on one line, as a script would write it, for
// messages: keys in order, and cut off when it gets long.
func renderValue(v lua.LValue) string {
	text, _ := renderUpTo(v, 200)
	return text
}

// renderUpTo shows at most so many bytes of a value, and says whether that is
// all of it.
func renderUpTo(v lua.LValue, most int) (text string, whole bool) {
	r := renderer{max: most}
	r.value(v, 0)
	if len(r.text) > r.max {
		return strings.ToValidUTF8(string(r.text[:r.max]), "") + "...", false
	}
	return string(r.text), true
}

type renderer struct {
	text []byte
	max  int
}

func (r *renderer) value(v lua.LValue, depth int) {
	switch v := v.(type) {
	case lua.LString:
		r.text = strconv.AppendQuote(r.text, string(v))
	case lua.LNumber:
		r.text = append(r.text, numberText(v)...)
	case *lua.LTable:
		r.table(v, depth+1)
	case lua.LBool, *lua.LNilType:
		r.text = append(r.text, v.String()...)
	default:
		r.text = append(r.text, kindOf(v)...)
	}
}

func (r *renderer) table(t *lua.LTable, depth int) {
	t = behind(t)
	if depth > 8 {
		r.text = append(r.text, "{...}"...)
		return
	}
	r.text = append(r.text, '{')
	n := 0
	for ; t.RawGetInt(n+1) != lua.LNil && len(r.text) <= r.max; n++ {
		r.comma()
		r.value(t.RawGetInt(n+1), depth)
	}
	for _, key := range keysBeyond(t, n) {
		if len(r.text) > r.max {
			break
		}
		r.comma()
		if s, ok := key.(lua.LString); ok && identifier(string(s)) {
			r.text = append(r.text, s...)
		} else {
			r.text = append(r.text, '[')
			r.value(key, depth)
			r.text = append(r.text, ']')
		}
		r.text = append(r.text, " = "...)
		r.value(t.RawGet(key), depth)
	}
	r.text = append(r.text, '}')
}

func (r *renderer) comma() {
	if r.text[len(r.text)-1] != '{' {
		r.text = append(r.text, ", "...)
	}
}

// keysBeyond lists the keys of t beside 1..n, in the order of their text.
func keysBeyond(t *lua.LTable, n int) []lua.LValue {
	var keys []lua.LValue
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if i, ok := key.(lua.LNumber); ok && i == lua.LNumber(int(i)) && i >= 1 && int(i) <= n {
			continue
		}
		keys = append(keys, key)
	}
	slices.SortStableFunc(keys, compareKeys)
	return keys
}

// compareKeys orders numbers before strings before all else.
func compareKeys(a, b lua.LValue) int {
	x, xNumber := a.(lua.LNumber)
	y, yNumber := b.(lua.LNumber)
	switch {
	case xNumber && yNumber:
		return int(math.Copysign(1, float64(x-y)))
	case xNumber:
		return -1
	case yNumber:
		return 1
	}
	return strings.Compare(orderText(a), orderText(b))
}

func orderText(v lua.LValue) string {
	switch v.(type) {
	case lua.LString, lua.LBool:
		return v.String()
	}
	return kindOf(v)
}
