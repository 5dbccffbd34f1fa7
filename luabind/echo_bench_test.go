package luabind_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
)

const echo = `
local sim = require "sim"
sim.param("rounds", 1)
sim.connect("a", "b", { delay = "1ms", log = "none" })
sim.limits { time = "100000h", idle = "100000h", steps = 2^50 }
sim.service("echo.b", function(env)
  env:serve(1, function(conn)
    while true do conn:send(conn:receive()) end
  end)
end)
sim.bot("client.a", function(env)
  local conn = env:connect("echo.b:1")
  local value = %s
  for _ = 1, sim.params.rounds do
    conn:send(value)
    conn:receive()
  end
end)
`

// BenchmarkLuaEcho is the time of one round trip between two Lua services over
// a link of 1 ms without loss, everything included.
func BenchmarkLuaEcho(b *testing.B) {
	for _, value := range []string{`"ping"`, `{ op = "ping", n = 1 }`} {
		b.Run(value, func(b *testing.B) {
			files := fstest.MapFS{"echo.lua": {Data: fmt.Appendf(nil, echo, value)}}
			p, err := luabind.LoadFS(files, "echo.lua")
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			set := []string{fmt.Sprintf("rounds=%d", b.N)}
			r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1, Set: set})
			if err != nil || r.Verdict != core.Pass {
				b.Fatal(err, r)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "round-trips/s")
		})
	}
}
