package luabind

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// unit is a word behind a number, and what it multiplies the number by.
type unit struct {
	name   string
	factor float64
}

// The units of tc(8). Rates also come in bytes a second there, which "kbps"
// and its like mean; scripts write bits, so that nobody mistakes one for the
// other.
var (
	rateUnits = []unit{{"tbit", 1e12}, {"gbit", 1e9}, {"mbit", 1e6}, {"kbit", 1e3}, {"bit", 1}}
	sizeUnits = []unit{{"gb", 1 << 30}, {"mb", 1 << 20}, {"kb", 1 << 10}, {"b", 1}}
)

// toQuantity reads a text such as "1.6mbit" as a whole number, 0 to 2^53.
func toQuantity(text string, units []unit) (int64, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, u := range units {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		x, err := strconv.ParseFloat(digits, 64)
		if x = math.Round(x * u.factor); err != nil || !(x >= 0 && x <= 1<<53) {
			return 0, false
		}
		return int64(x), strings.Trim(digits, "0123456789.") == ""
	}
	return 0, false
}

// quantityText is n in the largest of these units that makes it no fraction
// below one: "1.6mbit".
func quantityText(n int64, units []unit) string {
	for _, u := range units {
		if float64(n) >= u.factor {
			return number(float64(n)/u.factor) + u.name
		}
	}
	return "0" + units[len(units)-1].name
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// size is an option in bytes: a number, or a text with a unit.
func (o options) size(name string) int64 {
	switch x := o.get(name).(type) {
	case lua.LNumber:
		if i, ok := toInt(x, math.MinInt64, math.MaxInt64); ok {
			return i
		}
	case lua.LString:
		if i, ok := toQuantity(string(x), sizeUnits); ok {
			return i
		}
	}
	o.bad(name, `bytes: a whole number, or a string such as "20mb" (b, kb, mb, gb)`)
	return 0
}

// sizeValue is a size as scripts write it: with a unit that makes it a whole number.
func sizeValue(n int64) lua.LValue {
	for _, u := range sizeUnits[:len(sizeUnits)-1] {
		if factor := int64(u.factor); n >= factor && n%factor == 0 {
			return lua.LString(strconv.FormatInt(n/factor, 10) + u.name)
		}
	}
	return lua.LNumber(n)
}

// rate is an option in bits a second: a number, or a text with a unit.
func (o options) rate(name string) int64 {
	switch x := o.get(name).(type) {
	case lua.LNumber:
		if i, ok := toInt(x, math.MinInt64, math.MaxInt64); ok {
			return i
		}
	case lua.LString:
		if i, ok := toQuantity(string(x), rateUnits); ok {
			return i
		}
	}
	o.bad(name, `a rate: a whole number of bits a second, or a string such as "1.6mbit" (bit, kbit, mbit, gbit, tbit)`)
	return 0
}
