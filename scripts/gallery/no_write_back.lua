-- A register on three replicas, by Attiya, Bar-Noy and Dolev ("Sharing Memory Robustly in
-- Message-Passing Systems", 1995): writes and reads ask a majority. The planted bug: who reads does not
-- write back what he has found. While a write is under way, one reader finds it, and a later one, who asks
-- other replicas, does not.
-- Repaired, a read ends when a majority has what it returns.
--
--   simlua scripts/gallery/no_write_back.lua --seed 1
--   simlua scripts/gallery/no_write_back.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "no read goes back"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local quorum = require "shared.quorum"
local register = require "shared.register"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether reads write back")

sim.connect("botnet", "net", { delay = sim.uniform("1ms", "10ms"), loss = 0.05 })

sim.service("replica{1..3}.net", function(env)
  local value = 0
  rpc.serve(env, 80, {
    write = function(n) value = math.max(value, n) end,
    read = function() return value end,
  })
end)

sim.bot("clients", function(env)
  local function replicas()
    local clients = {}
    for i = 1, 3 do clients[i] = rpc.client(env, "replica" .. i .. ".net:80", { timeout = "300ms", attempts = 1 }) end
    return clients
  end
  local function reader()
    local clients = replicas()
    return function()
      local newest = 0
      for _, value in ipairs(quorum.ask(env, clients, 2, "read")) do newest = math.max(newest, value) end
      if sim.params.fixed then quorum.ask(env, clients, 2, "write", newest) end
      return newest
    end
  end
  local to = replicas()
  local function write(n) quorum.ask(env, to, 2, "write", n) end
  register.drive(env, 20, sim.uniform("20ms", "200ms"), write, { reader(), reader() })
end)
