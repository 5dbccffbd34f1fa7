package luabind_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"simlua.example/core"
	"simlua.example/luabind"
)

// gaugeScript has n services that publish one gauge each, and an invariant.
const gaugeScript = `
local sim = require "sim"
local n = sim.param("n", 10)
sim.connect("lan", "lan", { delay = "1ms" })
sim.service("node{1.." .. n .. "}.lan", function(env)
  env:sleep(env.index / 1000)
  env:gauge("load", env.index)
  env:sleep("1h")
end)
sim.bot("b", function(env) env:sleep(20) end, { network = "lan" })
local sum = 0
sim.always("bounded", function(world) %s end)
`

var gaugeWays = []struct{ name, invariant string }{
	{"none", `return true`},
	{"changed", `for _, g in ipairs(world:changed()) do sum = sum + g.value end return sum >= 0`},
	{"one", `local load = world:gauges("load")["node1.lan"] return load == nil or load > 0`},
	{"pairs", `local s = 0 for _, v in pairs(world:gauges("load")) do s = s + v end return s >= 0`},
}

// BenchmarkInvariant asks an invariant over n gauges n times, and prints the
// exponent: the power of n with which the time has grown since the size before.
// "changed" looks at what has changed, "one" at one gauge, "pairs" at all: that
// grows with the square, and 10,000 of them take a minute.
func BenchmarkInvariant(b *testing.B) {
	for _, way := range gaugeWays {
		p, err := loadText("gauges.lua", fmt.Sprintf(gaugeScript, way.invariant))
		if err != nil {
			b.Fatal(err)
		}
		var before, took float64
		for _, n := range []int{10, 100, 1000, 10_000} {
			if n == 10_000 && way.name == "pairs" {
				continue
			}
			b.Run(fmt.Sprintf("%s/%d", way.name, n), func(b *testing.B) {
				for b.Loop() {
					o := luabind.RunOptions{Seed: 1, Set: []string{fmt.Sprint("n=", n)}}
					if r, err := p.Run(context.Background(), o); err != nil || r.Verdict != core.Pass {
						b.Fatal(err, r)
					}
				}
				took = b.Elapsed().Seconds() / float64(b.N)
				if before > 0 {
					b.ReportMetric(math.Log10(took/before), "exponent")
				}
			})
			before = took
		}
	}
}
