-- A projection keeps the total of the events of a log, and how far it has read. The planted bug: these
-- are two transactions. When the projection dies between them, it adds the same events again. (The other
-- way round, it would miss some.)
-- Repaired, both are in one transaction.
--
--   simlua scripts/gallery/projection_checkpoint.lua --seed 1
--   simlua scripts/gallery/projection_checkpoint.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "the total is the sum of the events"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local commit_log = require "sim.commit_log"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether total and position are written at once")

sim.connect("botnet", "net", { delay = "5ms" })
sim.connect("net", "net", { delay = "1ms" })
sim.machine("projection.net", { disk = sim.disk.hdd })

sim.service("log.net", sim.engine.commit_log { port = 443 })

sim.service("projection.net", function(env)
  local db = env:open("projection")
  local log = commit_log.client(env, "log.net:443")

  local function project(from, events)
    local sum = 0
    for _, amount in ipairs(events) do sum = sum + amount end
    local function add(tx) tx:put("total", (tx:get("total") or 0) + sum) end
    local function move(tx) tx:put("position", from + #events) end
    if sim.params.fixed then
      db:update(function(tx) add(tx) move(tx) end)
    else
      db:update(add)
      db:update(move)
    end
  end

  env:go(rpc.serve, env, 80, {
    total = function() return db:view(function(tx) return tx:get("total") or 0 end) end,
  })
  while true do
    local from = db:view(function(tx) return tx:get("position") or 0 end)
    local ok, events = pcall(log.read, log, from, { wait = "5s" })
    if ok and #events > 0 then project(from, events) end
    if not ok and events.kind == "stopped" then return end
  end
end)

sim.bot("bookkeeper", function(env)
  local log, sum = commit_log.client(env, "log.net:443"), 0
  for amount = 1, 40 do
    log:append { amount }
    sum = sum + amount
    env:sleep(env.random:sample(sim.uniform("0s", "200ms")))
  end
  env:sleep("3s")
  local total = rpc.client(env, "projection.net:80", { timeout = "500ms", attempts = 50 }):call("total")
  env:expect("the total is the sum of the events", sum, total)
end)

sim.plan(chaos.every({ "300ms", "1s" }, chaos.then_heal("50ms", chaos.kill { machines = "projection.net" })))
