-- The system of mover.lua on good networks, with a plan by hand instead of a
-- monkey: after six seconds one gateway is reimaged, two seconds later it
-- starts again with an empty disk and catches up from the commit log.
--
--   simlua scripts/mover_stable.lua
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local backend = require "sim.backend"

sim.param("iterations", 5, "moves the bot makes")

sim.connect("botnet", "public", sim.profile.internet)
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

sim.plan(function(plan)
  plan:start("*")
  plan:sleep("6s")
  plan:log("REIMAGE api1.public")
  plan:stop("api1", { grace = "1s" })
  plan:wipe("api1")
  plan:sleep("2s")
  plan:start("api1")
end)
