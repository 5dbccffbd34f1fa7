-- A register in a database that is synced once a second, and answers at once. The planted bug: what was answered
-- is not on the disk yet. A power cut takes up to a second of it, and clients read what was before.
-- Repaired, each write is on the disk before its answer.
--
--   simlua scripts/gallery/lazy_sync.lua --seed 3
--   simlua scripts/gallery/lazy_sync.lua --seed 3 --set fixed=true
--
-- test: seeds 1-20 fail "linearizable"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local check = require "sim.check"

sim.param("fixed", false, "whether a write is synced before it is answered")
sim.connect("botnet", "net", sim.profile.internet)

local register = sim.history("register")

sim.service("store.net", function(env)
  local db = env:open("store", { sync_every = not sim.params.fixed and "1s" or nil })
  env:serve(80, function(conn)
    local asked = conn:receive()
    if asked.write then db:update(function(tx) tx:put("value", asked.write) end) end
    conn:send(db:view(function(tx) return tx:get("value") end))
  end)
end)

sim.bot("client{1..3}", function(env)
  local function ask(question)
    local conn = env:connect("store.net:80", "1s")
    conn:send(question)
    return conn:receive("1s")
  end
  local function try(operation, question) pcall(register.invoke, register, env, operation, ask, question) end
  for n = 1, 5 do
    local value = env.index * 100 + n
    try({ f = "write", value = value }, { write = value })
    try("read", {})
    env:sleep(env.random:float() / 2)
  end
end)

sim.check("linearizable", check.linearizable { history = "register", model = "register" })

sim.plan(chaos.every({ "600ms", "2s" }, chaos.then_heal({ "100ms", "1s" }, chaos.mix {
  chaos.kill { machines = "store.net" },
  chaos.power_fail { machines = "store.net" },
})))
