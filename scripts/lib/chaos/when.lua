-- When parts of a plan happen: what sim.chaos calls every, after, at, between …
local options = require "sim.chaos.options"
local scopes = require "sim.chaos.scope"

local M = {}

local argument, time, part = options.argument, options.time, options.part

function M.every(gap, each)
  gap, each = argument("every", 1, time, gap), argument("every", 2, part, each)
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    local due = plan:now()
    while true do
      due = math.max(due + plan.random:sample(gap), plan:now())
      if not scope:wait(plan, due) then return end
      each(plan, scope)
    end
  end
end

function M.after(pause, one)
  pause, one = argument("after", 1, time, pause), argument("after", 2, part, one)
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    if scope:wait(plan, plan:now() + plan.random:sample(pause)) then one(plan, scope) end
  end
end

function M.at(moment, one)
  moment, one = argument("at", 1, time, moment), argument("at", 2, part, one)
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    if scope:wait(plan, plan.random:sample(moment)) then one(plan, scope) end
  end
end

function M.until_time(moment, one)
  moment, one = argument("until_time", 1, time, moment), argument("until_time", 2, part, one)
  return function(plan, scope)
    local inner = scopes.enter(plan, scope):inner(plan.random:sample(moment))
    if inner:goes_on(plan) then one(plan, inner) end
    inner:wait(plan, inner.ends)
    inner:heal(plan)
  end
end

function M.between(from, to, one)
  from, to = argument("between", 1, time, from), argument("between", 2, time, to)
  return M.at(from, M.until_time(to, argument("between", 3, part, one)))
end

function M.then_heal(lasts, one)
  lasts, one = argument("then_heal", 1, time, lasts), argument("then_heal", 2, part, one)
  return function(plan, scope)
    local inner = scopes.enter(plan, scope):inner()
    local duration = plan.random:sample(lasts)
    one(plan, inner)
    inner:wait(plan, plan:now() + duration)
    inner:heal(plan)
  end
end

-- parts reads a table of parts: an array, or one with names.
local function parts(value)
  local expected = "a table of functions(plan), such as { kills = chaos.every(…), cuts = chaos.every(…) }"
  if type(value) ~= "table" or next(value) == nil then return nil, expected end
  for name, each in pairs(value) do
    if type(each) ~= "function" then return nil, expected end
    if not tostring(name):find("^[%w_-]+$") then return nil, expected .. "; names have letters, digits, - and _" end
  end
  return value
end

function M.together(all)
  argument("together", 1, parts, all)
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    local processes = {}
    for name, each in pairs(all) do
      processes[#processes + 1] = plan:go(tostring(name), each, scope)
    end
    for _, process in ipairs(processes) do process:join() end
  end
end

-- list reads an array of parts, of which none has a name that nobody would see.
local function list(value)
  local expected = "an array of functions(plan), such as { chaos.kill(), chaos.partition() }"
  if not parts(value) then return nil, expected end
  local n = 0
  for _ in pairs(value) do n = n + 1 end
  for i = 1, n do
    if not value[i] then return nil, expected end
  end
  return value
end

function M.in_turn(all)
  argument("in_turn", 1, list, all)
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    for _, each in ipairs(all) do
      if not scope:goes_on(plan) then return end
      each(plan, scope)
    end
  end
end

function M.mix(all)
  argument("mix", 1, list, all)
  return function(plan, scope)
    scope = scopes.enter(plan, scope)
    plan.random:pick(all)(plan, scope)
  end
end

return M
