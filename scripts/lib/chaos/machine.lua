-- Harm to machines: what sim.chaos calls kill, power_fail, wipe, pause, clock_bump
-- and clock_strobe.
local options = require "sim.chaos.options"
local scopes = require "sim.chaos.scope"
local targets = require "sim.chaos.targets"

local M = {}

-- harm makes a word of a verb of the plan, and of what undoes it.
local function harm(word, undo)
  return function(given)
    local o = options.read("chaos." .. word, given, { targets.whose, targets.how_many, targets.primaries })
    return function(plan, scope)
      scope = scopes.enter(plan, scope)
      for _, machine in ipairs(targets.strike(plan, scope, o)) do
        plan[word](plan, machine)
        scope:remember(undo .. " " .. machine, function(healer)
          targets.up(scope, machine)
          healer[undo](healer, machine)
        end)
      end
    end
  end
end

M.kill = harm("kill", "start")
M.power_fail = harm("power_fail", "start")
M.wipe = harm("wipe", "start")
M.pause = harm("pause", "resume")

-- skew draws whose clocks go wrong, by how much and in which direction, and returns
-- what sets them.
local function skew(plan, scope, o)
  local wrong = targets.choose(plan, o)
  local offset = plan.random:sample(o.by) * (plan.random:chance(0.5) and 1 or -1)
  return function()
    for _, machine in ipairs(wrong) do
      plan:clock(machine, { offset = offset })
      scope:remember("clock " .. machine, function(healer) healer:clock(machine) end)
    end
  end
end

local by = { "by", options.time, { "100ms", "1m" } }

function M.clock_bump(given)
  local o = options.read("chaos.clock_bump", given, { targets.whose, targets.how_many, targets.primaries, by })
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    skew(plan, scope, o)()
  end
end

function M.clock_strobe(given)
  local o = options.read("chaos.clock_strobe", given, { targets.whose, targets.how_many, targets.primaries, by,
    { "period", options.time, "100ms" }, { "lasts", options.time, { "1s", "5s" } } })
  return function(plan, scope)
    local inner = scopes.enter(plan, scope):inner(plan:now() + plan.random:sample(o.lasts))
    local bump = skew(plan, inner, o)
    repeat
      bump()
      local on = inner:wait(plan, plan:now() + plan.random:sample(o.period))
      inner:heal(plan)
    until not on or not inner:wait(plan, plan:now() + plan.random:sample(o.period))
  end
end

return M
