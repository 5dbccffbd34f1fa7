-- Who leads: the methods of a node of sim.raft for terms, votes and heartbeats.
local Election = {}

function Election:become(role)
  if self.role == role then return end
  self.role, self.tally = role, nil
  if role ~= "leader" then self.waiters = {} end
  self.env:gauge("raft leader", role == "leader" and self.term or nil)
  self.changed:broadcast()
end

-- observe is what any message with a newer term does.
function Election:observe(term)
  if term <= self.term then return end
  self.term, self.voted_for, self.leader, self.tally = term, nil, nil, nil
  self.log:touch()
  self:become("follower")
end

-- watch asks for votes when nothing was heard from a leader.
function Election:watch()
  local timeout = self.env.random:sample(self.options.election)
  while true do
    local left = self.heard + timeout - self.env:monotonic()
    if left > 0 then
      self.env:sleep(left)
    else
      timeout, self.heard = self.env.random:sample(self.options.election), self.env:monotonic()
      if self.role ~= "leader" and self.belongs then
        self.leader = nil
        self:stand(true)
      end
    end
  end
end

-- stand asks for votes; in a pre-vote, only whether there would be any. Nobody is asked before
-- the own vote is on the disk: after a crash this node could give another one in the same term.
function Election:stand(pre)
  if not pre then
    self:become("candidate")
    self.term, self.voted_for, self.leader = self.term + 1, self.name, nil
    self.log:touch()
  end
  local tally = { term = pre and self.term + 1 or self.term, pre = pre, votes = {} }
  self.tally = tally
  self.log:persist(self.state)
  tally.stored = true
  if self.tally == tally then self:say_all() end
  if self.tally == tally then self:count_vote(self.name) end
end

function Election:count_vote(name)
  local tally, votes = self.tally, 0
  tally.votes[name] = true
  for _, member in ipairs(self.members) do if tally.votes[member] then votes = votes + 1 end end
  if votes <= #self.members / 2 then return end
  self.tally = nil
  if tally.pre then self.env:go(self.stand, self, false) else self:lead() end
end

-- up_to_date says whether a log is no older than the own one (3.6.1).
function Election:up_to_date(last, last_term)
  local mine = self.log:term_at(self.log.last)
  return last_term > mine or last_term == mine and last >= self.log.last
end

function Election:vote(term, candidate, last, last_term, pre)
  if pre then
    local led = self.role == "leader" or self.leader and self.env:monotonic() < self.heard + self.options.shortest
    return self.term, term > self.term and not led and self:up_to_date(last, last_term), term, pre
  end
  self:observe(term)
  local now = self.term
  local granted = term == now and (self.voted_for or candidate) == candidate and self:up_to_date(last, last_term)
  if granted and not self.voted_for then
    self.voted_for, self.heard = candidate, self.env:monotonic()
    self.log:touch()
  end
  self.log:persist(self.state)
  return now, granted, term, pre
end

function Election:vote_reply(link, term, granted, asked, pre)
  self:observe(term)
  if granted and self.tally and self.tally.term == asked and self.tally.pre == pre then self:count_vote(link.name) end
end

function Election:lead()
  self:become("leader")
  self.leader, self.own, self.round = self.name, 0, self.round + 1 -- a round asks how far peers are
  for _, link in pairs(self.links) do self:reset(link) end
  self.env:log("leads term", self.term)
  self.env:go(self.beat, self, self.term)
  self.env:go(self.store, self, { term = self.term }) -- commits what earlier leaders have left behind
end

function Election:leads(term) return self.role == "leader" and self.term == term end

-- beat sends heartbeats, and resigns when a majority does not answer.
function Election:beat(term)
  local asked = self.env:monotonic()
  while self:leads(term) do
    local now = self.env:monotonic()
    if now >= asked + self.options.shortest / 2 then
      if self:reached(now, "heard") < now - self.options.longest then return self:become("follower") end
      asked, self.round = now, self.round + 1
    end
    self:say_all()
    self.env:sleep(self.options.heartbeat)
  end
end

-- reached returns the highest value that a majority of the members has reached.
function Election:reached(own, field)
  local values = {}
  for i, link in ipairs(self.peers) do values[i] = link[field] end
  if self.belongs then table.insert(values, own) end
  table.sort(values)
  return values[math.floor((#values + 1) / 2)] or own
end

return Election
