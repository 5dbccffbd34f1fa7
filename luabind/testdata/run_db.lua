-- values come back equal, in the order of their keys
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  local values = { k1 = 1, k2 = "text", k3 = { 1, { a = true } }, k4 = false, k5 = "\255\0", k6 = {} }
  db:update(function(tx)
    for k, v in pairs(values) do tx:put(k, v) end
    tx:put("other", 1)
  end)
  local keys = {}
  db:view(function(tx)
    for k, v in pairs(values) do env:expect(k, v, tx:get(k)) end
    env:expect("missing", nil, tx:get("none"))
    tx:each("k", function(k, v)
      keys[#keys + 1] = k
      env:expect("each " .. k, values[k], v)
    end)
  end)
  env:expect("keys", { "k1", "k2", "k3", "k4", "k5", "k6" }, keys)
end)
---
-- a transaction returns what its function returns
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  local a, b, c = db:update(function(tx) tx:put("n", 41) return tx:get("n") + 1, nil, "c" end)
  env:expect("update", { 42, "c" }, { a, c })
  env:expect("view", 41, db:view(function(tx) return tx:get("n") end))
  env:expect("nothing", 0, select("#", db:view(function() end)))
end)
---
-- an error rolls back
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  db:update(function(tx) tx:put("n", 1) end)
  local ok, err = pcall(db.update, db, function(tx)
    tx:put("n", 2)
    error({ reason = "no" })
  end)
  env:expect("raised", { false, "no" }, { ok, err.reason })
  env:expect("rolled back", 1, db:view(function(tx) return tx:get("n") end))
  env:expect("works on", 3, db:update(function(tx) tx:put("n", 3) return tx:get("n") end))
