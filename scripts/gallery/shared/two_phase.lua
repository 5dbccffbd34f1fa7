-- Two-phase commit: a coordinator asks two banks to prepare each transfer, and tells them to commit it
-- when both can, and to abort it otherwise (presumed abort; Mohan, Lindsay and Obermarck, 1986). A
-- transfer is known by its name. What the entries break are functions of this module.
local sim = require "sim"
local rpc = require "sim.rpc"

local M = {}

sim.param("fixed", false, "whether the protocol is as it should be")

-- log writes the decision to commit down before anybody hears of it.
function M.log(db, transfer) db:update(function(tx) tx:put(transfer, "commit") end) end

-- doubt returns what becomes of a transfer that was prepared and of which nothing was heard for long.
function M.doubt(coordinator, transfer) return coordinator:call("outcome", transfer) end

local function client(env, machine, attempts)
  return rpc.client(env, machine .. ".net:80", { timeout = "300ms", attempts = attempts })
end

function M.coordinator(env)
  local db, active = env:open("decisions"), {}
  local banks = { client(env, "bank1", 1), client(env, "bank2", 1) }
  local function tell(transfer, outcome)
    pcall(banks[1].call, banks[1], outcome, transfer)
    if env:fault_point("one bank is told", 0.1) then env:crash("100ms") end
    pcall(banks[2].call, banks[2], outcome, transfer)
  end
  rpc.serve(env, 80, {
    transfer = function(transfer)
      active[transfer] = true
      local all = true
      for _, bank in ipairs(banks) do
        local ok, vote = pcall(bank.call, bank, "prepare", transfer)
        all = all and ok and vote
      end
      if all then M.log(db, transfer) end
      active[transfer] = nil
      env:go(tell, transfer, all and "commit" or "abort")
      return all
    end,
    outcome = function(transfer) -- what is neither logged nor under way was aborted
      if active[transfer] then return "wait" end
      return db:view(function(tx) return tx:get(transfer) end) or "abort"
    end,
  })
end

function M.bank(env)
  local db, coordinator = env:open("transfers"), client(env, "coordinator", 1)
  local function get(transfer) return db:view(function(tx) return tx:get(transfer) end) end
  local function finish(transfer, outcome)
    db:update(function(tx) if tx:get(transfer) == "prepared" then tx:put(transfer, outcome) end end)
  end

  -- settle ends what was prepared.
  local function settle(transfer)
    repeat
      env:sleep("1s")
      local ok, outcome = pcall(M.doubt, coordinator, transfer)
      if ok and outcome ~= "wait" then finish(transfer, outcome) end
    until get(transfer) ~= "prepared"
  end

  db:view(function(tx)
    tx:each("", function(transfer, state) if state == "prepared" then env:go(settle, transfer) end end)
  end)
  rpc.serve(env, 80, {
    prepare = function(transfer)
      if get(transfer) then return false end
      db:update(function(tx) tx:put(transfer, "prepared") end)
      env:go(settle, transfer)
      return true
    end,
    commit = function(transfer) finish(transfer, "commit") end,
    abort = function(transfer) finish(transfer, "abort") end,
    outcomes = function()
      local outcomes = {}
      db:view(function(tx) tx:each("", function(transfer, state) outcomes[transfer] = state end) end)
      return outcomes
    end,
  })
end

-- declare declares all but the plan.
function M.declare()
  sim.connect("net", "net", { delay = "5ms" })
  sim.connect("botnet", "net", { delay = "5ms" })
  sim.service("coordinator.net", M.coordinator)
  sim.service("bank{1..2}.net", M.bank)
  sim.bot("customer", function(env)
    local coordinator, told = client(env, "coordinator", 1), {}
    for n = 1, 20 do
      local transfer = ("transfer %02d"):format(n)
      local ok, done = pcall(env.measure, env, "transfer", coordinator.call, coordinator, "transfer", transfer)
      if ok then told[transfer] = done and "commit" or "abort" end
      env:sleep(env.random:sample(sim.uniform("0s", "500ms")))
    end
    env:sleep("15s")
    local first, second = client(env, "bank1", 20):call("outcomes"), client(env, "bank2", 20):call("outcomes")
    for n = 1, 20 do
      local transfer = ("transfer %02d"):format(n)
      local outcome = told[transfer] or first[transfer] or "abort"
      for bank, outcomes in ipairs { first, second } do
        env:expect("one outcome for all", outcome, outcomes[transfer] or "abort", transfer .. " at bank " .. bank)
      end
    end
  end)
end

return M
