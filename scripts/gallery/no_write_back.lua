-- A register on three replicas, by Attiya, Bar-Noy and Dolev ("Sharing Memory Robustly in
-- Message-Passing Systems", 1995): writes and reads ask a majority. The planted bug: who reads does not
-- write back what he has found. While a write is under way, one reader finds it, and a later one, who asks
-- other replicas, does not.
-- Repaired, a read ends when a majority has what it returns.
--
--   simlua scripts/gallery/no_write_back.lua --seed 1
--   simlua scripts/gallery/no_write_back.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "linearizable"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local quorum = require "shared.quorum"
local register = require "shared.register"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether reads write back")

sim.connect("botnet", "net", { delay = sim.lognormal("5ms", 1.5) })

sim.service("replica{1..3}.net", function(env)
  local value = 0
  rpc.serve(env, 80, {
    write = function(n) value = math.max(value, n) end,
    read = function() return value end,
  })
end)

sim.bot("clients", function(env)
  local function reader()
    local from = quorum.clients(env, 3)
    return function()
      local newest = quorum.newest(env, from, 2)
      if sim.params.fixed then quorum.ask(env, from, 2, "write", newest) end
      return newest
    end
  end
  local to = quorum.clients(env, 3)
  local function write(n) quorum.ask(env, to, 2, "write", n) end
  register.drive(env, 20, sim.uniform("0s", "100ms"), write, { reader(), reader() })
end)
