-- Workers add to a counter, one at a time: who works holds a lease, and the lock service
-- gives a new one only when the old one has run out. A worker that was frozen, or whose
-- write is late, may believe in a lease that somebody else has by then. So each lease has a
-- token, higher than all before, and the store refuses what comes with an older one than
-- it has seen (a "fencing token"). broken/unfenced.lua is the same without.
--
-- The plan is put together from parts: between the fifth and the fiftieth second, three
-- kinds of harm go on side by side, each undone after a while.
--
--   simlua scripts/lease.lua
--   simlua scripts/lease.lua --seed 7 --set updates=100
--   simlua scripts/lease.lua --swarm
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("updates", 25, "updates of the counter that are waited for")

sim.connect("lan", "lan", { delay = sim.normal("2ms", "500us"), loss = 0.001 })
sim.connect("botnet", "lan", sim.profile.internet)

local lease = 4 -- seconds

sim.service("lock.lan", function(env)
  local db, held_until = env:open("lock"), env:monotonic() + lease -- a lease of before may still be held
  rpc.serve(env, 80, {
    acquire = function()
      if env:monotonic() < held_until then return false end
      held_until = env:monotonic() + lease
      return db:update(function(tx)
        tx:put("token", (tx:get("token") or 0) + 1)
        return tx:get("token")
      end)
    end,
  })
end)

sim.service("store.lan", function(env)
  local db = env:open("store")
  -- access does something for who has the newest token.
  local function access(token, fn)
    return db:update(function(tx)
      if token < (tx:get("token") or 0) then error({ kind = "fenced", message = "a newer lease is there" }) end
      tx:put("token", token)
      return fn(tx)
    end)
  end
  rpc.serve(env, 80, {
    read = function(r) return access(r.token, function(tx) return tx:get("counter") or 0 end) end,
    write = function(r)
      return access(r.token, function(tx)
        tx:put("counter", r.value)
        tx:put("writes", (tx:get("writes") or 0) + 1)
        return true
      end)
    end,
    totals = function()
      return db:view(function(tx) return { counter = tx:get("counter") or 0, writes = tx:get("writes") or 0 } end)
    end,
  })
end)

sim.service("worker{1..3}.lan", function(env)
  local once = { timeout = "1s", attempts = 1 } -- what failed may still arrive: then another lease is needed
  local lock, store = rpc.client(env, "lock.lan:80", once), rpc.client(env, "store.lan:80", once)
  local function work()
    local asked = env:monotonic()
    local token = lock:call("acquire")
    while token and env:monotonic() < asked + lease do
      local value = store:call("read", { token = token })
      env:sleep(env.random:sample(sim.uniform("100ms", "1s")))
      if env:monotonic() > asked + lease then return end
      store:call("write", { token = token, value = value + 1 })
    end
  end
  while not env:stopping() do
    local ok, err = pcall(work)
    if not ok and type(err) ~= "table" then error(err, 0) end -- no error of the world or of the store
    env:sleep(env.random:sample(sim.uniform("200ms", "600ms")))
  end
end)

sim.bot("auditor", function(env)
  local store = rpc.client(env, "store.lan:80", { timeout = "2s", attempts = 50 })
  local totals
  repeat
    env:sleep("1s")
    totals = store:call("totals")
  until totals.writes >= sim.params.updates
  env:expect("no update is lost", totals.writes, totals.counter)
end)

sim.plan(chaos.between("5s", "50s", chaos.together {
  freezes = chaos.every({ "2s", "8s" }, chaos.then_heal({ "1s", "9s" }, chaos.pause { machines = "worker*" })),
  crashes = chaos.every({ "8s", "20s" }, chaos.then_heal({ "1s", "3s" }, chaos.power_fail { machines = { "lock", "store" } })),
  cuts = chaos.every({ "6s", "12s" }, chaos.then_heal({ "1s", "5s" }, chaos.mix {
    chaos.partition { machines = "*.lan", targets = { "one", "halves" } },
    chaos.packet { between = { "lan", "lan" }, delay = "300ms", jitter = "200ms" },
  })),
}))
