-- What sim.chaos calls graceful_monkey.
local options = require "sim.chaos.options"
local targets = require "sim.chaos.targets"

local M = {}

function M.graceful_monkey(given)
  local o = options.read("chaos.graceful_monkey", given, {
    { "machines", options.matches, "*" },
    { "every", options.time, { "5s", "10s" } },
    { "grace", options.time, { "0s", "4s" } },
    { "wipe", options.chance, 1 / 3 },
    { "down", options.time, { "2s", "9s" } },
  })
  return function(plan)
    local random = plan.random
    local machines = targets.machines(plan, o.machines)
    plan:start("*")
    while true do
      plan:sleep(random:sample(o.every))
      local machine = random:pick(machines)
      local wipe = random:chance(o.wipe)
      plan:log("CHAOS MONKEY " .. (wipe and "REIMAGE " or "REBOOT ") .. machine)
      plan:reboot(machine, { grace = random:sample(o.grace), down = random:sample(o.down), wipe = wipe })
    end
  end
end

return M
