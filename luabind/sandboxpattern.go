package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// value is capture i of a match. Without captures the whole match is the first.
func (m *pattern) value(i, begin, end int) lua.LValue {
	if len(m.captures) == 0 && i == 0 {
		return lua.LString(m.src[begin:end])
	}
	if i >= len(m.captures) {
		m.L.RaiseError("the pattern %q has no capture %d", m.pat, i+1)
	}
	switch c := m.captures[i]; c.length {
	case capturePosition:
		return lua.LNumber(c.start + 1)
	case captureOpen:
		m.fail("a ( without its )")
		return lua.LNil
	default:
		return lua.LString(m.src[c.start : c.start+c.length])
	}
}

// push puts the captures of a match on the stack and returns how many.
func (m *pattern) push(begin, end int) int {
	n := max(1, len(m.captures))
	for i := range n {
		m.L.Push(m.value(i, begin, end))
	}
	return n
}

// start reads an optional position in s: from 1 on, or negative from the end.
func start(L *lua.LState, n int, s string) int {
	at := optInt(L, n, 1)
	if at < 0 {
		at += len(s) + 1
	}
	return max(at, 1) - 1
}

func strFind(L *lua.LState) int {
	src, pat, at := L.CheckString(1), L.CheckString(2), 0
	if at = start(L, 3, src); at > len(src) {
		L.Push(lua.LNil)
		return 1
	}
	if lua.LVAsBool(L.Get(4)) || !strings.ContainsAny(pat, "^$*+?.([%-") {
		i := strings.Index(src[at:], pat)
		if i < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(at + i + 1))
		L.Push(lua.LNumber(at + i + len(pat)))
		return 2
	}
	m := newPattern(L, src, pat)
	begin, end := m.find(at)
	if begin < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(begin + 1))
	L.Push(lua.LNumber(end))
	if len(m.captures) == 0 {
		return 2
	}
	return 2 + m.push(begin, end)
}

func strMatch(L *lua.LState) int {
	src, pat := L.CheckString(1), L.CheckString(2)
	m := newPattern(L, src, pat)
	begin, end := m.find(start(L, 3, src))
	if begin < 0 {
		L.Push(lua.LNil)
		return 1
	}
	return m.push(begin, end)
}

// strGmatch returns an iterator over the matches.
func strGmatch(L *lua.LState) int {
	src, pat := L.CheckString(1), L.CheckString(2)
	L.Push(L.NewClosure(nextMatch, lua.LString(src), lua.LString(pat), lua.LNumber(0)))
	return 1
}

// nextMatch is the iterator: its upvalues are the text, the pattern, and where
// to go on.
func nextMatch(L *lua.LState) int {
	src, pat := L.Get(lua.UpvalueIndex(1)).String(), L.Get(lua.UpvalueIndex(2)).String()
	at := int(L.Get(lua.UpvalueIndex(3)).(lua.LNumber))
	m := newPattern(L, src, pat)
	begin, end := m.find(at)
	switch {
	case begin < 0:
		at = len(src) + 1
	case end == begin:
		at = end + 1
	default:
		at = end
	}
	L.Replace(lua.UpvalueIndex(3), lua.LNumber(at))
	if begin < 0 {
		return 0
	}
	return m.push(begin, end)
}

func strGsub(L *lua.LState) int {
	src, pat := L.CheckString(1), L.CheckString(2)
	L.CheckTypes(3, lua.LTString, lua.LTNumber, lua.LTTable, lua.LTFunction)
	limit := optInt(L, 4, len(src)+1)
	m := newPattern(L, src, pat)
	out, at, n := strings.Builder{}, 0, 0
	for n < limit && at <= len(src) {
		begin, end := m.find(at)
		if begin < 0 {
			break
		}
		n++
		out.WriteString(src[at:begin])
		out.WriteString(m.replacement(L.Get(3), begin, end))
		boundString(L, out.Len())
		if at = end; end == begin {
			if at < len(src) {
				out.WriteByte(src[at])
			}
			at++
		}
		if strings.HasPrefix(pat, "^") {
			break
		}
	}
	out.WriteString(src[min(at, len(src)):])
	L.Push(lua.LString(out.String()))
	L.Push(lua.LNumber(n))
	return 2
}

// replacement is what gsub puts in the place of a match.
func (m *pattern) replacement(with lua.LValue, begin, end int) string {
	var value lua.LValue
	switch x := with.(type) {
	case *lua.LTable:
		value = m.L.GetTable(x, m.value(0, begin, end))
	case *lua.LFunction:
		m.L.Push(x)
		m.L.Call(m.push(begin, end), 1)
		value = m.L.Get(-1)
		m.L.Pop(1)
	default:
		return m.expand(plainText(with), begin, end)
	}
	switch {
	case lua.LVIsFalse(value):
		return m.src[begin:end]
	case !lua.LVCanConvToString(value):
		m.L.RaiseError("gsub: the replacement is a string or a number, not a %s", value.Type())
	}
	return plainText(value)
}

// expand replaces %0 to %9 in the text by the match and its captures.
func (m *pattern) expand(text string, begin, end int) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		switch i++; {
		case text[i] == '0':
			b.WriteString(m.src[begin:end])
			boundString(m.L, b.Len())
		case isDigit(text[i]):
			b.WriteString(m.value(int(text[i]-'1'), begin, end).String())
			boundString(m.L, b.Len())
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}
