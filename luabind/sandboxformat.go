package luabind

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

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
		d := readDirective(L, format[i:])
		argument++
		b.WriteString(d.format(L, argument))
		boundString(L, b.Len())
		i += len(d.text) - 1
	}
	L.Push(lua.LString(b.String()))
	return 1
}

// directive says how string.format writes a value: %, flags, width, precision, verb.
type directive struct {
	text, flags, width, precision string // the precision with its dot
	verb                          byte
}

// readDirective reads the first directive of format.
func readDirective(L *lua.LState, format string) directive {
	var d directive
	rest := format[1:]
	take := func(n int) (taken string) {
		taken, rest = rest[:n], rest[n:]
		return taken
	}
	d.flags = take(len(rest) - len(strings.TrimLeft(rest, "-+ #0")))
	d.width = take(digits(rest))
	if strings.HasPrefix(rest, ".") {
		d.precision = take(1 + digits(rest[1:]))
	}
	d.text = format[:min(len(format)-len(rest)+1, len(format))]
	if rest == "" || strings.IndexByte("cdiouxXeEfgGqs", rest[0]) < 0 {
		L.RaiseError("string.format: %q is no directive", d.text)
	}
	d.verb = rest[0]
	return d
}

// digits counts at most two leading digits.
func digits(s string) int {
	n := 0
	for n < 2 && n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// format formats argument n.
func (d *directive) format(L *lua.LState, n int) string {
	if n > L.GetTop() {
		L.RaiseError("string.format: no value for %q, argument %d", d.text, n)
	}
	switch d.verb {
	case 'q':
		return quote(L.CheckString(n))
	case 's':
		return d.string(toText(L, L.Get(n)))
	case 'c':
		return string([]byte{byte(luaInt(L, n))})
	}
	x := luaNumber(L, n)
	switch whole := strings.IndexByte("diouxX", d.verb) >= 0; {
	case math.IsInf(x, 0) || math.IsNaN(x):
		return d.pad(numberText(lua.LNumber(x)))
	case whole && math.Abs(x) >= 1<<63:
		return d.pad(fmt.Sprintf("%.0f", x))
	case whole:
		return d.integer(int64(x))
	}
	return d.real(x)
}

// string is a text of at most precision bytes.
func (d *directive) string(text string) string {
	if d.precision != "" {
		most, _ := strconv.Atoi(d.precision[1:]) // a dot alone is none
		text = text[:min(most, len(text))]
	}
	return d.pad(text)
}

// pad makes a text as wide as the directive says, in bytes.
func (d *directive) pad(text string) string {
	width, _ := strconv.Atoi(d.width) // none is 0
	blanks := strings.Repeat(" ", max(0, width-len(text)))
	if strings.Contains(d.flags, "-") {
		return text + blanks
	}
	return blanks + text
}

// integer formats as C does, where + and blank are for signed numbers, and a 0 with
// # has no prefix.
func (d *directive) integer(x int64) string {
	flags := d.flags
	switch d.verb {
	case 'd', 'i', 'u':
		return fmt.Sprintf("%"+flags+d.width+d.precision+"d", x)
	}
	flags = strings.NewReplacer("+", "", " ", "").Replace(flags)
	if x == 0 {
		flags = strings.ReplaceAll(flags, "#", "")
	}
	return fmt.Sprintf("%"+flags+d.width+d.precision+string(d.verb), uint64(x))
}

// real formats as C does, where the precision is 6 unless it is given.
func (d *directive) real(x float64) string {
	precision := d.precision
	if precision == "" {
		precision = ".6"
	}
	return fmt.Sprintf("%"+d.flags+d.width+precision+string(d.verb), x)
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
