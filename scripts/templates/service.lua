-- A service, a client that retries, and a chaos monkey: a system to begin with.
--
--   simlua scripts/templates/service.lua
--   simlua scripts/templates/service.lua --seed 7 --set calls=50
--   simlua check scripts/templates/service.lua
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

-- A parameter is changed with --set, so that variants can be compared.
sim.param("calls", 20, "calls the client makes")

-- A network is what follows the first dot in the name of a machine. A link has
-- delay, loss and more: sim.profile has examples, and a table makes your own.
sim.connect("botnet", "net", sim.profile.mobile_3g)

-- The service "counter" runs on the machine counter.net. Each boot begins with
-- nothing in memory; what it must remember is on the disk.
sim.service("counter.net", function(env)
  local db = env:open("counters")
  rpc.serve(env, 443, {
    add = function(amount, call)
      local sum = db:update(function(tx)
        -- The id of a call stays the same when it is tried again. Take this
        -- condition away, and some calls are counted twice.
        if not tx:get(call.id) then
          tx:put(call.id, true)
          tx:put("sum", (tx:get("sum") or 0) + amount)
        end
        return tx:get("sum")
      end)
      -- A weak moment with a name: here the seed decides whether it crashes.
      if env:fault_point("stored, not answered", 0.05) then env:crash("1s") end
      return sum
    end,
  })
end)

-- A bot loads the system. When every bot has returned, the run is over.
sim.bot("client", function(env)
  local counter = rpc.client(env, "counter.net:443", { timeout = "2s", attempts = 50 })
  local sum
  for _ = 1, sim.params.calls do
    sum = env:measure("add", counter.call, counter, "add", 1) -- latency and outcome, for the report
    env:sleep("500ms")
  end
  env:expect("sum", sim.params.calls, sum) -- the run fails unless this holds
end)

-- The plan starts the machines and harms them. This one reboots the service every now and then.
sim.plan(chaos.graceful_monkey { machines = "counter*", every = { "3s", "8s" }, wipe = 0 })
