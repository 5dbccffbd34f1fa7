package luabind_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
)

// handoffs are what two processes of one service do with each other.
var handoffs = map[string]string{
	"channel":   `env:go(function() for i = 1, n do ch:send(i) end end) for _ = 1, n do ch:receive() end`,
	"condition": `env:go(function() for _ = 1, n do c:signal() env:sleep(0) end end) for _ = 1, n do c:wait() end`,
	"join":      `for i = 1, n do env:go(function() return i end):join() end`,
	"wait_any":  `env:go(function() for i = 1, n do ch:send(i) end end) for _ = 1, n do env:wait_any { c, ch } end`,
}

// BenchmarkHandoff is the time until another process of a service goes on.
func BenchmarkHandoff(b *testing.B) {
	for _, name := range []string{"channel", "condition", "join", "wait_any"} {
		b.Run(name, func(b *testing.B) {
			text := fmt.Sprintf(`
				local sim = require "sim"
				sim.param("n", 1)
				sim.limits { steps = 2^50 }
				sim.bot("b", function(env)
					local n, x, ch, c = sim.params.n, 0, env:channel(), env:condition()
					%s
				end)`, handoffs[name])
			p, err := luabind.LoadFS(fstest.MapFS{"s.lua": {Data: []byte(text)}}, "s.lua", luabind.WithBudget(1<<40))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			set := []string{fmt.Sprintf("n=%d", b.N)}
			r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1, Set: set})
			if err != nil || r.Verdict != core.Pass {
				b.Fatal(err, r)
			}
		})
	}
}
