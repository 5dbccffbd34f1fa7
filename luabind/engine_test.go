package luabind_test

import (
	"fmt"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/luabind"
)

// TestOptions reads options of every type for an engine of somebody else.
func TestOptions(t *testing.T) {
	var got string
	engine := luabind.WithEngine("mine", func(o luabind.Options) (func() core.Engine, error) {
		got = fmt.Sprint(o.String("s", "x"), o.Int("i", 1, 9, 2), o.Bool("b", true), o.Float("f", 0.5),
			o.Duration("d", 7), o.Choice("c", "red", "green"), o.Port("p", 80), o.Has("h"))
		if o.String("s", "") == "refuse" {
			return nil, fmt.Errorf("no %q here", "refuse")
		}
		return func() core.Engine { return core.EngineFunc(func(core.Env) error { return nil }) }, nil
	})
	for _, c := range []struct{ options, got, err string }{
		{`{}`, "x2 true 0.5 7nsred80 false", ""},
		{``, "x2 true 0.5 7nsred80 false", ""},
		{`{s = "y", i = 9, b = false, f = 1, d = "1m", c = "green", p = 1, h = 0}`, "y9 false 1 1m0sgreen1 true", ""},
		{`{s = 1}`, "", `option "s": expected a string, got the number 1`},
		{`{i = 10}`, "", `option "i": expected a whole number from 1 to 9, got the number 10`},
		{`{b = "yes"}`, "", `option "b": expected true or false, got "yes"`},
		{`{f = "1"}`, "", `option "f": expected a number, got "1"`},
		{`{d = -1}`, "", `option "d": expected a duration`},
		{`{c = "blue"}`, "", `option "c": expected one of "red" and "green", got "blue"`},
		{`{p = 0}`, "", `option "p": expected a whole number from 1 to 65535, got the number 0`},
		{`{s = "refuse"}`, "", `sim.engine.mine: no "refuse" here`},
		{`{color = 1}`, "", `unknown option "color"; there is s, i, b, f, d, c, p and h`},
		{`{1}`, "", `options have names`},
		{`print`, "", `expected a table of options`},
	} {
		got = ""
		_, err := loadText("s.lua", `require("sim").service("a.b", require("sim").engine.mine(`+c.options+`))`, engine)
		switch {
		case c.err == "" && (err != nil || got != c.got):
			t.Errorf("%s: %s, %v; want %s", c.options, got, err, c.got)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: %v; want %s", c.options, err, c.err)
		}
	}
}
