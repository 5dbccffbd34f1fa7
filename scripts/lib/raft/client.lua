-- The client of sim.raft.
local rpc = require "sim.rpc"

local Client = {}
Client.__index = Client

-- new makes a client that tries an address after the other, pausing after each round.
function Client.new(env, addresses, options)
  if type(addresses) ~= "table" or #addresses == 0 then
    error('raft: the addresses of a client are an array of "machine.network:port"', 3)
  end
  local once, attempts = { timeout = "1s" }, 100
  for name, value in pairs(options or {}) do
    if name == "attempts" then attempts = value else once[name] = value end
  end
  once.attempts = 1
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
  for attempt = 1, self.attempts do
    local ok, result = pcall(self.nodes[self.at].rpc.call, self.nodes[self.at].rpc, method, argument)
    if ok then return result end
    local refused = type(result) ~= "table" or result.kind == "stopped" or result.kind == "bad_request"
    if refused or attempt == self.attempts then error(result, 0) end
    self:follow(result)
    self.env:sleep(self.pause)
  end
end

return Client
