-- Tables of options: what the modules of sim say about those that are none, in one way.
local native = require "sim.native"
local sim = require "sim"

local M = {}

-- unknown tells which of some names was meant, or which there are.
function M.unknown(what, name, known)
  local best = native.closest(name, known)
  local text = "unknown " .. what .. ' "' .. name .. '"; '
  if best then return text .. 'did you mean "' .. best .. '"?' end
  return text .. "there is " .. table.concat(known, ", ")
end

function M.describe(value)
  if value == nil then return "nothing" end
  if type(value) == "string" then return '"' .. value .. '"' end
  if type(value) == "number" or type(value) == "boolean" then return "the " .. type(value) .. " " .. tostring(value) end
  return "a " .. type(value)
end

-- wrong raises that an option is not what was expected. Here and below, errors are told to
-- belong to the function that is so many levels above, as error does.
function M.wrong(where, name, expected, value, level)
  error(where .. ': option "' .. name .. '": expected ' .. expected .. ", got " .. M.describe(value), level + 1)
end

-- check sees to it that given is a table that has no names but the known ones.
function M.check(where, given, known, level)
  if type(given) ~= "table" then
    error(where .. ": expected a table of options, got " .. M.describe(given), level + 1)
  end
  local is_known = {}
  for _, name in ipairs(known) do is_known[name] = true end
  for name in pairs(given) do
    if not is_known[name] then error(where .. ": " .. M.unknown("option", tostring(name), known), level + 1) end
  end
end

-- seconds reads a duration.
function M.seconds(where, name, value, level)
  local ok, seconds = pcall(sim.seconds, value)
  if ok then return seconds end
  M.wrong(where, name, 'a duration such as "250ms"', value, level + 1)
end

-- whole reads a whole number from 1 on.
function M.whole(where, name, value, level)
  if type(value) == "number" and value >= 1 and value % 1 == 0 then return value end
  M.wrong(where, name, "a whole number from 1 on", value, level + 1)
end

return M
