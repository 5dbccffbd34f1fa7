-- What sim.chaos calls graceful_monkey.
local options = require "sim.chaos.options"
local scopes = require "sim.chaos.scope"
local targets = require "sim.chaos.targets"

local M = {}

-- within bounds the times of a reboot, so that it is over when the scope ends.
local function within(plan, scope, grace, down)
  if not scope.ends then return grace, down end
  local left = scope.ends - plan:now()
  grace = math.min(grace, left)
  return grace, math.min(down, left - grace)
end

function M.graceful_monkey(given)
  local o = options.read("chaos.graceful_monkey", given, {
    { "machines", options.matches, "*" },
    { "every", options.time, { "5s", "10s" } },
    { "grace", options.time, { "0s", "4s" } },
    { "wipe", options.chance, 1 / 3 },
    { "down", options.time, { "2s", "9s" } },
  })
  return function(plan, scope)
    local random = plan.random
    local machines = targets.machines(plan, o.machines)
    plan:start("*")
    scope = scope or scopes.outermost()
    while scope:sleep(plan, random:sample(o.every)) do
      local machine = random:pick(machines)
      local wipe = random:chance(o.wipe)
      plan:log("CHAOS MONKEY " .. (wipe and "REIMAGE " or "REBOOT ") .. machine)
      local grace, down = random:sample(o.grace), random:sample(o.down)
      grace, down = within(plan, scope, grace, down)
      plan:reboot(machine, { grace = grace, down = down, wipe = wipe })
    end
  end
end

return M
