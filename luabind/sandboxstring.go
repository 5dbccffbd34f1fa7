package luabind

import (
	"fmt"
	"math"
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
	i := L.OptInt(2, 1)
	j := L.OptInt(3, i)
	if i < 0 {
		i += len(s) + 1
	}
	if j < 0 {
		j += len(s) + 1
	}
	i, j = max(i, 1), min(j, len(s))
	if j-i >= maxResults {
		L.RaiseError("string.byte: %d values are too many; at most %d are allowed", j-i+1, maxResults)
	}
	for k := i; k <= j; k++ {
		L.Push(lua.LNumber(s[k-1]))
	}
	return max(0, j-i+1)
}

func strRep(L *lua.LState) int {
	s, times := L.CheckString(1), float64(L.CheckNumber(2))
	if float64(len(s))*times > maxString {
		L.RaiseError("string.rep: the string would have %.0f bytes; at most %d MiB are allowed",
			float64(len(s))*times, maxString>>20)
	}
	n := 0
	if len(s) > 0 && times > 0 {
		n = int(times)
	}
	L.Push(lua.LString(strings.Repeat(s, n)))
	return 1
}

func tableConcat(L *lua.LState) int {
	t, separator := checkTable(L, 1), L.OptString(2, "")
	var b strings.Builder
	from, to := L.OptInt(3, 1), L.OptInt(4, t.Len())
	for i := from; i <= to; i++ {
		v := t.RawGetInt(i)
		if !lua.LVCanConvToString(v) {
			L.RaiseError("table.concat: element %d is a %s, not a string or a number", i, v.Type())
		}
		b.WriteString(v.String())
		if i < to {
			b.WriteString(separator)
		}
		boundString(L, b.Len())
	}
	L.Push(lua.LString(b.String()))
	return 1
}

func strFormat(L *lua.LState) int {
	format := L.CheckString(1)
	var b strings.Builder
	argument := 1
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i+1 < len(format) && format[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		n := len(directive(L, format[i:]))
		argument++
		b.WriteString(formatOne(L, format[i:i+n], argument))
		boundString(L, b.Len())
		i += n - 1
	}
	L.Push(lua.LString(b.String()))
	return 1
}

// directive is the first directive of format: %, flags, width, precision, verb.
func directive(L *lua.LState, format string) string {
	i := 1
	for i < len(format) && strings.IndexByte("-+ #0", format[i]) >= 0 {
		i++
	}
	i += digits(format[i:])
	if i < len(format) && format[i] == '.' {
		i++
		i += digits(format[i:])
	}
	if i >= len(format) || strings.IndexByte("cdiouxXeEfgGqs", format[i]) < 0 {
		L.RaiseError("string.format: %q is no directive", format[:min(i+1, len(format))])
	}
	return format[:i+1]
}

// digits counts at most two leading digits.
func digits(s string) int {
	n := 0
	for n < 2 && n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// formatOne formats argument n as a directive says.
func formatOne(L *lua.LState, directive string, n int) string {
	if n > L.GetTop() {
		L.RaiseError("string.format: no value for %q, argument %d", directive, n)
	}
	last := len(directive) - 1
	flags, verb := directive[:last], directive[last]
	switch verb {
	case 'q':
		return quote(L.CheckString(n))
	case 's':
		return fmt.Sprintf(directive, toText(L, L.Get(n)))
	case 'c':
		return string([]byte{byte(L.CheckInt(n))})
	}
	x := float64(L.CheckNumber(n))
	switch verb {
	case 'd', 'i', 'o', 'u', 'x', 'X':
		return formatInteger(flags, verb, x)
	}
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return fmt.Sprintf(strings.ReplaceAll(flags, "0", "")+"s", nonFinite(x))
	}
	return fmt.Sprintf(directive, x)
}

func formatInteger(flags string, verb byte, x float64) string {
	if math.IsNaN(x) || math.Abs(x) >= 1<<63 {
		return fmt.Sprintf(flags+".0f", x)
	}
	switch verb {
	case 'i', 'u', 'd':
		return fmt.Sprintf(flags+"d", int64(x))
	}
	return fmt.Sprintf(flags+string(verb), uint64(int64(x)))
}

func nonFinite(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	return "nan"
}

// quote writes s as a Lua string literal.
func quote(s string) string {
	b := []byte{'"'}
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			b = append(b, '\\', c)
		case '\r':
			b = append(b, `\r`...)
		case 0:
			b = append(b, `\000`...)
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}
