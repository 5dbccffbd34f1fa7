-- Shoppers pay through a gateway, which charges them at a bank. Each payment has
-- an id, which every retry repeats, so that it is charged once, whoever dies or
-- gives up on the way. Without that (--set idempotent=false), some pay twice.
--
--   simlua scripts/payments.lua
--   simlua scripts/payments.lua --set idempotent=false
--
-- test: seeds 1-30 pass
-- test: seeds 1-10 set idempotent=false fail
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("payments", 10, "payments that each shopper makes")
sim.param("idempotent", true, "whether the bank knows a payment by its id")

sim.connect("botnet", "public", sim.profile.mobile_3g)
sim.connect("public", "bank", sim.profile.internet)

sim.service("ledger.bank", function(env)
  local db = env:open("accounts")
  rpc.serve(env, 443, {
    charge = function(payment)
      db:update(function(tx)
        local seen = tx:bucket("seen")
        if sim.params.idempotent and seen:get(payment.id) then return end
        seen:put(payment.id, true)
        tx:put(payment.who, (tx:get(payment.who) or 0) + payment.amount)
      end)
      if env:fault_point("charged, not answered", 0.05) then env:crash("2s") end
      return "charged"
    end,
    charged = function(who)
      return db:view(function(tx) return tx:get(who) or 0 end)
    end,
  })
end)

sim.service("gateway.public", function(env)
  local bank = rpc.client(env, "ledger.bank:443", { timeout = "1s", attempts = 3 })
  rpc.serve(env, 443, {
    pay = function(payment) return bank:call("charge", payment) end, -- an error goes back to the shopper
    paid = function(who) return bank:call("charged", who) end,
  })
end)

sim.bot("shopper{1..3}", function(env)
  local gateway = rpc.client(env, "gateway.public:443", { timeout = "5s", attempts = 50 })
  for n = 1, sim.params.payments do
    env:measure("pay", gateway.call, gateway, "pay", { id = env.machine .. " " .. n, who = env.machine, amount = n })
    env:sleep("1s")
  end
  env:expect("charged", sim.params.payments * (sim.params.payments + 1) / 2, gateway:call("paid", env.machine))
end)

sim.plan(chaos.graceful_monkey { machines = { "gateway*", "ledger*" }, every = { "3s", "8s" }, wipe = 0 })
