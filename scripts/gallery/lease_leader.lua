-- Nodes elect a leader by a lease of two seconds, which it renews. The planted bug: the leader asks its clock
-- for the time of day whether its lease still holds. When that is set back, it holds too long, and another
-- node leads already.
-- Repaired, it measures time by a clock that nobody sets, from before it asked.
--
--   simlua scripts/gallery/lease_leader.lua --seed 1
--   simlua scripts/gallery/lease_leader.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "one leader"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether the clock is monotonic")

sim.connect("lan", "lan", { delay = "2ms" })
sim.connect("botnet", "lan", { delay = "2ms" })

local lease = 2 -- seconds

sim.service("store.lan", function(env)
  local owner, ends = nil, 0
  rpc.serve(env, 80, {
    acquire = function(who)
      local now = env:monotonic()
      if owner ~= who and now < ends then return false end
      owner, ends = who, now + lease
      return true
    end,
  })
end)

sim.service("node{1..3}.lan", function(env)
  local store = rpc.client(env, "store.lan:80", { timeout = "500ms", attempts = 1 })
  local function time() return sim.params.fixed and env:monotonic() or env:now() end
  local ends = 0

  local function follow_clock() -- steps down when the lease is over
    while true do
      env:gauge("leads", time() < ends or nil)
      env:sleep("10ms")
    end
  end

  env:go(follow_clock)
  while true do
    local asked = time()
    local ok, mine = pcall(store.call, store, "acquire", env.machine)
    if ok and mine then ends = asked + lease - 0.05 end -- it may look a little late
    env:sleep(env.random:sample(sim.uniform("300ms", "900ms")))
  end
end)

sim.bot("watcher", function(env) env:sleep("30s") end)

sim.always("one leader", function(world)
  local leaders = {}
  for node in pairs(world:gauges("leads")) do table.insert(leaders, node) end
  return #leaders <= 1, table.concat(leaders, " and ") .. " lead"
end)

sim.plan(chaos.together {
  clocks = chaos.every({ "1s", "4s" }, chaos.then_heal({ "1s", "4s" },
    chaos.clock_bump { machines = "node*", by = { "1s", "5s" } })),
  cuts = chaos.every({ "1s", "4s" }, chaos.then_heal({ "1s", "4s" },
    chaos.partition { machines = "*.lan", targets = "one" })),
})
