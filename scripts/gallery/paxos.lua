-- Paxos: proposers want three acceptors to choose one value, and ask them in two phases (Lamport, "Paxos Made
-- Simple", 2001). The planted bug: in the second phase, a proposer asks for its own value, whatever the first
-- one has found. A value that a majority has accepted is replaced by another.
-- Repaired, it asks for the value that was accepted with the highest number, if there is one.
--
--   simlua scripts/gallery/paxos.lua --seed 1
--   simlua scripts/gallery/paxos.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "one value is chosen"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local check = require "sim.check"
local quorum = require "shared.quorum"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether proposers adopt what was accepted")

sim.connect("lan", "lan", { delay = sim.uniform("1ms", "3ms") })

local choices = sim.history("choices")

sim.service("acceptor{1..3}.lan", function(env)
  local db = env:open("acceptor")
  -- each round chooses a value of its own
  local function change(round, fn)
    return db:update(function(tx)
      local state = tx:get(round) or { promised = 0, accepted = 0 }
      local answer = fn(state)
      tx:put(round, state)
      if not answer then error({ kind = "refused", message = "promised to number " .. state.promised }) end
      return answer
    end)
  end
  rpc.serve(env, 80, {
    prepare = function(r)
      return change(r.round, function(state)
        if r.number <= state.promised then return nil end
        state.promised = r.number
        return { accepted = state.accepted, value = state.value }
      end)
    end,
    accept = function(r)
      return change(r.round, function(state)
        if r.number < state.promised then return nil end
        state.promised, state.accepted, state.value = r.number, r.number, r.value
        return true
      end)
    end,
  })
end)

sim.bot("proposer{1..2}.lan", function(env)
  local acceptors = {}
  for i = 1, 3 do acceptors[i] = rpc.client(env, "acceptor" .. i .. ".lan:80", { timeout = "200ms", attempts = 1 }) end
  local number = env.index

  local function propose(round)
    number = number + 2
    local best = { accepted = 0, value = env.machine }
    local ok, promises = pcall(quorum.ask, env, acceptors, 2, "prepare", { round = round, number = number })
    if not ok then choices:fail("nothing was proposed") end
    for _, promise in ipairs(promises) do
      if sim.params.fixed and promise.accepted > best.accepted then best = promise end
    end
    quorum.ask(env, acceptors, 2, "accept", { round = round, number = number, value = best.value })
    return best.value
  end

  for n = 1, 20 do
    local round = ("round %02d"):format(n)
    local proposal = { f = "propose", key = round, value = env.machine }
    while true do
      local ok, chosen = pcall(choices.invoke, choices, env, proposal, propose, round)
      if ok and chosen then break end
      env:sleep(env.random:sample(sim.uniform("0s", "100ms")))
    end
    env:sleep_until(n)
  end
end)

-- Who proposes is answered what is chosen: the first proposal that counts.
sim.check("one value is chosen", check.linearizable {
  history = "choices",
  model = {
    init = function() return "" end,
    step = function(chosen, op)
      if chosen == "" then chosen = op.value end
      return op.type == "info" or op.output == chosen, chosen
    end,
  },
})

sim.plan(chaos.every({ "500ms", "2s" }, chaos.then_heal({ "100ms", "1s" },
  chaos.partition { machines = { "acceptor*", "proposer{1..2}.lan" }, targets = { "one", "halves" } })))
