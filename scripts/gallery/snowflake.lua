-- A service makes ids of the time in milliseconds and a counter that begins anew in each of them, as
-- Twitter's Snowflake does. The planted bug: it trusts its clock. When that steps back, the same
-- milliseconds come again, and so do ids.
-- Repaired, it goes on counting in the latest millisecond that it has seen, until the clock is there again.
--
--   simlua scripts/gallery/snowflake.lua --seed 1
--   simlua scripts/gallery/snowflake.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "ids are unique"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local check = require "sim.check"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether time only moves forwards")

sim.connect("botnet", "net", { delay = "1ms" })

local ids = sim.history("ids")

sim.service("ids.net", function(env)
  local latest, count = 0, 0
  rpc.serve(env, 80, {
    next = function()
      local now = math.floor(env:now() * 1000)
      if sim.params.fixed then now = math.max(now, latest) end
      count = now == latest and count + 1 or 0
      latest = now
      return now .. "-" .. count
    end,
  })
end)

sim.bot("client", function(env)
  local service = rpc.client(env, "ids.net:80")
  for _ = 1, 500 do
    ids:invoke(env, "generate", service.call, service, "next")
    env:sleep(env.random:sample(sim.uniform("0s", "20ms")))
  end
end)

sim.check("ids are unique", check.unique_ids { history = "ids" })

sim.plan(chaos.between("1s", "1h", chaos.every({ "500ms", "2s" }, chaos.then_heal({ "200ms", "1s" },
  chaos.clock_bump { machines = "ids.net", by = { "10ms", "1s" } }))))
