package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxString bounds the strings that rep, format, concat and gsub make, in bytes.
const maxString = 16 << 20

func boundString(L *lua.LState, bytes int) {
	if bytes > maxString {
		L.RaiseError("the string would have %d bytes; at most %d MiB are allowed", bytes, maxString>>20)
	}
}

// strByte returns the bytes i to j of a string.
func strByte(L *lua.LState) int {
	s := L.CheckString(1)
	i := optInt(L, 2, 1)
	i, j := span(s, i, optInt(L, 3, i))
	if j-i >= maxResults {
		L.RaiseError("string.byte: %d values are too many; at most %d are allowed", j-i+1, maxResults)
	}
	for k := i; k <= j; k++ {
		L.Push(lua.LNumber(s[k-1]))
	}
	return max(0, j-i+1)
}

// span is from i to j what there is of s, where negative positions count from its end.
func span(s string, i, j int) (int, int) {
	if i < 0 {
		i += len(s) + 1
	}
	if j < 0 {
		j += len(s) + 1
	}
	return max(i, 1), min(j, len(s))
}

// strSub returns the bytes i to j as a string.
func strSub(L *lua.LState) int {
	s := L.CheckString(1)
	i, j := span(s, luaInt(L, 2), optInt(L, 3, -1))
	if i > j {
		i, j = 1, 0
	}
	L.Push(lua.LString(s[i-1 : j]))
	return 1
}

// strChar makes a string of bytes.
func strChar(L *lua.LState) int {
	bytes := make([]byte, L.GetTop())
	for i := range bytes {
		c := luaInt(L, i+1)
		if c < 0 || c > 255 {
			badArgument(L, i+1, "a byte, 0 to 255")
		}
		bytes[i] = byte(c)
	}
	L.Push(lua.LString(bytes))
	return 1
}

func strLower(L *lua.LState) int { return shift(L, 'A', 'Z') }
func strUpper(L *lua.LState) int { return shift(L, 'a', 'z') }

// shift gives the letters from one to another the other case: those of ASCII only,
// since a string may be anything but text.
func shift(L *lua.LState, from, to byte) int {
	bytes := []byte(L.CheckString(1))
	for i, c := range bytes {
		if from <= c && c <= to {
			bytes[i] = c ^ 0x20
		}
	}
	L.Push(lua.LString(bytes))
	return 1
}

func strRep(L *lua.LState) int {
	s, times := L.CheckString(1), luaInt(L, 2)
	if size := float64(len(s)) * float64(times); size > maxString {
		L.RaiseError("string.rep: the string would have %.0f bytes; at most %d MiB are allowed", size, maxString>>20)
	}
	n := 0
	if len(s) > 0 && times > 0 {
		n = times
	}
	L.Push(lua.LString(strings.Repeat(s, n)))
	return 1
}
