-- Faults by their times: what sim.chaos calls schedule.
local sim = require "sim"
local names = require "sim.options.names"
local scopes = require "sim.chaos.scope"

local M = {}

-- sides takes apart what a partition is called: "a<>{b, c}", or "a>b" for one way.
local function sides(where)
  local a, b = where:match("^(.-)<?>(.+)$")
  if not a then return end
  local function side(text)
    local list = {}
    for each in (text:match("^{(.*, .*)}$") or text):gmatch("[^, ][^,]*") do list[#list + 1] = each end
    return list
  end
  return side(a), side(b)
end

-- delay is one as faults of links and disks tell it: "2ms", or "100ms to 500ms".
local function delay(key, text)
  local least, most = tostring(text):match("^(%S+) to (%S+)$")
  local ok, distribution = pcall(sim.uniform, least, most)
  if not least then ok, distribution = pcall(sim.constant, text) end
  if ok then return distribution end
  return nil, key .. ' "' .. tostring(text) .. '": expected a duration, or "100ms to 500ms"'
end

-- keys is a set of words, what changes reads of a kind of fault.
local function keys(words)
  local set = {}
  for _, word in ipairs(words) do set[word] = true end
  return set
end

local of_link = { delays = keys { "delay" }, others = keys { "name", "jitter", "loss", "loss_corr", "duplicate",
  "duplicate_corr", "corrupt", "corrupt_corr", "corrupt_undetected", "reorder", "reorder_corr", "gap", "keep_order",
  "rate", "overhead", "limit", "mtu", "log" } }
local of_disk = { delays = keys { "read", "write", "sync" }, others = keys { "name", "slow", "iops", "bandwidth",
  "capacity", "read_error", "sync_error", "lying_sync", "misdirect", "rot", "corrupt", "volatile", "stall" } }

-- changes are those of a link or a disk, as the plan's verb takes them.
local function changes(parameters, known)
  local t, problem = {}, nil
  for key, value in pairs(parameters) do
    if known.delays[key] then
      t[key], problem = delay(key, value)
    elseif known.others[key] then
      t[key] = value
    else
      problem = key .. " cannot be set from a schedule"
    end
    if problem then return nil, problem end
  end
  return t
end

-- --- kinds: each reads a fault and returns what does it and what undoes it, or nil
-- and what is wrong with it

local function verb(name, undo, ...)
  local words = { ... }
  return function(f)
    local given = {}
    for _, word in ipairs(words) do given[word] = f.parameters[word] end
    return function(plan) plan[name](plan, f.where, #words > 0 and given or nil) end,
      function(plan) plan[undo](plan, f.where) end
  end
end

local kinds = {
  stop = verb("stop", "start", "grace"),
  kill = verb("kill", "start"),
  power_fail = verb("power_fail", "start"),
  wipe = verb("wipe", "start"),
  pause = verb("pause", "resume"),
  clock = verb("clock", "clock", "offset", "drift_ppm"),
}

function kinds.reboot(f)
  local how = { grace = f.parameters.grace, down = f.parameters.down, wipe = f.wiped }
  return function(plan) plan:reboot(f.where, how) end, function() end
end

function kinds.partition(f)
  local a, b = sides(f.where)
  if not a then return nil, 'where is "a<>b", "{a, b}<>c" or "a>b", not "' .. f.where .. '"' end
  local how = { mode = f.parameters.mode, oneway = not f.where:find("<>", 1, true) }
  local apart
  return function(plan) apart = plan:partition(a, b, how) end, function(plan) plan:heal(apart) end
end

function kinds.link(f)
  local a, b = f.where:match("^([^<>]+)>([^<>]+)$")
  if not a then return nil, 'where is "a>b", not "' .. f.where .. '"' end
  local t, problem = changes(f.parameters, of_link)
  if not t then return nil, problem end
  return function(plan) plan:link(a, b, t, { oneway = true }) end,
    function(plan) plan:link(a, b, nil, { oneway = true }) end
end

function kinds.disk(f)
  local t, problem = changes(f.parameters, of_disk)
  if not t then return nil, problem end
  if next(t) == nil then t.slow = 1 end
  return function(plan) plan:disk(f.where, t) end, function(plan) plan:disk(f.where) end
end

function kinds.rot(f)
  return function(plan) plan:rot(f.where, f.parameters) end, function() end
end

function kinds.swap_disks(f)
  local a, b = f.where:match("^(.+) | (.+)$")
  if not a then return nil, 'where is "a | b", not "' .. f.where .. '"' end
  return function(plan) plan:swap_disks(a, b) end, function(plan)
    plan:start(a)
    plan:start(b)
  end
end

-- --- a whole schedule

-- is_own says whether a link, a disk or a service does this to itself, by its own chance.
local function is_own(f)
  return not kinds[f.kind] or (f.kind == "power_fail" or f.kind == "rot") and not f.id:find("^plan")
end

-- by_place are the faults of a kind by where they are, in order of their times.
local function by_place(faults, kind)
  local places = {}
  for _, f in ipairs(faults) do
    if f.kind == kind then
      places[f.where] = places[f.where] or {}
      table.insert(places[f.where], f)
    end
  end
  return places
end

-- reboots take the wipes that happened inside them.
local function join_wipes(faults)
  local reboots = by_place(faults, "reboot")
  for where, wipes in pairs(by_place(faults, "wipe")) do
    local begun, under_way = 0, {}
    for _, wipe in ipairs(wipes) do
      local of_machine, going_on = reboots[where] or {}, {}
      while begun < #of_machine and of_machine[begun + 1].at <= wipe.at do
        begun = begun + 1
        under_way[#under_way + 1] = of_machine[begun]
      end
      for _, reboot in ipairs(under_way) do
        if wipe.at <= (reboot.ended or math.huge) then
          wipe.joined, reboot.wiped = true, true
          going_on[#going_on + 1] = reboot
        end
      end
      under_way = going_on
    end
  end
end

local settable = keys { "clock", "link", "disk" }

-- latest says, of faults in one place in order of their times, when the last of those ends
-- that have begun before a moment.
local function latest(faults)
  local ends = {}
  for i, f in ipairs(faults) do ends[i] = math.max(f.ended or math.huge, ends[i - 1] or 0) end
  return function(moment)
    local low, high = 0, #faults -- the last that has begun is one of these
    while low < high do
      local middle = math.ceil((low + high) / 2)
      if faults[middle].at < moment then low = middle else high = middle - 1 end
    end
    return ends[low] or 0
  end
end

-- replaced says that a clock, a link or a disk is set anew at the moment at which it is
-- to be set right; or that a disk is not, as other harm to it goes on: a stall is over.
local function replaced(faults)
  local begins, disks = {}, {}
  for _, f in ipairs(faults) do begins[f.kind .. " " .. f.where .. " " .. f.at] = true end
  for where, of_disk in pairs(by_place(faults, "disk")) do disks[where] = latest(of_disk) end
  return function(f)
    return settable[f.kind] and (begins[f.kind .. " " .. f.where .. " " .. f.ended] or
      f.kind == "disk" and disks[f.where](f.ended) > f.ended)
  end
end

-- arrange reads the faults of a schedule: what to play, and what is left to others.
local function arrange(faults)
  table.sort(faults, function(a, b) return a.at < b.at or a.at == b.at and a.order < b.order end)
  join_wipes(faults)
  local is_replaced, played, own, names = replaced(faults), {}, {}, {}
  for _, f in ipairs(faults) do
    if is_own(f) then
      own[#own + 1] = f.id
    elseif not f.joined then
      local harm, undo = kinds[f.kind](f)
      if not harm then return nil, "fault " .. f.id .. ": " .. undo end
      local name = f.id:gsub("[^%w_-]", "-")
      names[name] = (names[name] or 0) + 1
      if names[name] > 1 then name = name .. "-again-" .. names[name] end
      if f.ended and is_replaced(f) then undo = function() end end
      played[#played + 1] = { name = name, at = f.at, ended = f.ended, harm = harm, undo = undo }
    end
  end
  return played, own
end

-- tell says what is not played.
local function tell(plan, file, played, own)
  local text = "schedule " .. file .. ": " .. #played .. (#played == 1 and " fault" or " faults")
  if #own > 0 then
    text = text .. "; left to chance, as no plan can make links and services do them: " ..
      table.concat(own, ", ", 1, math.min(#own, 10)) .. (#own > 10 and " and " .. #own - 10 .. " more" or "")
  end
  plan:log(text)
end

-- score lists what is to be done: at each moment, what ends before what begins.
local function score(played)
  local steps = {}
  for i, f in ipairs(played) do
    steps[#steps + 1] = { at = f.at, begins = true, order = i, fault = f }
    if f.ended then steps[#steps + 1] = { at = f.ended, order = i, fault = f } end
  end
  table.sort(steps, function(a, b)
    if a.at ~= b.at then return a.at < b.at end
    if a.begins ~= b.begins then return not a.begins end
    return a.order < b.order
  end)
  return steps
end

-- perform does it, each fault in a process of its own, so that it has a name and
-- those that take time do not hold up others.
local function perform(plan, scope, steps)
  local processes = {}
  for _, step in ipairs(steps) do
    local f = step.fault
    if not scope:wait(plan, step.at) then break end
    if step.begins then
      processes[#processes + 1] = plan:go(f.name, f.harm)
      scope:remember(f.name, f.undo)
    else
      f.undo(plan)
      scope:forget(f.name)
    end
  end
  for _, process in ipairs(processes) do process:join() end
end

function M.schedule(file)
  if type(file) ~= "string" then
    error("bad argument #1 to 'schedule': expected the name of a file, got " .. names.describe(file), 2)
  end
  local ok, faults = pcall(sim.schedule, file)
  if not ok then error((faults:gsub("^ ", "")), 2) end
  for i, f in ipairs(faults) do f.order = i end
  local played, own = arrange(faults)
  if not played then error("schedule " .. file .. ": " .. own, 2) end
  local steps = score(played)
  return function(plan, scope)
    tell(plan, file, played, own)
    perform(plan, scopes.enter(plan, scope), steps)
  end
end

return M
