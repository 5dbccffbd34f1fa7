-- A register on four replicas. The planted bug: half of them are taken for a quorum. Two halves need
-- not have a replica in common, so a read may miss what was written and acknowledged.
-- Repaired, a quorum is more than half.
--
--   simlua scripts/gallery/quorum_half.lua --seed 1
--   simlua scripts/gallery/quorum_half.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "linearizable"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local quorum = require "shared.quorum"
local register = require "shared.register"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether a quorum is a majority")

sim.connect("botnet", "net", { delay = "5ms" })

local enough = sim.params.fixed and 3 or 2

sim.service("replica{1..4}.net", function(env)
  local db = env:open("register")
  local function value(tx) return tx:get("value") or 0 end
  rpc.serve(env, 80, {
    write = function(n) db:update(function(tx) tx:put("value", math.max(value(tx), n)) end) end,
    read = function() return db:view(value) end,
  })
end)

sim.bot("clients", function(env)
  local to, from = quorum.clients(env, 4), quorum.clients(env, 4)
  local function write(n) quorum.ask(env, to, enough, "write", n) end
  local function read()
    local newest = quorum.newest(env, from, enough)
    quorum.ask(env, from, enough, "write", newest) -- why, no_write_back.lua shows
    return newest
  end
  register.drive(env, 20, sim.uniform("20ms", "200ms"), write, { read })
end)

local function half(machines)
  return chaos.then_heal({ "500ms", "1s" }, chaos.kill { machines = machines, targets = "all" })
end
sim.plan(chaos.every({ "2s", "4s" }, chaos.in_turn { half("replica{1..2}.net"), half("replica{3..4}.net") }))
