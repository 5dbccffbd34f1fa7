-- The system of mover.lua with a planted bug. The gateways decide on their own
-- projection of the log, which lags behind while the log buffers, and write
-- absolute totals. Two bots, each with a favourite gateway, move an item of
-- their own round the same places: some seeds lose an item or invent one.
--
--   simlua scripts/broken/mover_eventual.lua --seed 2
--   simlua scripts/broken/mover_eventual.lua --set consistency=checked
--
-- test: seeds 1-20 fail "final count"
-- test: seeds 1-20 set consistency=checked pass
local sim = require "sim"
local chaos = require "sim.chaos"
local backend = require "sim.backend"

sim.param("iterations", 30, "moves each bot makes")
sim.param("consistency", "eventual", "of the backends: eventual or checked")

sim.connect("botnet", "public", sim.profile.mobile_3g)
sim.connect("public", "internal", sim.profile.azure_intranet)

sim.service("cl.internal", sim.engine.commit_log { port = 443, ack = "buffered" }, { restart = { after = "1s" } })
for _, machine in ipairs { "api1.public", "api2.public" } do
  sim.service(machine, sim.engine.backend {
    port = 443, commit_log = "cl.internal:443", consistency = sim.params.consistency,
  })
end

local function mover(place, gateways)
  return function(env)
    local api = backend.client(env, gateways)
    api:add_item(place, 1)
    for i = place, place + sim.params.iterations - 1 do
      local ok, err = pcall(api.move_item, api, i % 7, (i + 1) % 7, 1)
      if not ok then env:warn(tostring(err)) end -- this gateway does not see the item there
      env:sleep("4s")
    end
    env:sleep("30s") -- until the other bot is done, too
    env:expect("final count", 2, api:count())
  end
end

sim.bot("mover1", mover(0, { "api1.public:443", "api2.public:443" }))
sim.bot("mover2", mover(1, { "api2.public:443", "api1.public:443" }))

sim.plan(chaos.graceful_monkey { machines = "api*", every = { "5s", "10s" } })
