-- Raft: nodes elect a leader, which copies its log to the others, and an entry
-- that most of them have stored is committed for good (Ongaro and Ousterhout,
-- "In Search of an Understandable Consensus Algorithm", figure 2). Here nodes
-- crash, lose power and are cut off from each other all the time. Nothing polls:
-- processes wait at conditions for what has changed.
--
--   simlua scripts/raft.lua
--   simlua scripts/raft.lua --seed 7 --set nodes=3 --set writes=100
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("nodes", 5, "nodes of the cluster")
sim.param("writes", 30, "values the client writes")

sim.connect("lan", "lan", { delay = sim.normal("2ms", "500us"), loss = 0.001 })
sim.connect("botnet", "lan", sim.profile.internet)

local heartbeat = 0.1                            -- seconds
local election = sim.uniform("300ms", "600ms")   -- without a leader, until an election
local majority = math.floor(sim.params.nodes / 2) + 1

local function address(n) return "node" .. n .. ".lan:80" end

sim.service("node{1.." .. sim.params.nodes .. "}.lan", function(env)
  local me, role, leader = env.index, "follower", nil
  local term, voted_for, log = 0, nil, {}        -- what must survive
  local commit, match = 0, {}                    -- match: what is known to be stored on each node
  local heard, grown, changed = env:condition(), env:condition(), env:condition()
  local peers = {}
  for n = 1, sim.params.nodes do
    if n ~= me then peers[n] = rpc.client(env, address(n), { timeout = "200ms", attempts = 1 }) end
  end

  -- wait says whether a condition was signalled in time.
  local function wait(condition, timeout)
    local ok, err = pcall(condition.wait, condition, timeout)
    if not ok and err.kind ~= "timeout" then error(err, 0) end
    return ok
  end

  -- save returns when all that was true before the call is on the disk.
  local db, dirty, stored = env:open("raft"), 1, 0
  local function save()
    db:update(function(tx)
      tx:put("term", term)
      tx:put("voted for", voted_for or 0)
      for i = dirty, #log do tx:put(string.format("log %06d", i), log[i]) end
      for i = #log + 1, stored do tx:delete(string.format("log %06d", i)) end
      dirty, stored = #log + 1, #log
    end)
  end

  local function load()
    db:view(function(tx)
      term, voted_for = tx:get("term") or 0, tx:get("voted for")
      tx:each("log ", function(_, entry) log[#log + 1] = entry end)
    end)
    if voted_for == 0 then voted_for = nil end
    dirty, stored = #log + 1, #log
  end

  local function append(i, entry)
    log[i], dirty = entry, math.min(dirty, i)
  end

  local function last_term() return #log > 0 and log[#log].term or 0 end

  local function become(new_role)
    role = new_role
    env:gauge("leads", role == "leader" and term or nil)
    changed:broadcast()
    grown:broadcast() -- nobody replicates any more for a leader that is none
  end

  -- observe is what any message with a newer term does.
  local function observe(newer)
    if newer <= term then return end
    term, voted_for, leader = newer, nil, nil
    become("follower")
  end

  local function advance(to)
    for i = commit + 1, math.min(to, #log) do
      commit = i
      env:gauge("applied", i .. " " .. log[i].term .. " " .. log[i].value)
    end
    changed:broadcast()
  end

  -- count commits what most nodes have stored, if it is of this term (5.4.2).
  local function count()
    for i = #log, commit + 1, -1 do
      local copies = 0
      for _, upto in pairs(match) do if upto >= i then copies = copies + 1 end end
      if log[i].term == term and copies >= majority then return advance(i) end
    end
  end

  -- replicate keeps one peer's log like the leader's own, for one term.
  local function replicate(n, mine)
    local next = #log + 1
    while role == "leader" and term == mine do
      local prev, entries = next - 1, {}
      for i = next, math.min(#log, next + 20) do entries[#entries + 1] = log[i] end
      local ok, reply = pcall(peers[n].call, peers[n], "append", {
        term = mine, leader = me, prev = prev, prev_term = prev > 0 and log[prev].term or 0,
        entries = entries, commit = commit,
      })
      if not ok then
        env:sleep(heartbeat)
      elseif reply.term > mine then
        observe(reply.term)
      elseif reply.ok then
        next = prev + #entries + 1
        if role == "leader" and term == mine then
          match[n] = math.max(match[n] or 0, next - 1)
          count()
        end
      else
        next = math.min(prev, reply.length + 1)
      end
      if ok and reply.ok and next > #log then wait(grown, heartbeat) end
    end
  end

  -- propose appends to the leader's own log, stores that, and returns where.
  local function propose(value)
    local mine = term
    append(#log + 1, { term = term, value = value })
    local index = #log
    grown:broadcast()
    save()
    if role == "leader" and term == mine then
      match[me] = math.max(match[me] or 0, index)
      count()
    end
    return index
  end

  local function lead()
    leader, match = me, {}
    become("leader")
    env:log("leads term", term)
    for n in pairs(peers) do env:go(replicate, n, term) end
    propose("new leader") -- commits what earlier leaders have left behind
  end

  local function campaign()
    term, voted_for, leader = term + 1, me, nil
    become("candidate")
    local mine, votes = term, 1
    save()
    local request = { term = mine, candidate = me, length = #log, last_term = last_term() }
    for n, peer in pairs(peers) do
      env:go(function()
        local ok, reply = pcall(peer.call, peer, "vote", request)
        if not ok then return end
        observe(reply.term)
        if reply.granted and role == "candidate" and term == mine then
          votes = votes + 1
          if votes >= majority then lead() end
        end
      end)
    end
  end

  local handlers = {}

  function handlers.vote(r)
    observe(r.term)
    local newest = last_term()
    local granted = r.term == term and (voted_for or r.candidate) == r.candidate
      and (r.last_term > newest or r.last_term == newest and r.length >= #log)
    if granted then
      voted_for = r.candidate
      heard:broadcast()
    end
    local reply = { term = term, granted = granted }
    save()
    return reply
  end

  function handlers.append(r)
    observe(r.term)
    if r.term < term then return { term = term } end
    if role == "candidate" then become("follower") end
    leader = r.leader
    heard:broadcast()
    if r.prev > #log or r.prev > 0 and log[r.prev].term ~= r.prev_term then
      return { term = r.term, length = math.min(#log, r.prev - 1) }
    end
    for k, entry in ipairs(r.entries) do
      local i = r.prev + k
      if log[i] and log[i].term ~= entry.term then
        for j = #log, i, -1 do log[j] = nil end
      end
      if not log[i] then append(i, entry) end
    end
    save()
    if r.term == term then advance(math.min(r.commit, r.prev + #r.entries)) end
    return { term = r.term, ok = true }
  end

  -- write returns where a value is once it is committed; the client may ask again.
  function handlers.write(value)
    if role ~= "leader" then return { leader = leader } end
    local mine, index = term, nil
    for i, entry in ipairs(log) do
      if entry.value == value then index = i end
    end
    index = index or propose(value)
    if env:fault_point("stored, not committed", 0.05) then env:crash("1s") end
    while commit < index do
      if role ~= "leader" or term ~= mine then return { leader = leader } end
      changed:wait()
    end
    return { index = index }
  end

  -- committed returns the values up to an index, once there are so many.
  function handlers.committed(index)
    while commit < index do changed:wait() end
    local values = {}
    for i = 1, index do values[i] = log[i].value end
    return values
  end

  load()
  env:go(rpc.serve, env, 80, handlers)
  while true do
    if not wait(heard, env.random:sample(election)) and role ~= "leader" then campaign() end
  end
end)

sim.bot("client", function(env)
  local at, nodes = 1, {}
  for n = 1, sim.params.nodes do
    nodes[n] = rpc.client(env, address(n), { timeout = "2s", attempts = 1 })
  end
  local function write(value)
    while true do
      local ok, reply = pcall(nodes[at].call, nodes[at], "write", value)
      if ok and reply.index then return reply.index end
      if not ok and env:stopping() then error(reply, 0) end
      at = ok and reply.leader or at % sim.params.nodes + 1
      env:sleep("100ms")
    end
  end

  local expected, last = {}, 0
  for i = 1, sim.params.writes do
    last = env:measure("write", write, "v" .. i)
    expected[last] = "v" .. i
    env:sleep("500ms")
  end
  for n, node in ipairs(nodes) do
    local values = node:call("committed", last, { attempts = 100 })
    for i, value in pairs(expected) do env:expect("on node " .. n, value, values[i]) end
  end
end)

sim.plan(function(plan)
  plan:start("*")
  plan:go("reboots", chaos.graceful_monkey { machines = "node*", every = { "2s", "6s" }, down = { "1s", "4s" }, wipe = 0 })
  plan:go("power", function(own)
    while true do
      own:sleep(own.random:sample(sim.uniform("5s", "15s")))
      for node, term in pairs(own:gauge("leads")) do
        if term and own.random:chance(0.5) then
          own:power_fail(node)
          own:sleep("2s")
          own:start(node)
        end
      end
    end
  end)
  plan:go("divisions", function(own)
    while true do
      own:sleep(own.random:sample(sim.uniform("4s", "12s")))
      local nodes = own.random:shuffle(own:machines("node*"))
      local few, many = {}, {}
      for i, node in ipairs(nodes) do table.insert(i < majority and few or many, node) end
      own:partition(few, many)
      own:sleep("3s")
      own:heal()
    end
  end)
end)

local leaders = {}
sim.always("one leader a term", function(world)
  for _, gauge in ipairs(world:changed()) do
    if gauge.name == "leads" and gauge.value then
      local other = leaders[gauge.value] or gauge.machine
      leaders[gauge.value] = other
      if other ~= gauge.machine then
        return false, other .. " and " .. gauge.machine .. " both lead term " .. gauge.value
      end
    end
  end
end)

local applied = {}
sim.always("nodes apply the same", function(world)
  for _, gauge in ipairs(world:changed()) do
    if gauge.name == "applied" and gauge.value then
      local index = gauge.value:match("^%d+")
      applied[index] = applied[index] or gauge.value
      if applied[index] ~= gauge.value then
        return false, gauge.machine .. " applied " .. gauge.value .. ", another " .. applied[index]
      end
    end
  end
end)
