package luabind

import (
	"strings"
	"testing"
	"testing/fstest"
)

// outlineOf is what a script declares.
func outlineOf(t *testing.T, text string) *declaration {
	t.Helper()
	p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte("local sim = require 'sim'\n" + text)}}, "s.lua")
	if err != nil {
		t.Fatal(err)
	}
	_, d, err := p.boot(nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDiffers compares what two evaluations declare.
func TestDiffers(t *testing.T) {
	for _, c := range []struct{ first, now, want string }{
		{`sim.bot("a", print)`, `sim.bot("a", error)`, ""},
		{`sim.bot("a", print)`, `sim.bot("b", print)`, "first service a.botnet, now service b.botnet"},
		{`sim.bot("a", print)`, ``, "first service a.botnet, now nothing"},
		{``, `sim.plan(print)`, "first nothing, now plan"},
		{`sim.check("x", print)`, `sim.always("x", print)`, "first check x, now invariant x"},
	} {
		err := outlineOf(t, c.now).differs(outlineOf(t, c.first).outline())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s then %s: %v, want %s", c.first, c.now, err, c.want)
		}
	}
}
