-- The options of sim.raft.
local names = require "sim.options.names"
local sim = require "sim"

local defaults = {
  members = false, apply = false, snapshot = false, restore = false, snapshot_every = 1000,
  heartbeat = "50ms", election = { "300ms", "600ms" }, batch = 64, port = 7000, database = "raft",
}

local known = { "members", "apply", "snapshot", "restore", "snapshot_every", "heartbeat", "election", "batch", "port",
  "database" }

local level = 4 -- who called start, from where names are

-- check_members sees to it that a majority of them is one: none is there twice.
local function check_members(members)
  local expected, seen = 'an array of machines, such as { "node1.lan", "node2.lan", "node3.lan" }', {}
  if type(members) ~= "table" then names.wrong("raft", "members", expected, members, level) end
  for i, member in pairs(members) do
    if type(i) ~= "number" or type(member) ~= "string" then names.wrong("raft", "members", expected, member, level) end
    if seen[member] then names.wrong("raft", "members", "each machine once", member, level) end
    seen[member] = true
  end
end

local function check_functions(o)
  if type(o.apply) ~= "function" then
    names.wrong("raft", "apply", "a function(command, index)", o.apply or nil, level)
  end
  for _, name in ipairs { "snapshot", "restore" } do
    if o[name] and type(o[name]) ~= "function" then names.wrong("raft", name, "a function", o[name], level) end
  end
  if not o.snapshot ~= not o.restore then error("raft: snapshot and restore belong together", level) end
end

-- read_times makes seconds of durations, and of election a distribution.
local function read_times(o)
  o.heartbeat = names.seconds("raft", "heartbeat", o.heartbeat, level)
  local expected, election = '{least, most} such as {"300ms", "600ms"}, longer than heartbeat', o.election
  if type(election) ~= "table" or #election ~= 2 then names.wrong("raft", "election", expected, election, level) end
  o.shortest = names.seconds("raft", "election", election[1], level)
  o.longest = names.seconds("raft", "election", election[2], level)
  if o.heartbeat <= 0 then names.wrong("raft", "heartbeat", "a duration above 0", o.heartbeat, level) end
  if o.longest < o.shortest or o.shortest <= o.heartbeat then
    names.wrong("raft", "election", expected, ("{%gs, %gs}"):format(o.shortest, o.longest), level)
  end
  o.election = sim.uniform(o.shortest, o.longest)
end

-- read fills in what is not given.
local function read(given)
  names.check("raft", given, known, level - 1)
  local o = {}
  for name, value in pairs(defaults) do o[name] = value end
  for name, value in pairs(given) do o[name] = value end
  check_members(o.members)
  check_functions(o)
  read_times(o)
  names.whole("raft", "snapshot_every", o.snapshot_every, level - 1)
  names.whole("raft", "batch", o.batch, level - 1)
  return o
end

return read
