-- Workers take turns by a lock in a store, which forgets it after a second. They stop working before that. The
-- planted bug: who gives the lock back deletes it, whoever has it. A request to delete that is slow deletes the
-- lock of the next worker, and a third one works beside him.
-- Repaired, the store deletes a lock only for who put it there. (Workers that can be frozen need fencing
-- tokens, too: ../lease.lua.)
--
--   simlua scripts/gallery/ttl_lock.lua --seed 1
--   simlua scripts/gallery/ttl_lock.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "one at a time"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether a lock is deleted for its owner only")

sim.connect("lan", "lan", { delay = "5ms" })
sim.connect("botnet", "lan", { delay = "5ms" })

local ttl = 1 -- seconds

sim.service("store.lan", function(env)
  local owner, expires = nil, 0
  rpc.serve(env, 80, {
    lock = function(who)
      if owner and env:monotonic() < expires then return false end
      owner, expires = who, env:monotonic() + ttl
      return true
    end,
    unlock = function(who)
      if owner == who or not sim.params.fixed then owner = nil end
    end,
  })
end)

sim.service("worker{1..3}.lan", function(env)
  local store = rpc.client(env, "store.lan:80", { timeout = "10s", attempts = 1 })
  local turns = 0
  while true do
    turns = turns + 1
    local who, asked = env.machine .. "-" .. turns, env:monotonic()
    local ok, locked = pcall(store.call, store, "lock", who)
    local left = asked + ttl - env:monotonic()
    if ok and locked and left > 0 then
      env:gauge("works", true)
      env:sleep(math.min(left, 0.6 + 0.4 * env.random:float()))
      env:gauge("works", nil)
      env:go(function() pcall(store.call, store, "unlock", who) end)
    end
    env:sleep(0.2 * env.random:float())
  end
end)

sim.bot("watcher", function(env) env:sleep("30s") end)

sim.always("one at a time", function(world)
  local works = {}
  for machine in pairs(world:gauges("works")) do table.insert(works, machine) end
  return #works <= 1, table.concat(works, " and ") .. " work at once"
end)

sim.plan(chaos.every({ "1s", "3s" }, chaos.then_heal({ "200ms", "2s" },
  chaos.packet { between = { "lan", "lan" }, delay = sim.uniform("100ms", "500ms") })))
