-- How nodes talk to each other: the methods of a node of sim.raft for its connections. A message is
-- {method, argument, …}, its answer {method, result, …}.
local Peers = {}

function Peers:link(name)
  local link = self.links[name]
  if not link then
    link = { name = name }
    self.links[name] = link
    self:reset(link)
  end
  return link
end

-- reset forgets what a leader of another term knew of a peer.
function Peers:reset(link)
  link.match, link.next, link.confirmed, link.heard = 0, self.log.last + 1, 0, self.env:monotonic()
end

-- adopt takes an array of machines for the members of the cluster.
function Peers:adopt(members)
  self.members, self.peers, self.belongs = members, {}, false
  for _, member in ipairs(members) do
    if member == self.name then self.belongs = true else table.insert(self.peers, self:link(member)) end
  end
end

local replies = { vote = "vote_reply", append = "append_reply", install = "install_reply" }

local function answer(conn, method, ...)
  if ... ~= nil then conn:send { method, ... } end
end

function Peers:session(conn)
  while true do
    local m = conn:receive()
    if type(m) ~= "table" or not replies[m[1]] then return end -- it speaks another protocol
    answer(conn, m[1], self[m[1]](self, unpack(m, 2)))
  end
end

-- say_all sends each peer what it should know.
function Peers:say_all()
  for _, link in ipairs(self.peers) do self:say(link) end
end

function Peers:say(link)
  local leads, tally = self.role == "leader", self.tally
  if not link.conn then
    if (leads or tally) and not link.dialing then
      link.dialing = true
      self.env:go(self.talk, self, link)
    end
  elseif leads then
    self:replicate(link)
  elseif tally and tally.stored then
    local last = self.log.last
    self:send(link, true, { "vote", tally.term, self.name, last, self.log:term_at(last), tally.pre })
  end
end

-- talk connects to a peer and takes its answers, until the connection is lost, or speaks another protocol.
function Peers:talk(link)
  local ok, conn = pcall(self.env.connect, self.env, link.name .. ":" .. self.options.port, self.options.shortest)
  link.dialing = false
  if not ok then return end
  link.conn, link.asked = conn, nil
  self:say(link)
  local answered, m = pcall(conn.receive, conn)
  while answered and type(m) == "table" and replies[m[1]] do
    link.asked, link.heard = nil, self.env:monotonic()
    self[replies[m[1]]](self, link, unpack(m, 2))
    answered, m = pcall(conn.receive, conn)
  end
  self:hang_up(link, conn)
end

function Peers:hang_up(link, conn)
  if link.conn == conn then link.conn = nil end
  pcall(conn.close, conn)
end

-- send gives a connection up on which an answer is overdue.
function Peers:send(link, asks, message)
  local conn, asked = link.conn, link.asked
  if asked and self.env:monotonic() > asked + self.options.longest then return self:hang_up(link, conn) end
  if asks and not asked then link.asked = self.env:monotonic() end
  local ok, err = pcall(conn.send, conn, message)
  if not ok and type(err) == "string" then error(err, 0) end
  if not ok then self:hang_up(link, conn) end
end

return Peers
