-- The log of a node of sim.raft, in memory and in a database. Behind a snapshot of what the
-- entries up to an index come to, there are the entries from the next one on.
local Log = {}
Log.__index = Log

local function key(index) return ("log %012d"):format(index) end

-- open reads what is in a database: the log, and a table {term, vote}.
function Log.open(env, database, members)
  local db = env:open(database)
  local log = setmetatable({
    db = db, entries = {}, offset = 0, last = 0, -- entries[i - offset] is entry i
    snapshot = { index = 0, term = 0, members = members },
    version = 0, durable = 0,                    -- what is true, and what is on the disk
    written = env:condition(), writing = false,
    cut = 0, dirty = 1, stored = 0,              -- in the database: entries behind cut; those before dirty are the same
  }, Log)
  local state = db:view(function(tx)
    log.snapshot = tx:get("snapshot") or log.snapshot
    log.offset, log.last = log.snapshot.index, log.snapshot.index
    tx:each("log ", function(_, entry) log:put(log.last + 1, entry) end)
    return tx:get("state") or { term = 0 }
  end)
  log.cut, log.dirty, log.stored = log.offset, log.last + 1, log.last
  return log, state
end

-- touch says that something else than the log has changed that must be on the disk.
function Log:touch() self.version = self.version + 1 end

-- persist returns when all that was true before the call is on the disk; state() is called
-- for what is to be there beside the log. One process writes at a time, for all that wait.
function Log:persist(state)
  local version = self.version
  while self.durable < version do
    if self.writing then self.written:wait() else self:commit(state) end
  end
end

function Log:commit(state)
  local version
  self.writing = true
  local ok, err = pcall(self.db.update, self.db, function(tx)
    version = self.version
    tx:put("state", state())
    self:write(tx)
  end)
  self.writing = false
  if not ok then error("raft: nobody knows what is on the disk: " .. tostring(err), 0) end
  self.durable = version
  self.written:broadcast()
end

function Log:write(tx)
  if self.cut < self.offset then
    tx:put("snapshot", self.snapshot)
    for i = self.cut + 1, math.min(self.offset, self.stored) do tx:delete(key(i)) end
    self.cut = self.offset
  end
  for i = math.max(self.dirty, self.offset + 1), self.last do tx:put(key(i), self.entries[i - self.offset]) end
  for i = math.max(self.last, self.offset) + 1, self.stored do tx:delete(key(i)) end
  self.dirty, self.stored = self.last + 1, self.last
end

function Log:entry(index) return self.entries[index - self.offset] end

function Log:term_at(index)
  if index == self.offset then return self.snapshot.term end
  local entry = self.entries[index - self.offset]
  return entry and entry.term or 0
end

-- put writes the entry behind the last one.
function Log:put(index, entry)
  self.entries[index - self.offset], self.last = entry, index
  self.dirty, self.version = math.min(self.dirty, index), self.version + 1
end

-- truncate drops the entries from an index on.
function Log:truncate(index)
  for i = self.last, index, -1 do self.entries[i - self.offset] = nil end
  self.last = index - 1
  self.dirty, self.version = math.min(self.dirty, index), self.version + 1
end

-- members returns who belongs to the cluster by the entries up to an index, and by which.
function Log:members(index)
  for i = index, self.offset + 1, -1 do
    local entry = self.entries[i - self.offset]
    if entry.members then return entry.members, i end
  end
  return self.snapshot.members, self.offset
end

-- cut_off puts a snapshot in the place of the entries it stands for. Those behind stay, unless
-- it is about another log than this.
function Log:cut_off(snapshot)
  local kept = {}
  if self:term_at(snapshot.index) == snapshot.term then
    for i = snapshot.index + 1, self.last do kept[#kept + 1] = self.entries[i - self.offset] end
  else
    self.dirty = snapshot.index + 1
  end
  self.entries, self.snapshot, self.offset, self.last = kept, snapshot, snapshot.index, snapshot.index + #kept
  self.version = self.version + 1
end

return Log
