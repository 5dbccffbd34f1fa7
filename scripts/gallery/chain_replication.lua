-- A chain of three replicas: writes go in at the head and down to the tail, reads go to the tail (van Renesse
-- and Schneider, "Chain Replication", 2004). The planted bug: the head acknowledges a write before it has
-- reached the tail. A read that comes sooner does not find it, and a head that dies takes it along.
-- Repaired, an acknowledgement comes from the tail, back through the chain.
--
--   simlua scripts/gallery/chain_replication.lua --seed 1
--   simlua scripts/gallery/chain_replication.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "linearizable"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local register = require "shared.register"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether a write is acknowledged by the tail")

sim.connect("lan", "lan", { delay = "1ms" })
sim.connect("botnet", "lan", { delay = "10ms" })

sim.service("replica{1..3}.lan", function(env)
  local db = env:open("replica")
  local function value(tx) return tx:get("value") or 0 end
  local successor = env.index < 3
    and rpc.client(env, "replica" .. env.index + 1 .. ".lan:80", { timeout = "200ms", attempts = 5 })
  rpc.serve(env, 80, {
    write = function(n)
      db:update(function(tx) tx:put("value", math.max(value(tx), n)) end)
      if not successor then return end
      if sim.params.fixed then successor:call("write", n) else env:go(pcall, successor.call, successor, "write", n) end
    end,
    read = function() return db:view(value) end,
  })
end)

sim.bot("clients", function(env)
  local head = rpc.client(env, "replica1.lan:80", { timeout = "2s", attempts = 1 })
  local tail = rpc.client(env, "replica3.lan:80", { timeout = "500ms", attempts = 1 })
  local function write(n) head:call("write", n) end
  local function read() return tail:call("read") end
  register.drive(env, 20, sim.uniform("20ms", "200ms"), write, { read })
end)

sim.plan(chaos.every({ "1s", "4s" }, chaos.then_heal({ "100ms", "1s" },
  chaos.partition { machines = "replica*", targets = "one" })))
