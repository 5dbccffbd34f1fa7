package luabind

import lua "github.com/yuin/gopher-lua"

// texts are short strings that came in before: the names and words of a protocol come
// in all the time, and as an interface each takes memory twice.
type texts map[string]lua.LValue

// Bounds of texts: what they keep is small beside a VM.
const (
	maxTexts   = 256
	maxTextLen = 24
)

func (t texts) value(b []byte) lua.LValue {
	if v, ok := t[string(b)]; ok {
		return v
	}
	v := lua.LValue(lua.LString(b))
	if len(t) < maxTexts && len(b) <= maxTextLen {
		t[string(b)] = v
	}
	return v
}

// numbers are the whole numbers of which most messages consist.
var numbers = func() (all [1024]lua.LValue) {
	for i := range all {
		all[i] = lua.LNumber(i)
	}
	return all
}()

func whole(n uint64) lua.LValue {
	if n < uint64(len(numbers)) {
		return numbers[n]
	}
	return lua.LNumber(n)
}
