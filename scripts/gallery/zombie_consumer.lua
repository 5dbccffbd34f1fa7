-- Consumers of a queue share it: a coordinator gives it to one of them, and to the next when that one has not
-- been heard from for two seconds. The planted bug: it takes positions from whoever commits one. A
-- consumer that was frozen, and replaced, wakes up and commits where it had been, so that the queue goes back.
-- Repaired, each assignment has a generation, and a commit of an old one is refused.
--
--   simlua scripts/gallery/zombie_consumer.lua --seed 1
--   simlua scripts/gallery/zombie_consumer.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "the position never goes back"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether commits of an old generation are refused")

sim.connect("net", "net", { delay = "2ms" })
sim.connect("botnet", "net", { delay = "2ms" })

sim.service("coordinator.net", function(env)
  local owner, heard, generation, position = nil, 0, 0, 0
  env:gauge("position", position)
  rpc.serve(env, 80, {
    join = function(consumer)
      if owner ~= consumer and owner and env:monotonic() < heard + 2 then return false end
      owner, heard, generation = consumer, env:monotonic(), generation + 1
      return { generation = generation, position = position }
    end,
    commit = function(r)
      if sim.params.fixed and r.generation ~= generation then
        error({ kind = "fenced", message = "generation " .. r.generation .. " is over" })
      end
      if r.generation == generation then heard = env:monotonic() end
      position = r.position
      env:gauge("position", position)
      return true
    end,
  })
end)

sim.service("consumer{1..3}.net", function(env)
  local coordinator = rpc.client(env, "coordinator.net:80", { timeout = "1s", attempts = 2 })
  while true do
    local ok, assigned = pcall(coordinator.call, coordinator, "join", env.machine)
    while ok and assigned do
      env:sleep(env.random:sample(sim.uniform("50ms", "300ms"))) -- it works on a message
      assigned.position = assigned.position + 1
      ok = pcall(coordinator.call, coordinator, "commit", assigned)
    end
    env:sleep("200ms")
  end
end)

sim.bot("watcher", function(env) env:sleep("30s") end)

local last = 0
sim.always("the position never goes back", function(world)
  local position = world:gauges("position")["coordinator.net"] or last
  if position < last then return false, "from " .. last .. " to " .. position end
  last = position
end)

sim.plan(chaos.every({ "2s", "6s" }, chaos.then_heal({ "1s", "5s" }, chaos.pause { machines = "consumer*" })))
