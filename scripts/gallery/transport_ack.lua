-- A till sends each sale to the office and crosses it off. The planted bug: it does so when send returns
-- without an error. That says that the sale is in the buffer of its own TCP, not that it has arrived, let
-- alone that it is stored. (Saltzer, Reed and Clark, "End-to-End Arguments in System Design", 1984.)
-- Repaired, it waits for the office to answer, and sends again otherwise, with the same number.
--
--   simlua scripts/gallery/transport_ack.lua --seed 1
--   simlua scripts/gallery/transport_ack.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "every sale is in the books"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local check = require "sim.check"

sim.param("fixed", false, "whether the office answers")

sim.connect("botnet", "net", { delay = "20ms" })

local books = sim.history("books")

sim.service("office.net", function(env)
  local db = env:open("books")
  env:serve(80, function(conn)
    while true do
      local sale, sales = conn:receive(), {}
      db:update(function(tx)
        if sale ~= "list" then tx:put(sale, true) end
        tx:each("", function(stored) table.insert(sales, stored) end)
      end)
      if sim.params.fixed or sale == "list" then conn:send(sales) end
    end
  end)
end)

sim.bot("till", function(env)
  local conn
  local function tell(sale)
    conn = conn or env:connect("office.net:80", "1s")
    conn:send(sale)
    return (sim.params.fixed or sale == "list") and conn:receive("1s")
  end
  local function deliver(sale)
    while true do
      local ok, answer = pcall(tell, sale)
      if ok then return answer end
      if conn then conn:close() end
      conn = nil
      env:sleep("100ms")
    end
  end
  for n = 1, 30 do
    books:invoke(env, { f = "add", value = "sale " .. n }, deliver, "sale " .. n)
    env:sleep(env.random:sample(sim.uniform("0s", "200ms")))
  end
  env:sleep("1s")
  books:invoke(env, "read", deliver, "list")
end)

sim.check("every sale is in the books", check.set { history = "books" })

sim.plan(chaos.every({ "500ms", "2s" }, chaos.then_heal("100ms", chaos.kill { machines = "office.net" })))
