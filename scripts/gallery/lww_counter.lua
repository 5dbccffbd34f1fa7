-- A counter on two replicas, which exchange what they have. The planted bug: of two values the one that was
-- written last wins. Of increments at both sides while they cannot talk, one side's are lost.
-- Repaired, each replica counts its own increments, the greater count of each wins, and the counter
-- is their sum (a G-counter; Shapiro and others, "Conflict-free Replicated Data Types", 2011).
--
--   simlua scripts/gallery/lww_counter.lua --seed 1
--   simlua scripts/gallery/lww_counter.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "every increment counts"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local check = require "sim.check"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether each replica has a count of its own")

sim.connect("lan", "lan", { delay = "1ms" })
sim.connect("botnet", "lan", { delay = "5ms" })

local counter = sim.history("counter")

local function last_wins(mine, theirs)
  if theirs.time > mine.time then mine.time, mine.counts = theirs.time, theirs.counts end
end

local function greatest_wins(mine, theirs)
  for name, count in pairs(theirs.counts) do mine.counts[name] = math.max(mine.counts[name] or 0, count) end
end

sim.service("replica{1..2}.lan", function(env)
  local merge = sim.params.fixed and greatest_wins or last_wins
  local name = sim.params.fixed and env.machine or "all"
  local mine = { time = 0, counts = {} }
  local other = rpc.client(env, "replica" .. 3 - env.index .. ".lan:80", { timeout = "200ms", attempts = 1 })
  env:go(function()
    while true do
      pcall(other.call, other, "merge", mine)
      env:sleep("50ms")
    end
  end)
  rpc.serve(env, 80, {
    increment = function() mine.time, mine.counts[name] = env:now(), (mine.counts[name] or 0) + 1 end,
    merge = function(theirs) merge(mine, theirs) end,
    value = function()
      local sum = 0
      for _, count in pairs(mine.counts) do sum = sum + count end
      return sum
    end,
  })
end)

sim.bot("clients", function(env)
  local replicas = {}
  for i = 1, 2 do replicas[i] = rpc.client(env, "replica" .. i .. ".lan:80", { timeout = "1s", attempts = 20 }) end
  for n = 1, 20 do
    local replica = replicas[n % 2 + 1]
    counter:invoke(env, { f = "add", value = 1 }, replica.call, replica, "increment")
    env:sleep("500ms")
  end
  env:sleep("5s")
  for _, replica in ipairs(replicas) do counter:invoke(env, "read", replica.call, replica, "value") end
end)

sim.check("every increment counts", check.counter { history = "counter" })

sim.plan(chaos.between("0s", "10s", chaos.every({ "1s", "5s" }, chaos.then_heal({ "500ms", "2s" },
  chaos.partition { machines = "replica*", targets = "one" }))))
