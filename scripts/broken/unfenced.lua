-- Workers add to a counter, one at a time: who works holds a lease of the store. The
-- planted bug: the store takes a write from who held the lease once, so one who was frozen
-- in the middle of an update, or cut off, undoes what others did meanwhile. ../lease.lua has
-- the cure.
--
-- Nobody has written down what harm to try. The plan is a swarm: each seed draws a mix of
-- faults of its own, which the log begins with.
--
--   simlua scripts/broken/unfenced.lua --seed 2
--   simlua check scripts/broken/unfenced.lua --explain 2
--
-- test: seeds 1-5 fail "no update is lost"
-- test: seeds 1-20 plan none pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("updates", 25, "updates of the counter that are waited for")

sim.connect("lan", "lan", { delay = sim.normal("2ms", "500us") })
sim.connect("botnet", "lan", sim.profile.internet)

local lease = 3 -- seconds

sim.service("store.lan", function(env)
  local db, held_until = env:open("store"), env:monotonic() + lease
  local function get(tx) return { counter = tx:get("counter") or 0, writes = tx:get("writes") or 0 } end
  rpc.serve(env, 80, {
    acquire = function()
      if env:monotonic() < held_until then return false end
      held_until = env:monotonic() + lease
      return true
    end,
    read = function() return db:view(get) end,
    write = function(counter)
      return db:update(function(tx)
        tx:put("writes", get(tx).writes + 1)
        tx:put("counter", counter)
        return true
      end)
    end,
  })
end)

sim.service("worker{1..3}.lan", function(env)
  local store = rpc.client(env, "store.lan:80", { timeout = "1s", attempts = 1 })
  local function work()
    local asked = env:monotonic()
    if not store:call("acquire") then return end
    while env:monotonic() < asked + lease do
      local counter = store:call("read").counter
      env:sleep(env.random:sample(sim.uniform("100ms", "500ms")))
      if env:monotonic() > asked + lease then return end
      store:call("write", counter + 1) -- and where is the token?
    end
  end
  while not env:stopping() do
    local ok, err = pcall(work)
    if not ok and type(err) ~= "table" then error(err, 0) end -- no error of the world
    env:sleep(env.random:sample(sim.uniform("200ms", "600ms")))
  end
end)

sim.bot("auditor", function(env)
  local store = rpc.client(env, "store.lan:80", { timeout = "2s", attempts = 100 })
  local totals
  repeat
    env:sleep("1s")
    totals = store:call("read")
  until totals.writes >= sim.params.updates
  env:expect("no update is lost", totals.writes, totals.counter)
end)

sim.plan(chaos.swarm { wipe = false, every = { "2s", "8s" }, lasts = { "1s", "6s" } })
