-- Whom harm strikes. What is drawn does not depend on how the system is doing.
local options = require "sim.chaos.options"

local M = {}

-- The options of what strikes machines.
M.whose = { "machines", options.matches, "*" }
M.how_many = { "targets", options.choices({ "one", "minority_third", "minority", "majority", "all" }, true), "one" }
M.primaries = { "primaries", options.gauge }

-- machines lists those that some matches mean, each once. A glob spares those with
-- bots.
function M.machines(plan, matches)
  local names, seen, bot = {}, {}, {}
  for _, name in ipairs(plan:bots()) do bot[name] = true end
  for _, match in ipairs(matches) do
    local spares = match:find("[%*%?%[]") ~= nil
    for _, name in ipairs(plan:machines(match)) do
      if not seen[name] and not (spares and bot[name]) then
        names[#names + 1] = name
        seen[name] = true
      end
    end
  end
  if #names == 0 then error("chaos: machines matches only bots, which a glob spares: name them", 0) end
  return names
end

-- several keeps those of some machines that are one of several of a kind: another has
-- the same name but for numbers, as api1.public and api2.public.
function M.several(plan, machines)
  local function kind(name) return (name:gsub("%d+", "0")) end
  local counts, found = {}, {}
  for _, name in ipairs(plan:machines("*")) do counts[kind(name)] = (counts[kind(name)] or 0) + 1 end
  for _, name in ipairs(machines) do
    if counts[kind(name)] > 1 then found[#found + 1] = name end
  end
  return found
end

-- count is how many of n a target means.
function M.count(random, target, n)
  if target == "one" then return 1 end
  if target == "all" then return n end
  if target == "majority" then return math.floor(n / 2) + 1 end
  if target == "halves" or target == "bridge" then return math.floor(n / 2) end
  if target == "minority_third" then return math.max(1, math.floor((n - 1) / 3)) end
  if target == "minority" then return random:int(1, math.max(1, math.floor((n - 1) / 2))) end
  return math.min(target, n)
end

-- leading splits machines into those that are primaries, as a gauge says, and others:
-- all are, when no gauge is given. What was drawn does not depend on it.
function M.leading(plan, o, machines)
  if not o.primaries then return machines, {} end
  local primary, some, others = {}, {}, {}
  for key, value in pairs(plan:gauge(o.primaries)) do
    if value and value ~= 0 then primary[key:match("^[^:]+")] = true end
  end
  for _, name in ipairs(machines) do table.insert(primary[name] and some or others, name) end
  return some, others
end

-- choose draws the machines to strike, in a random order.
function M.choose(plan, o)
  local all = plan.random:shuffle(M.machines(plan, o.machines))
  local n, chosen = M.count(plan.random, plan.random:pick(o.targets), #all), {}
  all = M.leading(plan, o, all)
  for i = 1, n do chosen[i] = all[i] end
  return chosen
end

-- strike is choose for harm that takes machines down. Where a scope bounds how many
-- may be down at once, those that are down already are passed over, and the rest is
-- spared. Down counts as it was planned, whatever a mask has withheld.
function M.strike(plan, scope, o)
  local down = scope.down
  if not down then return M.choose(plan, o) end
  local all = plan.random:shuffle(M.machines(plan, o.machines))
  local n, chosen, taken = M.count(plan.random, plan.random:pick(o.targets), #all), {}, 0
  for _ in pairs(down.machines) do taken = taken + 1 end
  for _, machine in ipairs((M.leading(plan, o, all))) do
    if #chosen < n and taken < down.most and not down.machines[machine] then
      chosen[#chosen + 1], down.machines[machine], taken = machine, true, taken + 1
    end
  end
  return chosen
end

-- up says that a machine that was struck is not down any more.
function M.up(scope, machine)
  if scope.down then scope.down.machines[machine] = nil end
end

return M