end)
---
-- each may be ended, and may change what it visits
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  db:update(function(tx) for i = 1, 9 do tx:put("k" .. i, i) end end)
  local seen = {}
  db:view(function(tx) tx:each("", function(k, v) seen[#seen + 1] = v return v < 3 end) end)
  env:expect("ended", { 1, 2, 3 }, seen)
  db:update(function(tx) tx:each("k", function(k, v) if v % 2 == 0 then tx:delete(k) end end) end)
  local left = {}
  db:view(function(tx) tx:each("k", function(_, v) left[#left + 1] = v end) end)
  env:expect("left", { 1, 3, 5, 7, 9 }, left)
  local ok, err = pcall(db.view, db, function(tx) tx:each("", function() error("stop here") end) end)
  env:expect("raised", true, not ok and err:find("stop here") ~= nil)
end)
---
-- buckets have keys of their own
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  local people = db:bucket("people")
  db:update(function(tx)
    tx:put("k", "main")
    tx:bucket("people"):put("k", "people")
  end)
  env:expect("main", "main", db:view(function(tx) return tx:get("k") end))
  env:expect("people", "people", people:view(function(tx) return tx:get("k") end))
end)
---
-- updates queue, and take time
local sim = require "lab"
sim.bot("b", function(env)
  local db, order = env:open("data"), {}
  for i = 1, 5 do
    env:go(function()
      db:update(function(tx) tx:put("n", (tx:get("n") or 0) + 1) end)
      order[#order + 1] = i
    end)
  end
  env:sleep(1)
  env:expect("order", { 1, 2, 3, 4, 5 }, order)
  env:expect("sum", 5, db:view(function(tx) return tx:get("n") end))
end)
---
-- the right thread is running after the wait for a transaction
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  local function work(name)
    local co
    co = coroutine.create(function()
      for i = 1, 3 do
        db:update(function(tx)
          assert(coroutine.running() == co, "another thread runs")
          tx:put(name, i)
        end)
        assert(coroutine.running() == co and coroutine.status(co) == "running", "another thread runs")
      end
    end)
    assert(coroutine.resume(co))
  end
  env:go(work, "a")
  env:go(work, "b")
  env:sleep(1)
  env:expect("done", { 3, 3 }, db:view(function(tx) return { tx:get("a"), tx:get("b") } end))
end)
---
-- data survives a reboot, globals do not, and a wipe takes the data
local sim = require "lab"
count = 0
sim.service("s.net", function(env)
  count = count + 1
  env:expect("globals are fresh", 1, count)
  local boots = env:open("data"):update(function(tx)
    tx:put("boots", (tx:get("boots") or 0) + 1)
    return tx:get("boots")
  end)
  env:gauge("boots", boots)
  env:sleep(1000)
end)
sim.service("t.net", function(env)
  env:sleep("100ms")
  count = count + 1
  env:expect("machines share nothing", 1, count)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:reboot("s.net")
  plan:sleep(1)
  plan:power_fail("s.net")
  plan:start("s.net")
  plan:sleep(1)
end)
sim.bot("b", function(env) env:sleep(20) end)
sim.check("boots", function(run)
  local boots = run:gauges("boots")["s.net"]
  return boots == 3, "it counts " .. tostring(boots)
end)
---
-- a wipe takes the data
local sim = require "lab"
sim.service("s.net", function(env)
  local db = env:open("data")
  env:expect("empty", nil, db:view(function(tx) return tx:get("k") end))
  db:update(function(tx) tx:put("k", 1) end)
  env:sleep(1000)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:reboot("s.net", { wipe = true, grace = 0, down = "1s" })
end)
sim.bot("b", function(env) env:sleep(5) end)
---
-- a power cut takes some of what was not synced
local sim = require "lab"
sim.service("s.net", function(env)
  local db = env:open("data", { no_sync = true })
  local first = db:view(function(tx) return tx:get("synced") end) == nil
  if first then
    db:update(function(tx) tx:put("synced", true) end)
    db:sync()
    for i = 1, 50 do db:update(function(tx) tx:put("unsynced", i) end) end
  else
    env:expect_true("some are lost", db:view(function(tx) return tx:get("unsynced") or 0 end) < 50)
    env:gauge("rebooted", true)
  end
  env:sleep(1000)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:power_fail("s.net")
  plan:start("s.net")
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("rebooted", function(run) return run:gauges("rebooted")["s.net"] == true end)
---
-- with sync_every little is lost, and a database that was removed is empty
local sim = require "lab"
sim.service("s.net", function(env)
  local db = env:open("data", { sync_every = "100ms" })
  local n = db:view(function(tx) return tx:get("n") end)
  if n then
    env:expect_true("nearly all", n > 80 and n < 100)
    env:remove_database("data")
    env:expect("closed", "closed", select(2, pcall(db.sync, db)).kind)
    env:expect("empty", nil, env:open("data"):view(function(tx) return tx:get("n") end))
    env:gauge("rebooted", true)
    env:sleep(1000)
  end
  for i = 1, 100 do
    env:sleep("10ms")
    db:update(function(tx) tx:put("n", i) end)
  end
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("999ms")
  plan:power_fail("s.net")
  plan:start("s.net")
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("rebooted", function(run) return run:gauges("rebooted")["s.net"] == true end)
---
-- sync_every
local sim = require "lab"
sim.bot("b", function(env)
  local _, zero = pcall(env.open, env, "data", { sync_every = 0 })
  local _, both = pcall(env.open, env, "data", { sync_every = 1, no_sync = false })
  env:expect_true("zero", tostring(zero):find("a duration above zero", 1, true) ~= nil, tostring(zero))
  env:expect_true("both", tostring(both):find("leave no_sync = false out", 1, true) ~= nil, tostring(both))
end)
---
-- a database has one owner at a time
local sim = require "lab"
sim.service("s.net:a", function(env) env:open("data") env:sleep(100) end)
sim.service("s.net:b", function(env)
  env:sleep(1)
  local ok, err = pcall(env.open, env, "data")
  env:expect("kind", "in_use", err.kind)
end)
sim.bot("b", function(env) env:sleep(5) end)
---
-- a transaction must not wait
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx)
    env:sleep(1) --! "db:update must not wait, and sleep does"
  end)
end)
---
-- nor inside another
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  db:view(function(tx)
    db:update(function() end) --! "db:view must not wait, and update does"
  end)
end)
---
-- a wait in a transaction can be caught, and nothing is broken by it
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  db:update(function(tx)
    local ok, err = pcall(env.work, env, 1)
    env:expect("refused", false, ok)
    tx:put("k", 1)
  end)
  env:sleep(1)
  env:expect("stored", 1, db:view(function(tx) return tx:get("k") end))
end)
---
-- a view only reads
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):view(function(tx)
    tx:put("k", 1) --! "a view only reads"
  end)
end)
---
-- a transaction that has ended
local sim = require "lab"
sim.bot("b", function(env)
  local kept
  env:open("data"):update(function(tx) kept = tx:bucket("other") end)
  kept:get("k") --! "the transaction has ended"
end)
---
-- an empty key
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx)
    tx:put("", 1) --! "bad argument #1 to 'put': expected a key that is not empty"
  end)
end)
---
-- nil is no value
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx)
    tx:put("k", nil) --! "bad argument #2 to 'put': expected a value"
  end)
end)
---
-- a function cannot be stored
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx)
    tx:put("k", { fn = print }) --! "cannot store a function \(at \.fn\)"
  end)
end)
---
-- a name that is no name
local sim = require "lab"
sim.bot("b", function(env)
  env:open("../data") --! "is no name of a database"
end)
---
-- a bucket without a name
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):bucket("") --! "a bucket has a name"
end)
---
-- a transaction that never ends
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx)
    while true do tx:put("k", 1) end --! "instructions without waiting: an infinite loop"
  end)
end)
---
-- more than fits
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx)
    tx:put(string.rep("k", 40000), 1) --! "a key is at most 32768 bytes"
  end)
end)
