-- A register on five nodes of Raft, and its clients: the world of the entries about Raft. Each of
-- them replaces a method of the class, or none with --set fixed=true.
local sim = require "sim"
local raft = require "sim.raft"
local register = require "shared.register"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether the nodes are as the paper has them")
sim.param("seconds", 60, "how long the clients work")

local M = { class = raft:extend() }

M.pause = sim.uniform("200ms", "1s")     -- of clients
M.delay = sim.normal("2ms", "500us")     -- between nodes

-- cluster declares everything but the plan. options are those of raft:start, over the usual ones.
function M.cluster(options)
  local class = sim.params.fixed and raft or M.class
  local members, addresses = {}, {}
  for n = 1, 5 do members[n], addresses[n] = "node" .. n .. ".lan", "node" .. n .. ".lan:80" end

  sim.connect("lan", "lan", { delay = M.delay })
  sim.connect("botnet", "lan", { delay = sim.uniform("5ms", "10ms") })

  sim.service("node{1..5}.lan", function(env)
    local value = 0
    local o = { members = members, apply = function(n) value = math.max(value, n) end }
    for name, given in pairs(options or {}) do o[name] = given end
    local node = class:start(env, o)
    rpc.serve(env, 80, {
      write = function(n) node:propose(n) end,
      read = function()
        node:read()
        return value
      end,
      change = function(r) node[r.verb](node, r.machine) end,
    })
  end)

  sim.bot("clients", function(env)
    local once = { timeout = "500ms", attempts = 10 }
    local writer = raft.client(env, addresses, once)
    local reader = raft.client(env, addresses, once)
    local function write(n) writer:call("write", n) end
    register.drive(env, sim.params.seconds, M.pause, write, { function() return reader:call("read") end })
  end)

  raft.invariants()
end

return M
