-- Tills pay into an account, and ask again when they get no answer. The planted bug: a payment whose answer was
-- lost is made again.
-- Repaired, each payment has an id, which is the same when it is sent again, and the account keeps the ids of
-- what it has done, in the same transaction.
--
--   simlua scripts/gallery/no_idempotency.lua --seed 1
--   simlua scripts/gallery/no_idempotency.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "every payment counts once"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local check = require "sim.check"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether the account knows what it has done")

sim.connect("botnet", "net", { delay = sim.uniform("5ms", "20ms"), loss = 0.01 })

local account = sim.history("account")

sim.service("bank.net", function(env)
  local db = env:open("account")
  local function balance(tx) return tx:get("balance") or 0 end
  rpc.serve(env, 80, {
    pay = function(amount, call)
      db:update(function(tx)
        local done = tx:bucket("done")
        if sim.params.fixed and done:get(call.id) then return end
        done:put(call.id, true)
        tx:put("balance", balance(tx) + amount)
      end)
    end,
    balance = function() return db:view(balance) end,
  })
end)

sim.bot("till{1..3}", function(env)
  local bank = rpc.client(env, "bank.net:80", { timeout = "100ms", attempts = 50 })
  for _ = 1, 20 do
    local amount = env.random:int(1, 100)
    account:invoke(env, { f = "add", value = amount }, bank.call, bank, "pay", amount)
    account:invoke(env, "read", bank.call, bank, "balance")
    env:sleep(env.random:sample(sim.uniform("0s", "200ms")))
  end
end)

sim.check("every payment counts once", check.counter { history = "account" })
