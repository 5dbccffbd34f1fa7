-- A queue between producers and workers. A job is leased to a worker, who says
-- when it is done; when its lease ends before, another worker gets it. So a job
-- is done at least once, even though workers and the queue itself die.
--
--   simlua scripts/templates/queue.lua
--   simlua scripts/templates/queue.lua --seed 7 --set workers=5
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("workers", 3, "workers that take jobs")
sim.param("jobs", 20, "jobs that each producer puts into the queue")

sim.connect("botnet", "net", sim.profile.internet)
sim.connect("net", "net", sim.profile.azure_intranet)

local lease = 5 -- seconds that a worker has for a job

-- The queue keeps the jobs on its disk, and who works on them in memory: after a
-- crash all are to be done again that were not done.
sim.service("queue.net", function(env)
  local db = env:open("jobs")
  local done = db:bucket("done")
  local leased = {} -- until when, by the job's id
  local arrived = env:condition()

  local function lease_one()
    return db:view(function(tx)
      local found
      tx:each("", function(id, job)
        if (leased[id] or 0) > env:monotonic() then return end
        found, leased[id] = job, env:monotonic() + lease
        return false -- ends tx:each
      end)
      return found
    end)
  end

  rpc.serve(env, 443, {
    put = function(job)
      db:update(function(tx)
        if not tx:bucket("done"):get(job.id) then tx:put(job.id, job) end -- putting it again is harmless
      end)
      arrived:broadcast()
      return true
    end,
    take = function() -- waits for a job rather than being asked again and again
      local job = lease_one()
      if not job then
        pcall(arrived.wait, arrived, "1s")
        job = lease_one()
      end
      return job
    end,
    done = function(id)
      db:update(function(tx)
        tx:delete(id)
        tx:bucket("done"):put(id, true)
      end)
      leased[id] = nil
      return true
    end,
    is_done = function(id)
      return done:view(function(tx) return tx:get(id) or false end)
    end,
  })
end)

-- A range declares many at once; env.index is the number of each.
sim.service("worker{1.." .. sim.params.workers .. "}.net", function(env)
  local queue = rpc.client(env, "queue.net:443", { timeout = "3s", attempts = 1 })
  while not env:stopping() do
    local ok, job = pcall(queue.call, queue, "take")
    if ok and job then
      env:work(job.seconds)
      env:log("did", job.id)
      pcall(queue.call, queue, "done", job.id, { attempts = 3 }) -- if nobody hears it, it is done once more
    elseif not ok then
      pcall(env.sleep, env, "200ms")
    end
  end
end)

sim.bot("producer{1..2}", function(env)
  local queue = rpc.client(env, "queue.net:443", { timeout = "2s", attempts = 50 })
  local ids = {}
  for n = 1, sim.params.jobs do
    ids[n] = env.index .. "-" .. n
    env:measure("put", queue.call, queue, "put",
      { id = ids[n], seconds = env.random:sample(sim.uniform("0s", "1s")) })
    env:sleep("300ms")
  end
  for _, id in ipairs(ids) do
    local start = env:monotonic()
    while not queue:call("is_done", id) do
      if env:monotonic() - start > 300 then break end
      env:sleep("1s")
    end
    env:expect("job done", true, queue:call("is_done", id))
  end
end)

sim.plan(chaos.graceful_monkey { every = { "3s", "8s" }, wipe = 0 })
