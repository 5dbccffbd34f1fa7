-- The client of sim.raft.
local names = require "sim.options.names"
local rpc = require "sim.rpc"

local Client = {}
Client.__index = Client

-- again are the kinds of errors after which another node is asked: those of the network, and those of a node
-- that cannot say.
local again = {}
for _, kind in ipairs { "timeout", "refused", "reset", "closed", "no_route", "addr_not_available", "unavailable",
  "not_leader", "busy", "unknown" } do
  again[kind] = true
end

-- new makes a client that tries an address after the other, with a pause between.
function Client.new(env, addresses, options)
  if type(addresses) ~= "table" or #addresses == 0 then
    error('raft: the addresses of a client are an array of "machine.network:port"', 2)
  end
  local o = options or {}
  names.check("raft.client", o, { "timeout", "attempts" }, 2)
  local once = { timeout = names.seconds("raft.client", "timeout", o.timeout or "1s", 2), attempts = 1 }
  local attempts = o.attempts or 100
  if attempts ~= math.huge then names.whole("raft.client", "attempts", attempts, 2) end
  local client = setmetatable({ env = env, nodes = {}, at = 1, attempts = attempts, pause = 0.05 }, Client)
  for i, address in ipairs(addresses) do
    client.nodes[i] = { address = address, rpc = rpc.client(env, address, once) }
  end
  return client
end

-- follow turns to the node that an error names, or to the next one.
function Client:follow(err)
  local leader = err.kind == "not_leader" and err.message:match("^(%S+) leads$")
  for i, node in ipairs(self.nodes) do
    if leader and node.address:sub(1, #leader + 1) == leader .. ":" then self.at = i return end
  end
  self.at = self.at % #self.nodes + 1
end

function Client:call(method, argument)
  local attempt = 1
  while true do
    local node = self.nodes[self.at].rpc
    local ok, result = pcall(node.call, node, method, argument)
    if ok then return result end
    if type(result) ~= "table" or not again[result.kind] or attempt >= self.attempts then error(result, 0) end
    self:follow(result)
    self.env:sleep(self.pause)
    attempt = attempt + 1
  end
end

return Client
