-- Swarm testing: what sim.chaos calls swarm. Each seed draws a mix of its own: which
-- families of faults there are, how often they strike and how hard.
local sim = require "sim"
local disk = require "sim.chaos.disk"
local machine = require "sim.chaos.machine"
local network = require "sim.chaos.network"
local options = require "sim.chaos.options"
local scopes = require "sim.chaos.scope"
local targets = require "sim.chaos.targets"
local when = require "sim.chaos.when"

local M = {}

-- ms rounds seconds to milliseconds, so that what is told is what is done.
local function ms(seconds) return math.max(1, math.floor(seconds * 1000 + 0.5)) / 1000 end

local function text(seconds) return string.format("%.14g s", seconds) end

-- about is a time around a mean, and how it reads.
local function about(mean)
  local least, most = ms(mean / 2), ms(mean * 1.5)
  return sim.uniform(least, most), text(least) .. " to " .. text(most)
end

-- list tells names, but not too many.
local function list(names)
  local more = #names - 8
  return table.concat(names, ", ", 1, math.min(8, #names)) .. (more > 0 and " and " .. more .. " more" or "")
end

-- mode makes partitions of a mode, of all kinds that the machines at hand allow.
local function mode(name)
  return function(world)
    local possible = network.possible(world.plan,
      { "one", "minority", "majority", "halves", "majorities_ring", "networks" }, world.machines)
    if #possible == 0 then return nil, "nothing to keep apart" end
    return network.partition { machines = world.machines, targets = possible, mode = name }, table.concat(possible, ", ")
  end
end

local function strike(word)
  return function(world) return machine[word] { machines = world.machines }, "one machine" end
end

-- wipe spares what there is one of, unless told otherwise: no design can keep what is
-- kept once, when the disk of that is gone.
local function wipe(world)
  if #world.wipeable == 0 then return nil, "no machine is one of several" end
  local all = #world.wipeable == #world.machines
  return machine.wipe { machines = world.wipeable }, all and "one machine" or "one of " .. list(world.wipeable)
end

-- families are all kinds of harm, in the order in which seeds draw them. Make gets
-- the world and a number from 0 to 1, how hard it strikes; it returns a part, and how
-- that reads, or nil and why there is none. Those that a service has to expect, or its
-- error ends the run, are there when they are asked for only.
local families = {
  { name = "kill", make = strike "kill" },
  { name = "power_fail", make = strike "power_fail" },
  { name = "wipe", make = wipe },
  { name = "pause", make = strike "pause" },
  { name = "partition", make = mode "drop" },
  { name = "clog", make = mode "clog" },
  { name = "loss", make = function(world, strength)
    if #world.plan:networks() == 0 then return nil, "no links" end
    local loss = math.ceil(1 + 39 * strength) / 100
    return network.packet { targets = "one", loss = loss }, "one link, " .. loss * 100 .. " % of its packets"
  end },
  { name = "clock", make = function(world, strength)
    local most = ms(0.01 * 10 ^ (4 * strength)) -- 10 ms to 100 s
    return machine.clock_bump { machines = world.machines, by = { 0, most } }, "one clock, by up to " .. text(most)
  end },
  { name = "disk", make = function(world, strength)
    if strength >= 0.5 then
      local most = ms(0.1 * 100 ^ (2 * strength - 1)) -- 100 ms to 10 s
      return disk.disk { machines = world.machines, stall = { 0.001, most } }, "one disk, stalled for up to " .. text(most)
    end
    local slow = math.ceil(2 * 50 ^ (2 * strength)) -- 2 to 100
    return disk.disk { machines = world.machines, slow = slow }, "one disk, " .. slow .. " times as slow"
  end },
  { name = "disk_full", chance = 0, make = function(world)
    return disk.disk { machines = world.machines, capacity = 1 }, "one disk"
  end },
  { name = "sync_error", chance = 0, make = function(world, strength)
    local share = math.ceil(1 + 49 * strength) / 100
    return disk.disk { machines = world.machines, sync_error = share }, "one disk, " .. share * 100 .. " % of its syncs"
  end },
}

local known = {
  { "machines", options.matches, "*" },
  { "wipeable", options.matches },
  { "storm", options.time },
  { "recovery", options.time },
  { "max_down", options.whole },
  { "every", options.time, { "3s", "30s" } },
  { "lasts", options.time, { "500ms", "10s" } },
}
for _, family in ipairs(families) do
  known[#known + 1] = { family.name, options.chance, family.chance or 0.5 }
end

-- phases draws how long the storm and the recovery are, and sees to it that the run's
-- time limit leaves both.
local function phases(plan, random, o)
  local limit = plan:limits().time - plan:now()
  local storm = o.storm and random:sample(o.storm) or math.min(60, limit / 2)
  local recovery = o.recovery and random:sample(o.recovery) or math.min(30, limit / 4)
  if storm + recovery > limit then
    error("chaos.swarm: storm and recovery take " .. text(storm + recovery) .. ", but sim.limits ends the run at " ..
      text(plan:limits().time), 0)
  end
  return storm, recovery
end

-- family draws one of them. It draws the same whether it is on or off.
local function draw(random, o, family, world)
  local on = random:float() < o[family.name]
  local gap = random:sample(o.every)
  local every, every_text = about(gap)
  local lasts, lasts_text = about(math.min(random:sample(o.lasts), gap / 2)) -- others are to get room
  local part, reads = family.make(world, random:float())
  local drawn = { name = family.name, reads = "off" }
  if on and part then
    drawn.part = when.every(every, when.then_heal(lasts, part))
    drawn.reads = "every " .. every_text .. ", for " .. lasts_text .. ": " .. reads
  elseif on then
    drawn.reads = "off: " .. reads
  end
  return drawn
end

-- mix is what a seed has in store.
local function mix(plan, o)
  local random, drawn = plan:stream("swarm"), {}
  local world = { plan = plan, machines = targets.machines(plan, o.machines) }
  world.wipeable = o.wipeable and targets.machines(plan, o.wipeable) or targets.several(plan, world.machines)
  drawn.max_down = o.max_down or math.max(1, math.floor((#world.machines - 1) / 2))
  for i, family in ipairs(families) do drawn[i] = draw(random, o, family, world) end
  drawn.storm, drawn.recovery = phases(plan, random, o)
  drawn.machines = world.machines
  return drawn
end

-- tell writes a mix to the log: what --explain prints.
local function tell(plan, drawn)
  local until_bots = #plan:bots() > 0 and ", or until the bots have returned" or ""
  plan:log("swarm: a storm of " .. text(drawn.storm) .. until_bots .. ", then " .. text(drawn.recovery) .. " to recover")
  plan:log("swarm: at most " .. drawn.max_down .. " down at once of " .. list(drawn.machines))
  for _, family in ipairs(drawn) do plan:log("swarm: " .. family.name .. ": " .. family.reads) end
end

-- storm starts the families that are on.
local function storm(plan, scope, drawn)
  local processes = {}
  for _, family in ipairs(drawn) do
    if family.part then processes[#processes + 1] = plan:go(family.name, family.part, scope) end
  end
  return processes
end

-- recover waits until the storm has ended, and leaves time to get over it. Each part
-- has healed what it did by then.
local function recover(plan, scope, drawn, processes)
  scope:wait(plan, scope.ends)
  for _, process in ipairs(processes) do process:join() end
  plan:log("swarm: the storm is over")
  plan:sleep(drawn.recovery)
end

function M.swarm(given)
  local o = options.read("chaos.swarm", given, known)
  return function(plan, outer)
    local drawn = mix(plan, o)
    tell(plan, drawn)
    local scope = scopes.enter(plan, outer):inner(plan:now() + drawn.storm)
    scope.down = { most = drawn.max_down, machines = {} }
    local bots = #plan:bots() > 0
    if bots then scope:ends_with(plan, "bots", function(own) own:wait_for_bots() end) end
    local processes = storm(plan, scope, drawn)
    local recovery = plan:go("recovery", function(own) recover(own, scope, drawn, processes) end)
    if bots then plan:wait_for_bots() end
    recovery:join()
  end
end

return M
