-- Raft: services that agree on a log of commands and apply them in the same order (Ongaro and
-- Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014; numbers of sections are
-- those of Ongaro's dissertation, "Consensus: Bridging Theory and Practice", 2014).
--
--   local raft = require "sim.raft"
--
--   sim.service("node{1..3}.lan", function(env)
--     local total = 0
--     local node = raft:start(env, {
--       members = { "node1.lan", "node2.lan", "node3.lan" },
--       apply = function(amount) total = total + amount return total end,
--     })
--     rpc.serve(env, 80, {
--       add = function(amount) return node:propose(amount) end,
--       read = function() node:read() return total end,
--     })
--   end)
--
--   sim.bot("client.lan", function(env)
--     local counter = raft.client(env, { "node1.lan:80", "node2.lan:80", "node3.lan:80" })
--     env:log(counter:call("add", 5), counter:call("read"))
--   end)
--
--   raft.invariants()
--
-- - `raft:start(env, options)` starts a node in a service, and returns it
-- - `node:propose(command)` returns what `apply` returned for a command, once it is committed
-- - `node:read()` returns when what `apply` has built contains all that was committed before the
--   call, so that what is read then is linearizable (read index, 6.4)
-- - `node:add(machine)` and `node:remove(machine)` change who belongs to the cluster, one at a time
--   (4.1). A node that is to be added starts with `members = {}`
-- - `node.role`, `node.term`, `node.leader`, `node.members`, `node.commit` are there to be looked at
-- - `raft.client(env, addresses[, options])` makes a client of a service of `sim.rpc` beside the nodes:
--   `call(method[, argument])` goes to who leads, until one answers: an error of the service's own is an
--   answer, too. Options are `timeout = "1s"`, for one attempt, and `attempts = 100`, 50 ms apart. A
--   command that is tried again may be committed twice: give it an id by which `apply` knows it
-- - `raft.invariants()` declares the invariants "one leader a term" and "nodes apply the same"
-- - `raft:extend()` makes a class of one's own, whose methods can be replaced: after `local Mine =
--   raft:extend()` and `function Mine:up_to_date() return true end`, `Mine:start(env, options)` votes for anybody
--
-- Errors have a kind: `"not_leader"`, nothing has happened; `"busy"`, nobody can be added or removed
-- yet; `"unknown"`, the node leads no longer, and the command may become committed or not.
--
-- Options, and what they are unless told otherwise:
--
-- - `members`: the machines of the cluster, an array, the same on all of them
-- - `apply`: function(command, index), called for each committed command in order, after each boot
--   again. It must not wait, nor draw. What is nil cannot be a command. What it gets, and what the
--   next two give and get, are copies: the log does not change when they do
-- - `snapshot`, `restore`: function() that returns what `apply` has built, function(state) that takes it
--   back: with both, the log is cut off every `snapshot_every = 1000` entries (5), and what is in the
--   snapshot is not applied after a boot
-- - `heartbeat = "50ms"`: how often a leader shows that it leads
-- - `election = {"300ms", "600ms"}`: a node that has not heard from a leader for so long, drawn each time,
--   asks whether it would be elected (pre-vote, 9.6), and then stands. A leader that has not heard from
--   a majority for the longer time resigns
-- - `batch = 64`: entries in one message
-- - `port = 7000`, where nodes talk to each other, and `database = "raft"`, where the term, the vote and
--   the log are before anybody hears of them. A disk that fails is an error of the service, and a node
--   whose disk was erased must not come back: remove it, and add another
local Client = require "sim.raft.client"
local copy = require "sim.raft.copy"
local Election = require "sim.raft.election"
local invariants = require "sim.raft.invariants"
local Log = require "sim.raft.log"
local Peers = require "sim.raft.peers"
local read_options = require "sim.raft.options"

local Raft = { client = Client.new, invariants = invariants }
Raft.__index = Raft
for _, part in ipairs { Election, Peers } do
  for name, method in pairs(part) do Raft[name] = method end
end

function Raft:extend()
  local class = setmetatable({}, self)
  class.__index = class
  return class
end

local text = { __tostring = function(err) return err.message end }
local function raise(kind, message) error(setmetatable({ kind = kind, message = message }, text), 0) end

function Raft:start(env, options)
  local o = read_options(options)
  local log, state = Log.open(env, o.database, o.members)
  local node = setmetatable({
    env = env, options = o, name = env.machine, log = log, term = state.term, voted_for = state.vote,
    role = "follower", commit = log.offset, heard = env:monotonic(),
    links = {}, round = 0, idle = {}, waiters = {}, changed = env:condition(),
  }, self)
  node:adopt(log:members(log.last))
  node.state = function() return node:hard_state() end
  if log.offset > 0 then o.restore(copy(log.snapshot.state)) end
  env:go(env.serve, env, o.port, function(conn) node:session(conn) end)
  env:go(node.watch, node)
  return node
end

-- hard_state returns what must survive beside the log.
function Raft:hard_state() return { term = self.term, vote = self.voted_for } end

-- --- the log

-- replicate sends a peer the entries that it lacks, or a heartbeat.
function Raft:replicate(link)
  local log, prev, entries = self.log, link.next - 1, nil
  local round = link.confirmed < self.round and self.round or 0 -- one above 0 asks for an answer
  if prev == log.last and round == 0 then return self:send(link, false, self:heartbeat()) end
  if prev < log.offset then
    link.next = log.offset + 1
    return self:send(link, true, { "install", self.term, self.name, log.snapshot, self.round })
  end
  if prev < log.last and prev - link.match < 4 * self.options.batch then
    entries = {}
    for i = link.next, math.min(log.last, prev + self.options.batch) do entries[i - prev] = log:entry(i) end
    link.next = prev + #entries + 1
  end
  self:send(link, entries or round > 0,
    { "append", self.term, self.name, prev, log:term_at(prev), self.commit, round, entries })
end

-- heartbeat returns what a peer gets that lacks nothing: one message for all, until something changes.
function Raft:heartbeat()
  local m, log = self.idle, self.log
  if m[2] ~= self.term or m[4] ~= log.last or m[6] ~= self.commit then
    m = { "append", self.term, self.name, log.last, log:term_at(log.last), self.commit, 0 }
    self.idle = m
  end
  return m
end

-- follow says whether a message comes from the leader of this term.
function Raft:follow(term, leader)
  if term ~= self.term or leader ~= self.leader then
    self:observe(term)
    if term < self.term then return false end
    self:become("follower")
    self.leader, self.tally = leader, nil
  end
  self.heard = self.env:monotonic()
  return true
end

function Raft:append(term, leader, prev, prev_term, commit, round, entries)
  if not self:follow(term, leader) then return self.term, false, 0, 0 end
  local log, upto = self.log, prev
  if prev > log.offset and (prev > log.last or log:term_at(prev) ~= prev_term) then
    return term, false, math.min(log.last, prev - 1), round
  end
  if entries then
    upto = prev + #entries
    self:merge(prev, entries)
  end
  local asked = entries or round > 0
  if asked then log:persist(self.state) end
  if self.term ~= term then return self.term, false, 0, 0 end
  if commit > self.commit then self:advance(math.min(commit, upto)) end
  if asked then return term, true, upto, round end
end

function Raft:merge(prev, entries)
  local log = self.log
  for k, entry in ipairs(entries) do
    local i = prev + k
    if i > log.offset then
      if i <= log.last and log:term_at(i) ~= entry.term then
        log:truncate(i)
        self:adopt(log:members(log.last))
      end
      if i > log.last then
        log:put(i, entry)
        if entry.members then self:adopt(entry.members) end
      end
    end
  end
end

function Raft:append_reply(link, term, ok, index, round)
  self:observe(term)
  if not self:leads(term) then return end
  if round > link.confirmed then
    link.confirmed = round
    self.changed:broadcast()
  end
  if ok then
    link.match, link.next = math.max(link.match, index), math.max(link.next, index + 1)
    if link.match > self.commit then self:count() end
  else
    link.match, link.next = math.min(link.match, index), index + 1 -- it may have lost its disk
  end
  if link.next <= self.log.last and link.conn then self:replicate(link) end
end

function Raft:install(term, leader, snapshot, round)
  if not self:follow(term, leader) then return self.term, false, 0, 0 end
  if snapshot.index > self.commit then
    self.log:cut_off(snapshot)
    self.commit = snapshot.index
    self:adopt(self.log:members(self.log.last))
    self.options.restore(copy(snapshot.state))
  end
  self.log:persist(self.state)
  return term, self.term == term, snapshot.index, round
end

Raft.install_reply = Raft.append_reply

-- count commits what a majority has stored.
function Raft:count()
  local index = self:reached(self.own, "match")
  if index > self.commit and self:committable(index) then self:advance(index) end
end

-- committable says whether copies alone make an entry committed: not when it is of an earlier term,
-- since it could still be overwritten (figure 3.7; figure 8 of the paper).
function Raft:committable(index) return self.log:term_at(index) == self.term end

-- advance commits and applies the entries up to an index.
function Raft:advance(index)
  if index <= self.commit then return end
  for i = self.commit + 1, index do
    local entry, result = self.log:entry(i), nil
    self.commit = i
    if entry.command ~= nil then result = self.options.apply(copy(entry.command), i) end
    self.env:gauge("raft applied", i .. " of term " .. entry.term)
    local waiter = self.waiters[1]
    if waiter and waiter.entry == entry then
      waiter.done, waiter.result = true, result
      table.remove(self.waiters, 1)
    end
  end
  if self.role == "leader" and not self.belongs and self.log:members(index) == self.members then
    self:become("follower")
  end
  self.changed:broadcast()
  if self.options.snapshot and index - self.log.offset >= self.options.snapshot_every then
    self.log:cut_off { index = index, term = self.log:term_at(index), members = self.log:members(index),
      state = copy(self.options.snapshot()) }
  end
end

-- store appends to the leader's log, and counts that once it is on the disk.
function Raft:store(entry)
  local log, index = self.log, self.log.last + 1
  log:put(index, entry)
  if entry.members then self:adopt(entry.members) end
  self:say_all()
  log:persist(self.state)
  if self:leads(entry.term) then
    self.own = math.max(self.own, index)
    self:count()
  end
end

-- --- what users call

function Raft:must_lead()
  if self.role == "leader" then return self.term end
  raise("not_leader", (self.leader or "nobody that is known") .. " leads")
end

-- await waits at a leader of a term until a condition holds.
function Raft:await(term, condition)
  while not condition() do
    if not self:leads(term) then raise("unknown", self.name .. " leads term " .. term .. " no longer") end
    self.changed:wait()
  end
end

function Raft:agree(entry)
  local waiter = { entry = entry }
  table.insert(self.waiters, waiter)
  self:store(entry)
  self:await(entry.term, function() return waiter.done end)
  return waiter.result
end

function Raft:propose(command)
  if command == nil then error("propose: a command is expected, got nil", 2) end
  return self:agree { term = self:must_lead(), command = copy(command) }
end

function Raft:read()
  local term = self:must_lead()
  self:await(term, function() return self.log:term_at(self.commit) == term end) -- till then it may know too little
  self:confirm(term)
end

-- confirm returns when a majority has said, after the call, that this is its leader. By then
-- all that was committed before the call is applied.
function Raft:confirm(term)
  self.round = self.round + 1
  local round = self.round
  self:say_all()
  self:await(term, function() return self:reached(round, "confirmed") >= round end)
end

-- may_change says whether members may change: the change before must be committed, and so must
-- an entry of this term (Ongaro, raft-dev, 2015: "bug in single-server membership changes").
function Raft:may_change(term)
  local _, index = self.log:members(self.log.last)
  return index <= self.commit and self.log:term_at(self.commit) == term
end

function Raft:change(verb, machine, belongs)
  if type(machine) ~= "string" then error(verb .. ": a machine is expected, got " .. type(machine), 3) end
  local term, members = self:must_lead(), {}
  if not self:may_change(term) then raise("busy", "an earlier change is not committed yet") end
  for _, member in ipairs(self.members) do
    if member ~= machine then table.insert(members, member) end
  end
  if belongs then table.insert(members, machine) end
  self:agree { term = term, members = members }
end

function Raft:add(machine) self:change("add", machine, true) end
function Raft:remove(machine) self:change("remove", machine, false) end

return Raft
