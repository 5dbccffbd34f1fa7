-- A shop puts each order into its database, and then into a log from which the
-- warehouse sends the parcels. The planted bug: these are two writes. A shop that dies
-- between them has an order that nobody will send, and a buyer who tries again hears
-- that his order is known. (The other way round, it would send what is not ordered.)
--
-- The cure, --set fixed=true, is an outbox: what is to go to the log is written in the
-- transaction of the order, and a process of its own takes it to the log, again
-- after every boot. What comes twice the warehouse knows by its id.
--
--   simlua scripts/broken/dual_write.lua --seed 7
--   simlua scripts/broken/dual_write.lua --set fixed=true
--
-- test: seeds 1-20 fail "parcels"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local commit_log = require "sim.commit_log"
local rpc = require "sim.rpc"

sim.param("orders", 20, "orders of the buyer")
sim.param("fixed", false, "whether the shop has an outbox")

sim.connect("botnet", "net", sim.profile.internet)
sim.connect("net", "net", sim.profile.azure_intranet)

sim.service("log.net", sim.engine.commit_log { port = 443 }, { restart = { after = "1s" } })

sim.service("shop.net", function(env)
  local db = env:open("orders")

  local function publish(events) -- until it is done; some may be in the log twice then
    local log = commit_log.client(env, "log.net:443", { timeout = "1s" })
    while not pcall(log.append, log, events) do env:sleep("200ms") end
    log:close()
  end

  local function order(item, call)
    local new = db:update(function(tx)
      if tx:get(call.id) then return false end -- an order that is sent again
      tx:put(call.id, item)
      if sim.params.fixed then tx:bucket("outbox"):put(call.id, { id = call.id, item = item }) end
      return true
    end)
    if new and not sim.params.fixed then publish { { id = call.id, item = item } } end
    return "ordered"
  end

  local function relay()
    local outbox = db:bucket("outbox")
    while not env:stopping() do
      local waiting = {}
      outbox:view(function(tx)
        tx:each("", function(_, event) waiting[#waiting + 1] = event end)
      end)
      if #waiting > 0 then
        publish(waiting)
        outbox:update(function(tx)
          for _, event in ipairs(waiting) do tx:delete(event.id) end
        end)
      end
      env:sleep("100ms")
    end
  end

  if sim.params.fixed then env:go(relay) end
  rpc.serve(env, 443, { order = order })
end)

sim.service("warehouse.net", function(env)
  local db = env:open("parcels")
  local function count(tx) return tx:get("sent") or 0 end

  local function follow()
    local log = commit_log.client(env, "log.net:443", { timeout = "1s" })
    while not env:stopping() do
      local from = db:view(function(tx) return tx:get("position") or 0 end)
      local ok, events = pcall(log.read, log, from, { wait = "2s" })
      if ok then
        db:update(function(tx)
          local known = tx:bucket("known")
          for _, event in ipairs(events) do
            if not known:get(event.id) then tx:put("sent", count(tx) + 1) end
            known:put(event.id, true)
          end
          tx:put("position", from + #events)
        end)
      else
        env:sleep("200ms")
      end
    end
  end

  env:go(follow)
  rpc.serve(env, 443, { sent = function() return db:view(count) end })
end)

sim.bot("buyer", function(env)
  local shop = rpc.client(env, "shop.net:443", { timeout = "2s", attempts = 50 })
  local warehouse = rpc.client(env, "warehouse.net:443", { timeout = "2s", attempts = 50 })
  for _ = 1, sim.params.orders do
    shop:call("order", "tea")
    env:sleep("500ms")
  end
  env:sleep("30s") -- parcels take their time
  env:expect("parcels", sim.params.orders, warehouse:call("sent"))
end)

sim.plan(chaos.every({ "1s", "5s" }, chaos.then_heal({ "0s", "3s" }, chaos.power_fail())))
