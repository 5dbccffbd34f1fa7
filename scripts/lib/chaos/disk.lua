-- Harm to disks: what sim.chaos calls disk, bitflip and swap_disks.
local native = require "sim.native"
local options = require "sim.chaos.options"
local scopes = require "sim.chaos.scope"
local targets = require "sim.chaos.targets"

local M = {}

local keys = { "preset", "read", "write", "sync", "slow", "iops", "bandwidth", "capacity", "read_error", "sync_error",
  "lying_sync", "misdirect", "rot", "corrupt" }

local function disk_options()
  local known = { targets.whose, targets.how_many, { "stall", options.time } }
  for _, key in ipairs(keys) do known[#known + 1] = { key, options.any } end
  return known
end

-- harmed draws whose disks are harmed. Machines with a stalled disk count as down.
local function harmed(plan, scope, o)
  if o.stall then return targets.strike(plan, scope, o) end
  return targets.choose(plan, o)
end

function M.disk(given)
  local o, changes = options.read("chaos.disk", given, disk_options()), {}
  for _, key in ipairs(keys) do changes[key] = o[key] end
  if next(changes) == nil and not o.stall then
    error("chaos.disk: what is to happen to disks? There is stall, " .. table.concat(keys, ", "), 2)
  end
  local wrong = native.changes("chaos.disk", changes, "disk")
  if wrong then error(wrong, 2) end
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    local stall = o.stall and math.max(1e-9, plan.random:sample(o.stall)) -- a stall takes time, as a sleep does
    for _, machine in ipairs(harmed(plan, scope, o)) do
      local harm = { stall = stall }
      for key, value in pairs(changes) do harm[key] = value end
      plan:disk(machine, harm)
      scope:remember("disk " .. machine, function(healer)
        if o.stall then targets.up(scope, machine) end
        healer:disk(machine)
      end)
    end
  end
end

local rots = { "value", "meta", "file" }

function M.bitflip(given)
  local o = options.read("chaos.bitflip", given, { targets.whose, targets.how_many, { "value", options.glob }, { "meta", options.glob },
    { "file", options.glob } })
  local what, n = {}, 0
  for _, name in ipairs(rots) do
    what[name], n = o[name], n + (o[name] and 1 or 0)
  end
  if n > 1 then error("chaos.bitflip: value, meta and file are three kinds of rot: give one of them", 2) end
  return function(plan, scope)
    scopes.enter(plan, scope)
    for _, machine in ipairs(targets.choose(plan, o)) do plan:rot(machine, what) end
  end
end

function M.swap_disks(given)
  local o = options.read("chaos.swap_disks", given, { targets.whose })
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    local all = plan.random:shuffle(targets.machines(plan, o.machines))
    if #all < 2 then error("chaos.swap_disks: it takes two machines; only " .. all[1] .. " matches", 0) end
    plan:swap_disks(all[1], all[2])
    for i = 1, 2 do
      scope:remember("start " .. all[i], function(healer) healer:start(all[i]) end)
    end
  end
end

return M
