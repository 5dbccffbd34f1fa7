-- A bot moves one item round seven places of an inventory, over a mobile
-- network, while a chaos monkey reboots the two gateways and sometimes erases
-- them. At the end there must still be exactly one item.
--
--   simlua scripts/mover.lua
--   simlua scripts/mover.lua --seed 7 --set iterations=100
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local backend = require "sim.backend"

sim.param("iterations", 30, "moves the bot makes")

sim.connect("botnet", "public", sim.profile.mobile_3g)
sim.connect("public", "internal", sim.profile.azure_intranet)

sim.service("cl.internal", sim.engine.commit_log { port = 443 }, { restart = { after = "1s" } })
sim.service("api1.public", sim.engine.backend { port = 443, commit_log = "cl.internal:443" })
sim.service("api2.public", sim.engine.backend { port = 443, commit_log = "cl.internal:443" })

sim.bot("mover", function(env)
  local api = backend.client(env, { "api1.public:443", "api2.public:443" })
  api:add_item(0, 1)
  for i = 0, sim.params.iterations - 1 do
    api:move_item(i % 7, (i + 1) % 7, 1)
    env:sleep("4s")
  end
  env:expect("final count", 1, api:count())
  env:halt("DONE")
end)

sim.plan(chaos.graceful_monkey { machines = "api*", every = { "5s", "10s" } })
