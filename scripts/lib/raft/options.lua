-- The options of sim.raft.
local sim = require "sim"

local defaults = {
  members = false, apply = false, snapshot = false, restore = false, snapshot_every = 1000,
  heartbeat = "50ms", election = { "300ms", "600ms" }, batch = 64, port = 7000, database = "raft",
}

-- read fills in what is not given. Durations become seconds, election a distribution.
local function read(env, given)
  if type(given) ~= "table" then error("raft: a table of options is expected, not " .. tostring(given), 3) end
  local o = {}
  for name, value in pairs(defaults) do o[name] = value end
  for name, value in pairs(given) do
    if o[name] == nil then
      local known = {}
      for other in pairs(defaults) do table.insert(known, other) end
      table.sort(known)
      error("raft: unknown option '" .. tostring(name) .. "'; there is " .. table.concat(known, ", "), 3)
    end
    o[name] = value
  end
  if type(o.members) ~= "table" then error('raft: members is an array of machines, { "node1.lan", … }', 3) end
  if type(o.apply) ~= "function" then error("raft: apply is a function(command, index)", 3) end
  if not o.snapshot ~= not o.restore then error("raft: snapshot and restore belong together", 3) end
  local ok, err = pcall(function()
    local function seconds(value) return env.random:sample(sim.constant(value)) end
    o.heartbeat, o.shortest, o.longest = seconds(o.heartbeat), seconds(o.election[1]), seconds(o.election[2])
    o.election = sim.uniform(o.election[1], o.election[2])
  end)
  if not ok then error('raft: heartbeat is a duration, election is {least, most}: ' .. tostring(err), 3) end
  return o
end

return read
