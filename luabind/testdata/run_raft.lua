-- a log is what it was, whatever apply does with the tables it was given, and has given away
local sim = require "lab"
local raft, rpc = require "sim.raft", require "sim.rpc"
local members, addresses = { "n1.net", "n2.net", "n3.net" }, { "n1.net:80", "n2.net:80", "n3.net:80" }
sim.service("n{1..3}.net", function(env)
  local store = { items = {}, commands = 0 }
  local node = raft:start(env, {
    members = members, snapshot_every = 5,
    apply = function(command)
      store.commands = store.commands + 1
      if command.items then store.items = command.items else table.insert(store.items, command.push) end
    end,
    snapshot = function() return store end, restore = function(state) store = state end,
  })
  rpc.serve(env, 80, {
    propose = function(command)
      env:go(function() command.push = command.push and "changed" end) -- while it is being stored
      node:propose(command)
    end,
    store = function() return store end,
    read = function() node:read() return store end,
  })
end)
sim.bot("b", function(env)
  local client = raft.client(env, addresses)
  local down = "n1.net" -- which is not the one that leads
  client:call("read")
  env:expect("another leads", true, addresses[client.at] ~= down .. ":80")
  env:gauge("off", 1)
  env:sleep("1s")
  local function propose(command)
    client:call("propose", command)
    env:sleep("100ms")
  end
  propose { items = { 1 } }
  for n = 2, 7 do propose { push = n } end
  env:gauge("off", 0)
  env:sleep("3s")
  local want = { items = { 1, 2, 3, 4, 5, 6, 7 }, commands = 7 }
  for _, address in ipairs(addresses) do
    env:expect("the same on " .. address, want, rpc.client(env, address):call("store"))
  end
end)
sim.plan(function(plan)
  plan:start("*")
  while plan:gauge("off")["b.botnet"] ~= 1 do plan:sleep("10ms") end
  plan:power_fail("n1.net")
  while plan:gauge("off")["b.botnet"] ~= 0 do plan:sleep("10ms") end
  plan:start("n1.net")
end)
raft.invariants()
---
-- what is in a snapshot that is not on the disk yet does not change, either
local sim = require "lab"
local raft, rpc = require "sim.raft", require "sim.rpc"
sim.service("n.net", function(env)
  local store = { total = 0 }
  local node = raft:start(env, {
    members = { "n.net" }, snapshot_every = 3,
    apply = function(n) store.total = store.total + n end,
    snapshot = function() return store end, restore = function(state) store = state end,
  })
  rpc.serve(env, 80, { add = function(n) node:propose(n) end, read = function() node:read() return store.total end })
end)
sim.machine("n.net", { disk = { sync = "20ms" } })
sim.bot("b", function(env)
  local all = {}
  for i = 1, 40 do
    all[i] = env:go(function()
      env:sleep(1 + i * 0.007)
      raft.client(env, { "n.net:80" }):call("add", 1)
    end)
  end
  for _, process in ipairs(all) do process:join() end
  env:gauge("added", true)
  env:sleep("1s")
  env:expect("each once", 40, raft.client(env, { "n.net:80" }):call("read"))
end)
sim.plan(function(plan)
  plan:start("*")
  while not plan:gauge("added")["b.botnet"] do plan:sleep("1ms") end
  plan:power_fail("n.net")
  plan:start("n.net")
end)
---
-- nobody is asked for a vote before the own one is on the disk
local sim = require "lab"
local chaos = require "sim.chaos"
local raft = require "sim.raft"
local members = { "n1.net", "n2.net", "n3.net", "n4.net", "n5.net" }
local Careful = raft:extend()
function Careful:send(link, asks, message)
  if message[1] == "vote" and message[2] == self.term and not message[6] then
    self.env:expect_true("the vote is stored", self.log.durable >= self.log.version)
  end
  return raft.send(self, link, asks, message)
