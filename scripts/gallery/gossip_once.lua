-- Nodes tell each other what they hear. The planted bug: a node tells each of the others once. Who is cut off
-- or down at that moment never hears of it.
-- Repaired, it tells them again until they have said that they know.
--
--   simlua scripts/gallery/gossip_once.lua --seed 1
--   simlua scripts/gallery/gossip_once.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "everybody knows all"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local check = require "sim.check"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether nodes try again")

sim.connect("lan", "lan", { delay = "2ms" })
sim.connect("botnet", "lan", { delay = "5ms" })

local nodes, rumours = 4, sim.history("rumours")

sim.service("node{1.." .. nodes .. "}.lan", function(env)
  local db, peers = env:open("rumours"), {}
  for n = 1, nodes do
    local peer = rpc.client(env, "node" .. n .. ".lan:80", { timeout = "500ms", attempts = 1 })
    if n ~= env.index then table.insert(peers, peer) end
  end

  local function tell(peer, rumour)
    repeat
      local ok = pcall(peer.call, peer, "hear", rumour)
      if not ok and sim.params.fixed then env:sleep("500ms") end
    until ok or not sim.params.fixed
  end

  local function hear(rumour)
    local new = db:update(function(tx)
      if tx:get(rumour) then return false end
      tx:put(rumour, true)
      return true
    end)
    if new then for _, peer in ipairs(peers) do env:go(tell, peer, rumour) end end
    return true
  end

  if sim.params.fixed then -- what it had not told everybody when it died
    db:view(function(tx)
      tx:each("", function(rumour) for _, peer in ipairs(peers) do env:go(tell, peer, rumour) end end)
    end)
  end
  rpc.serve(env, 80, {
    hear = hear,
    known = function()
      local known = {}
      db:view(function(tx) tx:each("", function(rumour) table.insert(known, rumour) end) end)
      return known
    end,
  })
end)

sim.bot("talker", function(env)
  local clients = {}
  for n = 1, nodes do clients[n] = rpc.client(env, "node" .. n .. ".lan:80", { timeout = "500ms", attempts = 100 }) end
  for n = 1, 10 do
    local node, rumour = env.random:pick(clients), "rumour " .. n
    rumours:invoke(env, { f = "add", value = rumour }, node.call, node, "hear", rumour)
    env:sleep("1s")
  end
  env:sleep("10s") -- so that each read should have all
  for _, node in ipairs(clients) do rumours:invoke(env, "read", node.call, node, "known") end
end)

sim.check("everybody knows all", check.set_full { history = "rumours", linearizable = true })

sim.plan(chaos.between("0s", "12s", chaos.every({ "1s", "4s" }, chaos.then_heal({ "500ms", "2s" },
  chaos.partition { machines = "node*", targets = { "one", "halves" } }))))
