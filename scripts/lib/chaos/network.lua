-- Harm to the network: what sim.chaos calls partition and packet.
local native = require "sim.native"
local options = require "sim.chaos.options"
local scopes = require "sim.chaos.scope"
local targets = require "sim.chaos.targets"

local M = {}

-- --- partition

-- cut makes one partition, and remembers to heal it.
local function cut(plan, scope, a, b, o)
  local apart = plan:partition(a, b, { mode = o.mode, oneway = o.oneway })
  scope:remember(apart, function(healer) healer:heal(apart) end)
end

-- split takes an array apart: the first n, and the rest.
local function split(all, n)
  local first, rest = {}, {}
  for i, each in ipairs(all) do table.insert(i <= n and first or rest, each) end
  return first, rest
end

-- ring lets every machine hear from itself and its neighbours in a ring, a majority,
-- and no two machines from the same.
local function ring(plan, scope, all, o)
  local n = #all
  local majority = math.floor(n / 2) + 1
  local before = math.floor(majority / 2)
  for i = 1, n do
    local unheard = {}
    for step = majority - before, n - before - 1 do
      unheard[#unheard + 1] = all[(i - 1 + step) % n + 1]
    end
    cut(plan, scope, unheard, { all[i] }, { mode = o.mode, oneway = true })
  end
end

-- apart lists the pairs of different networks that are connected.
local function apart(plan)
  local pairs = {}
  for _, pair in ipairs(plan:networks()) do
    if pair[1] ~= pair[2] then pairs[#pairs + 1] = pair end
  end
  return pairs
end

-- needs is how many machines a kind of partition takes.
local needs = { one = 2, minority_third = 2, minority = 2, majority = 3, halves = 2, majorities_ring = 3, bridge = 3 }

-- possible keeps those of some targets that there are enough machines, or networks, for.
function M.possible(plan, wanted, machines)
  local found = {}
  for _, target in ipairs(wanted) do
    local enough = target == "networks" and #apart(plan) > 0 or #machines >= (needs[target] or math.huge)
    if enough then found[#found + 1] = target end
  end
  return found
end

local function divide(plan, scope, o)
  local all = targets.machines(plan, o.machines)
  if #M.possible(plan, o.targets, all) < #o.targets then
    error("chaos.partition: it takes two machines, three for a majority, a majorities_ring or a bridge, and networks that are " ..
      "connected for networks; " ..
      "here are " .. #all .. " machines that match", 0)
  end
  local target = plan.random:pick(o.targets)
  if target == "networks" then
    local pair = plan.random:pick(apart(plan))
    return cut(plan, scope, pair[1], pair[2], o)
  end
  all = plan.random:shuffle(all)
  if target == "majorities_ring" then return ring(plan, scope, all, o) end
  if o.primaries then
    local some, rest = targets.leading(plan, o, all)
    if #some > 0 and #rest > 0 then cut(plan, scope, some, rest, o) end
    return
  end
  if target == "bridge" then table.remove(all) end      -- the one that hears both sides
  local some, rest = split(all, targets.count(plan.random, target, #all))
  cut(plan, scope, some, rest, o)
end

function M.partition(given)
  local o = options.read("chaos.partition", given, {
    { "machines", options.matches, "*" },
    { "targets", options.choices { "one", "minority_third", "minority", "majority", "halves", "majorities_ring", "bridge",
      "networks" }, "halves" },
    targets.primaries,
    { "between", options.pair },
    { "mode", options.word { "drop", "reject", "clog" }, "drop" },
    { "oneway", options.boolean, false },
  })
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    if o.between then return cut(plan, scope, o.between[1], o.between[2], o) end
    divide(plan, scope, o)
  end
end

-- --- packet

local keys = { "delay", "jitter", "distribution", "loss", "gemodel", "duplicate", "corrupt", "corrupt_undetected",
  "reorder", "gap", "keep_order", "rate", "limit" }

local function packet_options()
  local known = { { "between", options.pair }, { "targets", options.choices({ "one", "all" }, true), "all" } }
  for _, key in ipairs(keys) do known[#known + 1] = { key, options.any } end
  return known
end

-- links draws the pairs of networks whose link becomes bad.
local function links(plan, o)
  if o.between then return { o.between } end
  local all = plan.random:shuffle(plan:networks())
  return (split(all, targets.count(plan.random, plan.random:pick(o.targets), #all)))
end

function M.packet(given)
  local o, changes = options.read("chaos.packet", given, packet_options()), {}
  for _, key in ipairs(keys) do changes[key] = o[key] end
  if next(changes) == nil then
    error("chaos.packet: what is to happen to packets? There is " .. table.concat(keys, ", "), 2)
  end
  local wrong = native.changes("chaos.packet", changes)
  if wrong then error(wrong, 2) end
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    for _, pair in ipairs(links(plan, o)) do
      plan:link(pair[1], pair[2], changes)
      scope:remember("link " .. pair[1] .. " " .. pair[2], function(healer) healer:link(pair[1], pair[2]) end)
    end
  end
end

return M
