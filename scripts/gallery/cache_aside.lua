-- A cache beside a database. Who misses it reads the database and fills it; who writes updates the database and
-- empties it. The planted bug: a reader that has missed, and is slow, fills the cache with what he read
-- before somebody else wrote, and nobody empties it any more.
-- Repaired, the cache gives who misses a lease, which emptying ends, and takes nothing without one (Nishtala
-- and others, "Scaling Memcache at Facebook", 2013).
--
--   simlua scripts/gallery/cache_aside.lua --seed 3
--   simlua scripts/gallery/cache_aside.lua --seed 3 --set fixed=true
--
-- test: seeds 1-20 fail "the cache has what the database has"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether who fills the cache needs a lease")

sim.connect("net", "net", { delay = "1ms" })
sim.connect("botnet", "net", { delay = "2ms" })

sim.service("database.net", function(env)
  local db = env:open("database")
  rpc.serve(env, 80, {
    get = function(key) return db:view(function(tx) return tx:get(key) or 0 end) end,
    put = function(r) db:update(function(tx) tx:put(r.key, r.value) end) end,
  })
end)

sim.service("cache.net", function(env)
  local values, leases, latest = {}, {}, 0
  rpc.serve(env, 80, {
    get = function(key)
      if values[key] then return { value = values[key] } end
      latest = latest + 1
      leases[key] = latest
      return { lease = latest }
    end,
    fill = function(r)
      if not sim.params.fixed or leases[r.key] == r.lease then values[r.key] = r.value end
    end,
    empty = function(key) values[key], leases[key] = nil, nil end,
  })
end)

sim.service("app{1..3}.net", function(env)
  local patient = { timeout = "500ms", attempts = 20 }
  local database, cache = rpc.client(env, "database.net:80", patient), rpc.client(env, "cache.net:80", patient)
  rpc.serve(env, 80, {
    read = function(key)
      local found = cache:call("get", key)
      if found.value then return found.value end
      local value = database:call("get", key)
      env:sleep("60ms") -- it makes a page of it
      cache:call("fill", { key = key, value = value, lease = found.lease })
      return value
    end,
    write = function(r)
      database:call("put", r)
      cache:call("empty", r.key)
    end,
  })
end)

sim.bot("users", function(env)
  local apps = {}
  for i = 1, 3 do apps[i] = rpc.client(env, "app" .. i .. ".net:80", { timeout = "5s", attempts = 5 }) end
  local function reader()
    for _ = 1, 60 do
      env.random:pick(apps):call("read", "key " .. env.random:int(1, 3))
      env:sleep(env.random:sample(sim.uniform("0s", "200ms")))
    end
  end
  local readers = { env:go(reader), env:go(reader) }
  for value = 1, 60 do
    env.random:pick(apps):call("write", { key = "key " .. env.random:int(1, 3), value = value })
    env:sleep(env.random:sample(sim.uniform("0s", "200ms")))
  end
  for _, process in ipairs(readers) do process:join() end
  env:sleep("3s")
  local database = rpc.client(env, "database.net:80", { attempts = 20 })
  for n = 1, 3 do
    local key = "key " .. n
    env:expect("the cache has what the database has", database:call("get", key), apps[1]:call("read", key), key)
  end
end)

sim.plan(chaos.between("0s", "8s", chaos.every({ "300ms", "1s" }, chaos.then_heal({ "50ms", "500ms" },
  chaos.pause { machines = "app*" }))))
