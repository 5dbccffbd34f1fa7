package luabind

import (
	"fmt"
	"strings"
	"testing"
)

// TestAssignments are what the interpreter's own compiler gets wrong, and what
// stands beside it. Everything is computed before anything is assigned.
func TestAssignments(t *testing.T) {
	const before = "local function some() return 7, 8, 9 end\nlocal one, two = 1, 2\n"
	for text, want := range map[string]string{
		`local a, b = 1, 2 a, b = b, a return a, b`:                                                   "2|1|",
		`local a, b = 1, 2 a, b = b, a + b return a, b`:                                               "2|3|",
		`local a, b, c = 1, 2, 3 a, b, c = c, a, b return a, b, c`:                                    "3|1|2|",
		`local a, b = 1, 2 a, b = -a, a return a, b`:                                                  "-1|1|",
		`local a, b = 1, 2 a, b = not a, a return a, b`:                                               "false|1|",
		`local a, b = 1, 2 a, b = a and 5, a return a, b`:                                             "5|1|",
		`local a, b = {1}, 2 a, b = a[1], a return a, b[1]`:                                           "1|1|",
		`local a, b = 1, 2 a, b = nil, a return a, b`:                                                 "nil|1|",
		`local a, b = 1, 2 a, b = b return a, b`:                                                      "2|nil|",
		`local a, b = 1, 2 a, b = some() return a, b`:                                                 "7|8|",
		`local a, b = 1, 2 a, b = (some()) return a, b`:                                               "7|nil|",
		`local a, b, c = 1, 2, 3 a, b, c = b, some() return a, b, c`:                                  "2|7|8|",
		`local a, b, c = 1, 2, 3 a, b, c = some(), a return a, b, c`:                                  "7|1|nil|",
		`local a, b = 1, 2 a, b = b, a, some() return a, b`:                                           "2|1|",
		`local function f(...) local a, b = 1, 2 a, b = ... return a, b end return f(5, 6)`:           "5|6|",
		`local function f(...) local a, b, c = 1, 2 a, b, c = b, ... return a, b, c end return f(5)`:  "2|5|nil|",
		`one, two = two, one return one, two, (function() one, two = two, one return one, two end)()`: "2|1|1|2|",
		`g, h = 1, 2 g, h = h, g return g, h`:                                                         "2|1|",
		`local i, t = 1, {} i, t[i] = i + 1, 20 return i, t[1]`:                                       "2|20|",
		`local i, t = 1, {} t[i], i = 20, i + 1 return i, t[1]`:                                       "2|20|",
		`local t, u = {}, nil u = t t[1], t = 5, 6 return u[1], t`:                                    "5|6|",
		`local t, u = {}, nil u = t t.x, t = some() return u.x, t`:                                    "7|8|",
		`local t = { 1, 2 } t[1], t[2] = t[2], t[1] return t[1], t[2]`:                                "2|1|",
		`local l for i = 1, 3 do l = { i, l } end local r while l do l[2], r, l = r, l, l[2] end ` +
			`return r[1], r[2][1], r[2][2][1], r[2][2][2]`: "1|2|3|nil|",
		`local function f(s) s = (tostring(s)) return s end return f(5)`:                              "5|",
		`local function f(a, s) local t s, t = tostring(s), 1 return s, t end return f(1, 5)`:         "5|1|",
		`local function f(a, s) local t t, s = 1, (select(1, s, 2)) return s, t end return f(1, 5)`:   "5|1|",
		`local function f(s) local t s, t = (select(1, s, 2)) return s, t end return f(5)`:            "5|nil|",
		`local function f(s) local t s, t = tostring(s), select(1, s, 2) return s, t end return f(5)`: "5|5|",
		`local function f(a, s) local t s, t = s .. a, s .. s return s, t end return f("a", "b")`:     "ba|bb|",
		`local function f(s, ...) s = s .. ... return s end return f("q", "r", "t")`:                  "qr|",
		`local function f(s) s = s and tostring(s) or 1 return s end return f(5), f()`:                "5|1|",
		`local function f(s) s = { s, (tostring(s)) } return s[1], s[2] end return f(5)`:              "5|5|",
		`local function f(s) s = s == 5 return s end return f(5)`:                                     "true|",
		`local function f(s) s = #s + #s return s end return f("abc")`:                                "6|",
		`local t = {} t = t.x and t.x.y return t`:                                                     "nil|",
		`local t, a = {}, 1 a = t.x and 2 return a`:                                                   "nil|",
		`local t, a = { x = 3 }, 1 a = t.y or t.z and 2 return a`:                                     "nil|",
		`local t, a = { x = 3 }, 1 a = t.x and 2 return a`:                                            "2|",
		`local a, b = 9, nil a = (some() or b) and a or 3 return a`:                                   "9|",
		`local a, b = 9, nil a = b or some() return a`:                                                "7|",
		`local a, b = 1, 2 a, b = one == 2 and 3, a return a, b`:                                      "false|1|",
		`local a = 1 do local b = 5 a, b = b, a end return a`:                                         "5|",
		`local a = 1 for i = 1, 3 do a, i = i, a end return a`:                                        "3|",
	} {
		got, err := inSandbox(before + text)
		if got != want || err != nil {
			t.Errorf("%s\n%s %v, want %s", text, got, err, want)
		}
	}
}

