package luabind_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"simlua.example/core"
	"simlua.example/disk"
	"simlua.example/luabind"
)

// growing are systems that do n things, of which nothing else depends on n.
var growing = []struct{ name, text string }{
	{"bots", `echo() sim.bot("b{1.." .. n .. "}", function(env)
  env:sleep(env.index / 100) ask(env:connect("s.net:80"))
end)`},
	{"connections-one-by-one", `echo() sim.bot("b", function(env)
  for i = 1, n do local c = env:connect("s.net:80") ask(c) c:close() end
end)`},
	{"connections-at-once", `echo() sim.bot("b", function(env)
  local open = {}
  for i = 1, n do open[i] = env:connect("s.net:80") end
  for i = 1, n do ask(open[i]) end
end)`},
	{"requests", `echo() sim.bot("b", function(env)
  local c = env:connect("s.net:80")
  for i = 1, n do ask(c) env:sleep(1) end
end)`},
	{"receivers", `sim.bot("b", function(env)
  local ch = env:channel()
  for i = 1, n do env:go(function() ch:receive() end) end
  env:sleep(1)
  for i = 1, n do ch:send(i) end
end)`},
	{"commits", `sim.bot("b", function(env)
  local db = env:open("d")
  for i = 1, n do db:update(function(tx) tx:put("k" .. i % 10, i) end) end
end)`},
	{"keys", `sim.bot("b", function(env)
  local db = env:open("d")
  db:update(function(tx) for i = 1, n do tx:put("k" .. i, i) end end)
  db:view(function(tx) tx:each("", function() end) end)
end)`},
	{"power-cuts", `sim.service("s.net", function(env)
  local db = env:open("d")
  db:update(function(tx) tx:put("boots", (tx:get("boots") or 0) + 1) end)
  env:serve(80, function(c) while true do c:send(c:receive()) end end)
end)
sim.bot("b", function(env)
  while env:now() < n / 10 do pcall(function() ask(env:connect("s.net:80", 1), 0.1) end) env:sleep(0.05) end
end)
sim.plan(function(plan)
  plan:start("*")
  while true do plan:sleep(0.1) plan:power_fail("s.net") plan:start("s.net") end
end)`},
	{"operations", `local check, h = require "sim.check", sim.history("h")
sim.check("linearizable", check.linearizable { history = "h", model = "register" })
sim.bot("b{1..5}", function(env)
  for i = 1, n / 5 do h:invoke(env, { f = "write", key = i % 10, value = i }, env.sleep, env, 0.001) end
end)`},
	{"log-lines", `sim.bot("b", function(env) for i = 1, n do env:log("line", { i }) env:sleep(1) end end)`},
}

const growingHead = `
local sim = require "sim"
sim.param("n", 10)
local n = sim.params.n
sim.connect("botnet", "net", { delay = "1ms" })
sim.limits { time = "100000h", idle = "100000h" }
local function ask(c, timeout) c:send(1) c:receive(timeout) end
local function echo()
  sim.service("s.net", function(env) env:serve(80, function(c) while true do c:send(c:receive()) end end) end)
end
`

// BenchmarkGrowing plays systems that do n things and reports the exponent: how the time
// has grown since the size before, as a power of n.
func BenchmarkGrowing(b *testing.B) {
	for _, c := range growing {
		b.Run(c.name, func(b *testing.B) {
			p, err := loadText("s.lua", growingHead+c.text)
			if err != nil {
				b.Fatal(err)
			}
			before := 0.0
			for _, n := range []int{100, 1_000, 10_000} {
				took := 0.0
				b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
					o := luabind.RunOptions{Seed: 1, Set: []string{fmt.Sprintf("n=%d", n)}, Databases: disk.Memory}
					b.ReportAllocs()
					for range b.N {
						if r, err := p.Run(context.Background(), o); err != nil || r.Verdict != core.Pass {
							b.Fatal(r, err)
						}
					}
					took = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
					if before > 0 {
						b.ReportMetric(math.Log10(took/before), "exponent")
					}
				})
				before = took
			}
		})
	}
}
