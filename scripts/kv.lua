-- A key-value service written in Lua over the database of its machine, and a
-- client that makes it crash. The service restarts, and what it had
-- acknowledged is still there. The client tries once, for 5 seconds: some mixes of
-- a swarm are too much for it, seed 286 for example.
--
--   simlua scripts/kv.lua
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"

sim.connect("botnet", "internal", sim.profile.azure_intranet)

local handlers = {}

function handlers.put(db, request)
  db:update(function(tx) tx:put(request.key, request.value) end)
  return true
end

function handlers.get(db, request)
  return db:view(function(tx) return tx:get(request.key) end)
end

function handlers.list(db, request)
  local keys = {}
  db:view(function(tx)
    tx:each(request.prefix, function(key) keys[#keys + 1] = key end)
  end)
  return keys
end

sim.service("kv.internal", function(env)
  local db = env:open("kv")
  env:serve(6379, function(conn)
    while true do
      local request = conn:receive()
      local handle = handlers[request.op]
      if not handle then
        error("no such operation: " .. tostring(request.op))
      end
      conn:send(handle(db, request))
    end
  end)
end, { restart = { after = "1s" } })

sim.bot("client", function(env)
  local conn

  local function call(request)
    return env:measure(request.op, function()
      conn = conn or env:connect("kv.internal:6379", "5s")
      conn:send(request)
      return conn:receive("2s")
    end)
  end

  for i = 1, 3 do
    call({ op = "put", key = "user/" .. i, value = { name = "user " .. i, logins = i } })
  end
  env:expect("before the crash", "user 2", call({ op = "get", key = "user/2" }).name)

  local ok, err = pcall(call, { op = "explode" })
  env:expect("the crash ends the connection", false, ok)
  env:warn("the service crashed: " .. tostring(err))
  conn = nil
  env:sleep("2s")

  env:expect("after the crash", { "user/1", "user/2", "user/3" }, call({ op = "list", prefix = "user/" }))
  env:expect("the value", 3, call({ op = "get", key = "user/3" }).logins)
end)
