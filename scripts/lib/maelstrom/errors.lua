-- Errors of Maelstrom's protocol: codes, their names, and which are definite.
local options = require "sim.options.names"

local M = {}

local codes = {
  ["timeout"] = 0, ["node-not-found"] = 1, ["not-supported"] = 10, ["temporarily-unavailable"] = 11,
  ["malformed-request"] = 12, ["crash"] = 13, ["abort"] = 14, ["key-does-not-exist"] = 20,
  ["key-already-exists"] = 21, ["precondition-failed"] = 22, ["txn-conflict"] = 30,
}

local names = {}
for name, code in pairs(codes) do names[code] = name end

local text = { __tostring = function(err) return err.message end }

-- of makes an error of a code, as a message of type "error" has it.
function M.of(code, message)
  local name = names[code] or "code " .. tostring(code)
  return setmetatable({ kind = name, code = code, message = message and name .. ": " .. message or name, text = message }, text)
end

function M.new(name, message)
  if not codes[name] then
    local known = {}
    for each in pairs(codes) do known[#known + 1] = each end
    error("maelstrom.error: " .. options.unknown("error", tostring(name), known), 2)
  end
  return M.of(codes[name], message)
end

-- is_definite says whether nothing has happened: the codes of Maelstrom but timeout and
-- crash. Those from 1000 on are a node's own, of which nobody knows.
function M.is_definite(err)
  return type(err) == "table" and names[err.code] ~= nil and err.code ~= 0 and err.code ~= 13
end

return M
