-- A copy of a value, as if it had been sent. What is in the log, or in a snapshot, is what it was: it must not
-- change when `apply` goes on with a table that it was given, or that it has given away.
local deepest = 60 -- a message has 64, the first of which are its own

local function copy(value, depth)
  if type(value) ~= "table" then return value end
  depth = (depth or 0) + 1
  if depth > deepest then error("raft: a command or a state has more than " .. deepest .. " tables within each other", 0) end
  local new = {}
  for key, each in pairs(value) do new[key] = copy(each, depth) end
  return new
end

return copy