// TestNesting bounds what stands inside what, and says where there is too much.
func TestNesting(t *testing.T) {
	deep := func(n int, begin, middle, end string) string {
		return "\n" + strings.Repeat(begin, n) + middle + strings.Repeat(end, n)
	}
	for _, c := range []struct{ name, most, tooMuch string }{
		{"operators", "x = " + deep(195, "a + ", "a", ""), "x = " + deep(205, "a + ", "a", "")},
		{"or", "x = " + deep(195, "a or ", "a", ""), "x = " + deep(205, "a or ", "a", "")},
		{"unary", "x = " + deep(195, "not ", "a", ""), "x = " + deep(205, "not ", "a", "")},
		{"tables", "x = " + deep(195, "{", "", "}"), "x = " + deep(205, "{", "", "}")},
		{"fields", "x = " + deep(0, "", "a", "") + strings.Repeat(".b", 195),
			"x = " + deep(0, "", "a", "") + strings.Repeat(".b", 205)},
		{"calls", "x = " + deep(0, "", "a", "") + strings.Repeat("()", 195),
			"x = " + deep(0, "", "a", "") + strings.Repeat("()", 205)},
		{"blocks", deep(195, "do ", "", " end"), deep(205, "do ", "", " end")},
		{"functions", deep(60, "local function f() ", "", " end"), deep(205, "local function f() ", "", " end")},
		{"parentheses", "x = " + deep(1000, "(", "a", ")"), ""},
	} {
		if _, err := compile([]byte(c.most), "s.lua"); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		want := "s.lua:2: too complex: more than 200 expressions, functions and blocks inside each other"
		if _, err := compile([]byte(c.tooMuch), "s.lua"); c.tooMuch != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: %v, want %s", c.name, err, want)
		}
	}
}

// TestComplexity bounds what takes the compiler long.
func TestComplexity(t *testing.T) {
	numbers := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%d,\n", i)
		}
		return "x = {" + b.String() + "}"
	}
	for _, c := range []struct{ name, text, want string }{
		{"elseif", "if x then " + strings.Repeat(" elseif x then ", 999) + " end", ""},
		{"elseif", "\nif x then " + strings.Repeat(" elseif x then ", 1000) + " end",
			"s.lua:2: too complex: more than 1000 branches in one if"},
		{"concat", "x = a" + strings.Repeat(" .. a", 180), ""},
		{"concat", "x = a" + strings.Repeat(" .. a", 200), "s.lua:1: too complex: more than 200 values joined with .."},
		{"numbers", numbers(8_000), ""},
		{"numbers", numbers(17_000), "s.lua:16384: too complex: a function has too many different names and literals; " +
			"make it several functions"},
		{"the same number", "x = {" + strings.Repeat("1,", 25_000) + "}", ""},
		{"values", "x = {" + strings.Repeat("1,", 25_001) + "}", "s.lua:1: too complex: more than 25000 values in a " +
			"table constructor"},
	} {
		_, err := compile([]byte(c.text), "s.lua")
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
