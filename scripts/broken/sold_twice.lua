-- A shop that reboots now and then, and a buyer who orders again when he gets no
-- answer. An order that arrives after he has given up on it, or an answer that
-- dies with the shop, makes it sell twice: nothing tells the shop that it has
-- served him already.
--
--   simlua scripts/broken/sold_twice.lua --seed 8
--
-- test: seeds 1-20 fail "tea sold"
local sim = require "sim"
local chaos = require "sim.chaos"

sim.connect("botnet", "net", sim.profile.mobile_3g)

sim.service("shop.net", function(env)
  local db = env:open("sales")
  env:serve(443, function(conn)
    local item = conn:receive()
    local sold = db:update(function(tx)
      tx:put(item, (tx:get(item) or 0) + 1)
      return tx:get(item)
    end)
    env:work("20ms") -- wrap it up
    conn:send(sold)
  end)
end)

sim.bot("buyer", function(env)
  local function buy()
    local conn = env:connect("shop.net:443", "2.8s")
    conn:send("tea")
    return conn:receive("2.8s")
  end
  local ok, sold
  for _ = 1, 20 do
    repeat ok, sold = pcall(buy) until ok
  end
  env:expect("tea sold", 20, sold)
end)

sim.plan(chaos.graceful_monkey { machines = "shop*", wipe = 0 })
