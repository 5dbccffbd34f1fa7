-- Plans for `sim.plan`.
--
--   local chaos = require "sim.chaos"
--   sim.plan(chaos.graceful_monkey { machines = "api*", every = { "5s", "10s" } })
--
-- `graceful_monkey(options)` starts everything, then again and again reboots
-- one machine at random: it asks the services to stop, gives them some grace,
-- turns the machine off, sometimes erases its disk, and starts it again. Its
-- options, and what they are unless told otherwise:
--
-- - `machines`: which machines it may strike, a match or an array of matches; all
--   but those of bots, whom a glob always spares
-- - `every = {"5s", "10s"}`: the time between two strikes
-- - `grace = {"0s", "4s"}`: the time services get to stop before they are killed
-- - `wipe = 1/3`: how probable it is that the disk is erased
-- - `down = {"2s", "9s"}`: the time the machine stays off
--
-- A time is a duration, `{least, most}`, or a distribution.
local sim = require "sim"

local M = {}

local defaults = {
  machines = {},
  every = { "5s", "10s" },
  grace = { "0s", "4s" },
  wipe = 1 / 3,
  down = { "2s", "9s" },
}

-- between reads {least, most}, a duration, or a distribution.
local function between(name, value)
  if type(value) == "userdata" then return value end
  local ok, distribution
  if type(value) ~= "table" then
    ok, distribution = pcall(sim.constant, value)
  elseif #value == 2 then
    ok, distribution = pcall(sim.uniform, value[1], value[2])
  end
  if ok then return distribution end
  error("graceful_monkey: " .. name .. ' is a duration, {least, most} such as {"5s", "10s"}, or a distribution', 3)
end

-- read_options fills in the defaults and refuses what is not an option.
local function read_options(given)
  if type(given) ~= "table" then
    error("graceful_monkey: a table of options is expected, not " .. tostring(given), 3)
  end
  local names, options = {}, {}
  for name in pairs(defaults) do names[#names + 1] = name end
  for name in pairs(given) do
    if defaults[name] == nil then
      error("graceful_monkey: unknown option '" .. tostring(name) .. "'; there are " .. table.concat(names, ", "), 3)
    end
  end
  for name, default in pairs(defaults) do
    options[name] = given[name]
    if options[name] == nil then options[name] = default end
  end
  if type(options.machines) ~= "string" and type(options.machines) ~= "table" then
    error("graceful_monkey: machines is a glob or an array of globs, not " .. tostring(options.machines), 3)
  end
  if type(options.wipe) ~= "number" or options.wipe < 0 or options.wipe > 1 then
    error("graceful_monkey: wipe is a probability, a number from 0 to 1, not " .. tostring(options.wipe), 3)
  end
  return options
end

-- targets lists the machines that match one of some names, ranges and globs. A
-- glob spares those with bots.
local function targets(plan, match)
  local names, seen, bot = {}, {}, {}
  for _, name in ipairs(plan:bots()) do bot[name] = true end
  if type(match) == "string" then match = { match } end
  if #match == 0 then match = { "*" } end
  for _, each in ipairs(match) do
    local spares = each:find("[%*%?%[]") ~= nil
    for _, name in ipairs(plan:machines(each)) do
      if not seen[name] and not (spares and bot[name]) then
        names[#names + 1] = name
        seen[name] = true
      end
    end
  end
  if #names == 0 then error("graceful_monkey: machines matches only bots, which a glob spares", 0) end
  return names
end

function M.graceful_monkey(given)
  local options = read_options(given or {})
  local every = between("every", options.every)
  local grace = between("grace", options.grace)
  local down = between("down", options.down)
  return function(plan)
    local random = plan.random
    local machines = targets(plan, options.machines)
    plan:start("*")
    while true do
      plan:sleep(random:sample(every))
      local machine = random:pick(machines)
      local wipe = random:chance(options.wipe)
      plan:log("CHAOS MONKEY " .. (wipe and "REIMAGE " or "REBOOT ") .. machine)
      plan:reboot(machine, { grace = random:sample(grace), down = random:sample(down), wipe = wipe })
    end
  end
end

return M
