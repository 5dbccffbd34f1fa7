-- Workers add to a counter, one at a time: who works holds a lease of the store. The
-- planted bug: the store takes a write from who held the lease once, so one who was frozen
-- in the middle of an update, or cut off, undoes what others did meanwhile.
--
-- The cure (--set fixed=true) is a token, higher with each lease: the store refuses a write with
-- an older one than it has given. ../lease.lua is a whole system.
--
-- Nobody has written down what harm to try. The plan is a swarm: each seed draws a mix of
-- faults of its own, which the log begins with.
--
--   simlua scripts/broken/unfenced.lua --seed 2
--   simlua check scripts/broken/unfenced.lua --explain 2
--
-- test: seeds 1-5 fail "no update is lost"
-- test: seeds 1-20 plan none pass
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("updates", 25, "updates of the counter that are waited for")
sim.param("fixed", false, "whether the store refuses what comes with an old token")

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
      return db:update(function(tx)
        tx:put("token", (tx:get("token") or 0) + 1)
        return tx:get("token")
      end)
    end,
    read = function() return db:view(get) end,
    write = function(r)
      return db:update(function(tx)
        if sim.params.fixed and r.token < tx:get("token") then
          error({ kind = "fenced", message = "there is a newer lease" })
        end
        tx:put("writes", get(tx).writes + 1)
        tx:put("counter", r.counter)
        return true
      end)
    end,
  })
end)

sim.service("worker{1..3}.lan", function(env)
  local store = rpc.client(env, "store.lan:80", { timeout = "1s", attempts = 1 })
  local function work()
    local asked = env:monotonic()
    local token = store:call("acquire")
    if not token then return end
    while env:monotonic() < asked + lease do
      local counter = store:call("read").counter
      env:sleep(env.random:sample(sim.uniform("100ms", "500ms")))
      if env:monotonic() > asked + lease then return end
      store:call("write", { counter = counter + 1, token = token })
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
