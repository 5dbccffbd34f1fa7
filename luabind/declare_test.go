package luabind

import (
	"strings"
	"testing"
	"testing/fstest"
)

// declared is what a script declares, after a first evaluation or for once.
func declared(t *testing.T, text string, first *declaration) *declaration {
	t.Helper()
	p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte("local sim = require 'sim'\n" + text)}}, "s.lua")
	if err != nil {
		t.Fatal(err)
	}
	_, d, err := p.boot(nil, &declaration{first: first, wanted: -1})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDiffers compares what two evaluations declare.
func TestDiffers(t *testing.T) {
	for _, c := range []struct{ first, now, want string }{
		{`sim.bot("a", print)`, `sim.bot("a", error)`, ""},
		{`sim.bot("a", print)`, `sim.bot("b", print)`, "first other services, now service b"},
		{`sim.bot("a", print)`, ``, "first service a, now no more services"},
		{``, `sim.bot("a", print)`, "first other services, now service a"},
		{``, `sim.plan(print)`, "first nothing, now plan"},
		{`sim.check("x", print)`, `sim.always("x", print)`, "first check x, now invariant x"},
	} {
		err := declared(t, c.now, declared(t, c.first, nil)).differs()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s then %s: %v, want %s", c.first, c.now, err, c.want)
		}
	}
}
