-- Options of the functions of sim.chaos: read once, when a plan is made, so that a
-- mistake is told where the script made it.
local sim = require "sim"
local names = require "sim.options.names"
local native = require "sim.native"

local M = {}

-- --- what options are: each reads a value, or returns nil and what it expected

-- time is a duration, {least, most}, or a distribution: always a distribution then.
function M.time(value)
  local ok, distribution = type(value) == "userdata", value
  if type(value) == "table" and #value == 2 then
    ok, distribution = pcall(sim.uniform, value[1], value[2])
  elseif type(value) == "number" or type(value) == "string" then
    ok, distribution = pcall(sim.constant, value)
  end
  if ok then return distribution end
  return nil, 'a duration, {least, most} such as {"5s", "10s"}, or a distribution'
end

function M.matches(value)
  local expected = "a match of machines, or an array of matches"
  if type(value) == "string" then value = { value } end
  if type(value) ~= "table" or #value == 0 then return nil, expected end
  for _, match in ipairs(value) do
    if type(match) ~= "string" then return nil, expected end
    local wrong = native.match(match)
    if wrong then return nil, expected .. " (" .. wrong .. ")" end
  end
  return value
end

-- choices makes a reader of one of some words, or an array of them, which is what
-- it reads it as. With numbers, a whole number from 1 on will do, too.
function M.choices(words, numbers)
  local expected = 'one of "' .. table.concat(words, '", "') .. '"' .. (numbers and ", a number of them" or "") ..
    ", or an array of these"
  local known = {}
  for _, word in ipairs(words) do known[word] = true end
  return function(value)
    if type(value) ~= "table" then value = { value } end
    for _, each in ipairs(value) do
      local number = numbers and type(each) == "number" and each >= 1 and each % 1 == 0
      if not number and not known[each] then return nil, expected end
    end
    if #value == 0 then return nil, expected end
    return value
  end
end

function M.word(words)
  return function(value)
    for _, word in ipairs(words) do
      if value == word then return value end
    end
    return nil, 'one of "' .. table.concat(words, '", "') .. '"'
  end
end

function M.boolean(value)
  if type(value) == "boolean" then return value end
  return nil, "true or false"
end

function M.whole(value)
  if type(value) == "number" and value >= 1 and value % 1 == 0 then return value end
  return nil, "a whole number from 1 on"
end

-- chance is how probable something is; true and false are 1 and 0.
function M.chance(value)
  if type(value) == "boolean" then return value and 1 or 0 end
  if type(value) == "number" and value >= 0 and value <= 1 then return value end
  return nil, "a probability, a number from 0 to 1, or true or false"
end

function M.pair(value)
  if type(value) == "table" and #value == 2 then return value end
  return nil, 'two of them, such as {"botnet", "net"}'
end

function M.any(value) return value end

function M.gauge(value)
  if type(value) == "string" and value ~= "" then return value end
  return nil, 'the name of a gauge, such as "leader"'
end

function M.glob(value)
  if type(value) == "string" and not native.glob(value) then return value end
  return nil, 'a glob over names, such as "*"'
end

-- --- tables of options

-- read reads the options of a function. Each of known is {name, reader, default}; an
-- option without a default may be left out. Errors are told to belong to who called
-- the function that calls read.
function M.read(where, given, known)
  if given == nil then given = {} end
  if type(given) == "userdata" then error(where .. " is no plan itself, it makes one: write " .. where .. " {}", 3) end
  local all, options = {}, {}
  for i, option in ipairs(known) do all[i] = option[1] end
  names.check(where, given, all, 3)
  for _, option in ipairs(known) do
    local name, reader, value = option[1], option[2], given[option[1]]
    if value == nil then value = option[3] end
    if value ~= nil then
      local read, expected = reader(value)
      if expected then names.wrong(where, name, expected, value, 3) end
      options[name] = read
    end
  end
  return options
end

-- argument reads one argument likewise.
function M.argument(where, n, reader, value)
  local read, expected
  if value == nil then expected = select(2, reader(false)) else read, expected = reader(value) end
  if expected then
    error("bad argument #" .. n .. " to '" .. where .. "': expected " .. expected .. ", got " .. names.describe(value), 3)
  end
  return read
end

-- part is what combinators put together: any function(plan).
function M.part(value)
  if type(value) == "function" then return value end
  return nil, "a function(plan), such as chaos.kill{} gives"
end

return M
