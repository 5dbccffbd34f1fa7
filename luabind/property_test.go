package luabind_test

import (
	"fmt"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/luabind"
)

// Names of properties are known before the run, of those in modules, too.
func TestPropertiesAreKnown(t *testing.T) {
	r := playText(t, `local sim = require "sim"
		sim.service("a.net", function(env)
			env:sleep("3s")
			env:gauge("leader", true)
			env:sleep("1h")
		end)
		sim.bot("b.net", function(env)
			if env:now() > 0 then env:reachable("later") env:unreachable("never") end
			env:sometimes("now", env:now() == 0)
		end)
		sim.eventually("a leader", { within = "5s" }, function(world)
			return world:gauges("leader")["a.net"], "there is none"
		end)
		sim.sometimes("two leaders", function(world) return world:gauges("leader")["b.net"] end)`, luabind.RunOptions{})
	var got []string
	for _, c := range r.Checks {
		got = append(got, fmt.Sprintf("%s %s %v %s", c.Kind, c.Name, c.Reached, c.Message))
	}
	want := []string{"sometimes two leaders false ", "eventually a leader true it held from 3s after the calm began",
		"reachable later false ", "unreachable never false ", "sometimes now true "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || r.Verdict != core.Pass {
		t.Errorf("%s: got\n%s\nwant\n%s", r.Verdict, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
