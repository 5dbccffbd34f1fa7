-- Some services pass a token round. Whoever holds it shows that in a gauge,
-- and never may two hold it at once.
--
--   simlua scripts/ring.lua
--   simlua scripts/ring.lua --set nodes=50 --set rounds=20
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"

sim.param("nodes", 5, "services in the ring")
sim.param("rounds", 4, "times the token goes round")

sim.connect("lan", "lan", { delay = sim.normal("5ms", "1ms"), loss = 0.01 })

local n = sim.params.nodes

sim.service("node{0.." .. n - 1 .. "}.lan", function(env)
  local to

  local function pass(token)
    env:gauge("token", token)
    env:work("2ms")
    env:gauge("token", nil)
    if env.index == 0 and token == sim.params.rounds then
      env:halt("the token went round " .. token .. " times")
    end
    to = to or env:connect("node" .. (env.index + 1) % n .. ".lan:7000", "10s")
    to:send(env.index == 0 and token + 1 or token)
  end

  env:go(function()
    env:serve(7000, function(conn)
      while true do pass(conn:receive()) end
    end)
  end)
  env:sleep("100ms") -- until all of them listen
  if env.index == 0 then pass(0) end
  while true do env:sleep("1m") end
end)

sim.always("one token", function(world)
  local holders = 0
  for _ in pairs(world:gauges("token")) do holders = holders + 1 end
  return holders <= 1, holders .. " nodes hold it"
end)
