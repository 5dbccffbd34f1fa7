-- A counter on three replicas, which send each other what was counted. The planted bug: they send
-- increments, and add what comes. When the answer to a message is lost, it is sent again, and counted twice.
-- Repaired, they send the counts themselves, of which the greater wins: merging them twice changes nothing
-- (a state-based CRDT; Shapiro and others, 2011).
--
--   simlua scripts/gallery/crdt_counter.lua --seed 1
--   simlua scripts/gallery/crdt_counter.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "every increment counts once"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local check = require "sim.check"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether replicas exchange states")

sim.connect("lan", "lan", { delay = "2ms" })
sim.connect("botnet", "lan", { delay = "5ms" })

local counter = sim.history("counter")

sim.service("replica{1..3}.lan", function(env)
  local counts, grown = { 0, 0, 0 }, env:condition()
  local function merge(from)
    local mine = counts[from.index]
    counts[from.index] = sim.params.fixed and math.max(mine, from.count) or mine + from.count
  end

  local function tell(n)
    local peer = rpc.client(env, "replica" .. n .. ".lan:80", { timeout = "100ms", attempts = 1 })
    local told = 0
    while true do
      if told == counts[env.index] then grown:wait() end
      local count = counts[env.index]
      local message = { index = env.index, count = sim.params.fixed and count or count - told }
      if pcall(peer.call, peer, "merge", message) then told = count end
    end
  end

  for n = 1, 3 do if n ~= env.index then env:go(tell, n) end end
  rpc.serve(env, 80, {
    merge = merge,
    increment = function()
      counts[env.index] = counts[env.index] + 1
      grown:broadcast()
    end,
    value = function() return counts[1] + counts[2] + counts[3] end,
  })
end)

sim.bot("client{1..3}", function(env)
  local replica = rpc.client(env, "replica" .. env.index .. ".lan:80", { timeout = "1s", attempts = 1 })
  for _ = 1, 20 do
    counter:invoke(env, { f = "add", value = 1 }, replica.call, replica, "increment")
    env:sleep(env.random:sample(sim.uniform("0s", "500ms")))
  end
  env:sleep_until(15)
  counter:invoke(env, "read", replica.call, replica, "value")
end)

sim.check("every increment counts once", check.counter { history = "counter" })

sim.plan(chaos.between("0s", "8s", chaos.every({ "500ms", "2s" }, chaos.then_heal({ "100ms", "1s" },
  chaos.partition { machines = "replica*", targets = "one" }))))
