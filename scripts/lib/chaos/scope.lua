-- A scope is what parts of a plan stand in: it knows when they end, and what they
-- have done that is to be undone. A part is a function(plan, scope): that which
-- sim.plan and plan:go call has no scope yet.
--
-- Parts ask for nothing but time: whatever they draw, and whom they strike, does not
-- depend on what the system does, nor on which faults are withheld.
local M = {}

local Scope = {}
Scope.__index = Scope

-- enter is the scope of a part: its own, or the outermost. What sim.plan was given
-- starts everything then.
function M.enter(plan, scope)
  if scope then return scope end
  if plan.name == "plan" and plan:now() == 0 then plan:start("*") end
  return setmetatable({ undo = {}, keys = {} }, Scope)
end

-- inner is a scope within this one, which ends at a moment, if not before with it.
function Scope:inner(ends)
  local inner = setmetatable({ undo = {}, keys = {}, over = self.over, down = self.down, ends = self.ends }, Scope)
  if ends then inner.ends = math.min(ends, inner.ends or ends) end
  return inner
end

-- sleep waits for so long, or until the process over has ended; it says whether
-- that was so.
local function sleep(plan, over, duration)
  if not over then
    plan:sleep(duration)
    return false
  end
  local ok, err = pcall(plan.wait_any, plan, { over }, duration)
  if not ok and not (type(err) == "table" and err.kind == "timeout") then error(err, 0) end
  return ok
end

-- wait waits until a moment, and says whether the scope has not ended before or then.
function Scope:wait(plan, moment)
  local ends = math.min(moment, self.ends or moment)
  while plan:now() < ends do
    if sleep(plan, self.over, ends - plan:now()) then return false end
  end
  return not self.ends or plan:now() < self.ends
end

-- remember keeps what undoes harm: once for each key.
function Scope:remember(key, undo)
  if not self.undo[key] then self.keys[#self.keys + 1] = key end
  self.undo[key] = undo
end

-- forget is for harm that has been undone.
function Scope:forget(key)
  for i, each in ipairs(self.keys) do
    if each == key then table.remove(self.keys, i) end
  end
  self.undo[key] = nil
end

-- heal undoes what has been done in this scope, the latest first.
function Scope:heal(plan)
  for i = #self.keys, 1, -1 do
    local key = self.keys[i]
    local undo = self.undo[key]
    self.keys[i], self.undo[key] = nil, nil
    undo(plan)
  end
end

return M
