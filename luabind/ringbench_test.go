package luabind_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"

	"simlua.example/core"
	"simlua.example/luabind"
)

// ringScript is a ring of services that wait, declared as a range or in a loop.
const ringScript = `
local sim = require "sim"
local n = sim.param("n", 10)
sim.connect("lan", "lan", { delay = "1ms" })
local function life(env, i)
  local next = "node" .. i %% n + 1 .. ".lan:7000"
  env:go(function()
    env:serve(7000, function(conn) while true do conn:send(conn:receive()) end end)
  end)
  env:sleep("100ms")
  env:gauge("next", next)
  env:sleep("1h")
end
%s
sim.bot("b", function(env) env:sleep(1) end)
`

var ringWays = []struct{ name, declare string }{
	{"range", `sim.service("node{1.." .. n .. "}.lan", function(env) life(env, env.index) end)`},
	{"loop", `for i = 1, n do sim.service("node" .. i .. ".lan", function(env) life(env, i) end) end`},
}

// BenchmarkRing boots rings of 100, 1,000 and 10,000 Lua services and plays a
// second of them. It prints the memory of one service while it lives, and the
// power of their number with which the time has grown.
func BenchmarkRing(b *testing.B) {
	for _, way := range ringWays {
		p, err := loadText("ring.lua", fmt.Sprintf(ringScript, way.declare))
		if err != nil {
			b.Fatal(err)
		}
		var before float64
		for _, n := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", way.name, n), func(b *testing.B) {
				var heap uint64
				for b.Loop() {
					heap = playRing(b, p, n)
				}
				took := b.Elapsed().Seconds() / float64(b.N)
				b.ReportMetric(float64(heap)/float64(n), "B/service")
				if before > 0 {
					b.ReportMetric(math.Log10(took/before), "exponent")
				}
				before = took
			})
		}
	}
}

// playRing runs a ring and returns what the heap holds at its end.
func playRing(b *testing.B, p *luabind.Program, n int) (heap uint64) {
	b.StopTimer()
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := live()
	observe := func(f *core.Fact) {
		if f.Kind == core.FactReturned {
			b.StopTimer()
			heap = live() - before
			b.StartTimer()
		}
	}
	b.StartTimer()
	r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1, Set: []string{fmt.Sprint("n=", n)},
		Observers: []core.Observer{observer(observe)}})
	if err != nil || r.Verdict != core.Pass {
		b.Fatal(err, r)
	}
	return heap
}

type observer func(f *core.Fact)

func (o observer) Observe(f *core.Fact)               { o(f) }
func (o observer) Wants() core.Keep                   { return core.KeepLines }
func (o observer) Packets(string, *core.Profile) bool { return false }
