-- A set on two replicas, each addition with a tag, so that a removal takes what it has seen and an addition
-- that comes later stands (an OR-set; Shapiro and others, 2011). The planted bug: the number in the tags is in
-- memory. After a crash the same tags come again, some of which were removed, and additions vanish.
-- Repaired, the number is on the disk.
--
--   simlua scripts/gallery/or_set.lua --seed 1
--   simlua scripts/gallery/or_set.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "the basket has what was put in last"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether the number in the tags survives")

sim.connect("lan", "lan", { delay = "2ms" })
sim.connect("botnet", "lan", { delay = "5ms" })

sim.service("replica{1..2}.lan", function(env)
  local db = env:open("set")
  local state = db:view(function(tx) return tx:get("state") end) or { added = {}, removed = {} } -- by tag
  local number = sim.params.fixed and db:view(function(tx) return tx:get("number") end) or 0
  local function save() db:update(function(tx) tx:put("state", state) end) end
  local function new_tag() -- nobody hears of it before the number is on the disk
    number = number + 1
    local tag = env.index .. "-" .. number
    db:update(function(tx) tx:put("number", number) end)
    return tag
  end

  local function merge(other)
    for tag, element in pairs(other.added) do state.added[tag] = element end
    for tag in pairs(other.removed) do state.removed[tag] = true end
    save()
  end

  local peer = rpc.client(env, "replica" .. 3 - env.index .. ".lan:80", { timeout = "200ms", attempts = 1 })
  env:go(function()
    while true do
      pcall(peer.call, peer, "merge", state)
      env:sleep("300ms")
    end
  end)
  rpc.serve(env, 80, {
    merge = merge,
    add = function(element)
      state.added[new_tag()] = element
      save()
    end,
    remove = function(element)
      for tag, other in pairs(state.added) do if other == element then state.removed[tag] = true end end
      save()
    end,
    elements = function()
      local set = {}
      for tag, element in pairs(state.added) do if not state.removed[tag] then set[element] = true end end
      return set
    end,
  })
end)

sim.bot("shopper", function(env)
  local replicas, wanted = {}, {}
  for i = 1, 2 do replicas[i] = rpc.client(env, "replica" .. i .. ".lan:80", { timeout = "500ms", attempts = 50 }) end
  for n = 1, 12 do
    local thing, at = "thing " .. env.random:int(1, 3), env.random:pick(replicas)
    at:call(wanted[thing] and "remove" or "add", thing)
    wanted[thing] = not wanted[thing] or nil
    env:sleep("1s") -- until the other replica knows
    if n % 4 == 0 then
      env:sleep("1s")
      for _, replica in ipairs(replicas) do
        env:expect("the basket has what was put in last", wanted, replica:call("elements"))
      end
    end
  end
end)

sim.plan(chaos.every({ "1s", "4s" }, chaos.then_heal("100ms", chaos.kill { machines = "replica*" })))