end
sim.machine("n{1..5}.net", { disk = { sync = sim.uniform("1ms", "400ms") } })
sim.service("n{1..5}.net", function(env)
  Careful:start(env, { members = members, apply = print })
  env:sleep("1h")
end)
sim.bot("b", function(env) env:sleep("60s") end)
sim.plan(function(plan)
  plan:link("net", "net", { delay = sim.uniform("1ms", "80ms"), loss = 0.02 })
  chaos.every("2s", chaos.then_heal("1s", chaos.power_fail { machines = "n*.net" }))(plan)
end)
raft.invariants()
sim.check("votes", function(run) return #run:faults("power_fail") > 5 end)
---
-- who leads with a long log commits at once
local sim = require "lab"
local raft, rpc = require "sim.raft", require "sim.rpc"
local members = { "n1.net", "n2.net", "n3.net" }
local Timed = raft:extend()
function Timed:lead()
  raft.lead(self)
  self.led = self.env:monotonic()
end
function Timed:advance(index)
  raft.advance(self, index)
  if self.role == "leader" and self.log:term_at(self.commit) == self.term and self.led then
    self.env:expect_true("at once", self.env:monotonic() - self.led < 0.05)
    self.led = nil
  end
end
sim.service("n{1..3}.net", function(env)
  local node = Timed:start(env, { members = members, apply = function() end })
  rpc.serve(env, 80, {
    add = function(n)
      node:read()
      local all = {}
      for i = 1, n do all[i] = env:go(node.propose, node, i) end
      for i = 1, n do all[i]:join() end
    end,
  })
end)
sim.bot("b", function(env)
  local client = raft.client(env, { "n1.net:80", "n2.net:80", "n3.net:80" }, { timeout = "5s" })
  client:call("add", 600)
  env:gauge("done", true)
  env:sleep("100ms")
  client:call("add", 1)
end)
sim.plan(function(plan)
  plan:start("*")
  while not plan:gauge("done")["b.botnet"] do plan:sleep("1ms") end
  for node in pairs(plan:gauge("raft leader")) do plan:kill(node) end
end)
---
-- an error of the service's own is an answer; one that says that nobody leads is not
local sim = require "lab"
local raft, rpc = require "sim.raft", require "sim.rpc"
sim.service("s.net", function(env)
  local calls = 0
  rpc.serve(env, 80, {
    buy = function() calls = calls + 1 error { kind = "sold_out", message = "none left" } end,
    ask = function() calls = calls + 1 error { kind = "not_leader", message = "nobody that is known leads" } end,
    calls = function() return calls end,
  })
end)
sim.bot("b", function(env)
  local client = raft.client(env, { "s.net:80" }, { attempts = 3 })
  local ok, err = pcall(client.call, client, "buy")
  env:expect("sold out", { false, "sold_out", 1 }, { ok, err.kind, client:call("calls") })
  ok, err = pcall(client.call, client, "ask")
  env:expect("three times", { false, "not_leader", 4 }, { ok, err.kind, client:call("calls") })
end)
---
-- what is proposed at once is stored at once: one commit for all that came during another
local sim = require "lab"
local raft = require "sim.raft"
sim.machine("n.net", { disk = { sync = "20ms" } })
sim.service("n.net", function(env)
  local node = raft:start(env, { members = { "n.net" }, apply = function() end })
  while node.role ~= "leader" do env:sleep("10ms") end
  local all, before = {}, env:now()
  for i = 1, 100 do all[i] = env:go(node.propose, node, i) end
  for i = 1, 100 do all[i]:join() end
  env:expect_true("in a few commits", env:now() - before < 0.2)
end)
sim.limits { time = "10s" }
---
-- a commit that failed keeps nobody who survives it from the next one
local sim = require "lab"
local raft = require "sim.raft"
sim.service("n.net", function(env)
  local node = raft:start(env, { members = { "n.net" }, apply = function(command) return command end })
  env:sleep("3s")
  env:expect("it fails", false, (pcall(node.propose, node, 1)))
  env:sleep("2s")
  env:expect("the next", 2, node:propose(2))
end)
sim.expect("the next", { required = true })
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("2s")
  plan:disk("n.net", { sync_error = 1 })
  plan:sleep("2s")
  plan:disk("n.net")
end)
sim.limits { time = "10s" }
---
-- mistakes
local sim = require "lab"
local raft = require "sim.raft"
sim.bot("b", function(env)
  local function fails(pattern, options)
    local o = { members = { "b.botnet" }, apply = function() end }
    for name, value in pairs(options) do o[name] = value end
    local ok, err = pcall(function() raft:start(env, o) end)
    env:expect(pattern, true, not ok and tostring(err):find(pattern, 1, true) ~= nil and tostring(err):find("run_raft", 1, true) ~= nil)
  end
  fails('raft: unknown option "heartbaet"; did you mean "heartbeat"?', { heartbaet = 1 })
  fails('raft: option "members": expected each machine once, got "a"', { members = { "a", "b", "a" } })
  fails('raft: option "members": expected an array of machines, such as', { members = "a" })
  fails('raft: option "members": expected an array of machines, such as', { members = { 1 } })
  fails('raft: option "apply": expected a function(command, index), got nothing', { apply = false })
  fails('raft: option "snapshot": expected a function, got the number 1', { snapshot = 1, restore = print })
  fails("raft: snapshot and restore belong together", { restore = print })
  fails('raft: option "heartbeat": expected a duration such as "250ms", got "often"', { heartbeat = "often" })
  fails('raft: option "heartbeat": expected a duration above 0', { heartbeat = 0 })
  fails('raft: option "election": expected {least, most} such as', { election = "1s" })
  fails('raft: option "election": expected {least, most} such as', { election = { "2s", "1s" } })
  fails('longer than heartbeat, got "{0.3s, 0.6s}"', { heartbeat = "300ms" })
  fails('raft: option "batch": expected a whole number from 1 on, got the number 0', { batch = 0 })
  fails('raft: option "snapshot_every": expected a whole number from 1 on, got the number 0.5', { snapshot_every = 0.5 })
  local function refuses(pattern, addresses, options)
    local ok, err = pcall(function() raft.client(env, addresses, options) end)
    env:expect(pattern, true, not ok and tostring(err):find(pattern, 1, true) ~= nil and tostring(err):find("run_raft", 1, true) ~= nil)
  end
  refuses("the addresses of a client are an array", "b.botnet:80")
  refuses('raft.client: unknown option "backoff"; there is timeout, attempts', { "b.botnet:80" }, { backoff = { 1, 2 } })
  refuses('raft.client: option "attempts": expected a whole number from 1 on', { "b.botnet:80" }, { attempts = 0 })
  local node = raft:start(env, { members = { "b.botnet" }, apply = function() end })
  env:expect("a machine", "a machine is expected, got nil", tostring(select(2, pcall(node.add, node))):match("a machine.*"))
end)
