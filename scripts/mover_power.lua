-- The mover of mover.lua, and the power of every machine fails again and again, the
-- commit log's included: nothing that was acknowledged is lost. The log acknowledges
-- an event once it is durable, a backend that comes back reads on from where its
-- database was, and a command that is tried again has its number. A log that
-- acknowledges first and stores later loses moves (--set ack=buffered).
--
--   simlua scripts/mover_power.lua
--   simlua scripts/mover_power.lua --seed 3 --set ack=buffered
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
-- test: seeds 1-10 set ack=buffered fail "moves refused"
local sim = require "sim"
local chaos = require "sim.chaos"
local backend = require "sim.backend"

sim.param("iterations", 30, "moves the bot makes")
sim.param("ack", "stored", "when the commit log acknowledges an event: stored or buffered")

sim.connect("botnet", "public", sim.profile.mobile_3g)
sim.connect("public", "internal", sim.profile.azure_intranet)

sim.service("cl.internal", sim.engine.commit_log { port = 443, ack = sim.params.ack }, { restart = { after = "1s" } })
sim.service("api{1..2}.public", sim.engine.backend { port = 443, commit_log = "cl.internal:443" })

sim.bot("mover", function(env)
  local api = backend.client(env, { "api1.public:443", "api2.public:443" })
  local refused = 0
  api:add_item(0, 1)
  for i = 0, sim.params.iterations - 1 do
    local ok, err = pcall(api.move_item, api, i % 7, (i + 1) % 7, 1)
    if not ok then
      env:warn(tostring(err)) -- there is nothing to move: a move before is lost
      refused = refused + 1
    end
    env:sleep("4s")
  end
  env:expect("moves refused", 0, refused)
  env:expect("final count", 1, api:count())
end)

sim.plan(chaos.every({ "2s", "6s" }, chaos.then_heal({ "0s", "4s" }, chaos.power_fail())))
