-- A scope is what parts of a plan stand in: it knows when they end, and what they
-- have done that is to be undone. A part is a function(plan, scope): that which
-- sim.plan and plan:go call has no scope yet.
--
-- Parts ask for nothing but time: whatever they draw, and whom they strike, does not
-- depend on what the system does, nor on which faults are withheld.
local M = {}

local Scope = {}
Scope.__index = Scope

-- outermost is a scope that nothing ends.
function M.outermost() return setmetatable({ undo = {}, keys = {} }, Scope) end

-- enter is the scope of a part: its own, or the outermost. What sim.plan was given
-- starts everything then.
function M.enter(plan, scope)
  if scope then return scope end
  if plan.name == "plan" and plan:now() == 0 then plan:start("*") end
  return M.outermost()
end

-- inner is a scope within this one, which ends at a moment, if not before with it.
function Scope:inner(ends)
  local inner = setmetatable({ undo = {}, keys = {}, over = self.over, down = self.down, ends = self.ends }, Scope)
  if ends then inner.ends = math.min(ends, inner.ends or ends) end
  return inner
end

-- ends_with ends a scope, and those within it, when fn has returned, in a process of the plan.
function Scope:ends_with(plan, name, fn)
  local over = { ended = false }
  over.process = plan:go(name, function(own)
    fn(own)
    over.ended = true
  end)
  self.over = over
end

-- linger waits for so long, or until over.
local function linger(plan, over, duration)
  if not over then return plan:sleep(duration) end
  local ok, err = pcall(plan.wait_any, plan, { over.process }, duration)
  if not ok and not (type(err) == "table" and err.kind == "timeout") then error(err, 0) end
end

-- wait waits until a moment, and says whether the scope has not ended before or then.
function Scope:wait(plan, moment)
  local ends, over = math.min(moment, self.ends or moment), self.over
  while plan:now() < ends and not (over and over.ended) do linger(plan, over, ends - plan:now()) end
  return not (over and over.ended) and (not self.ends or plan:now() < self.ends)
end

-- sleep waits for so long, and says whether the scope has not ended before or then.
function Scope:sleep(plan, duration)
  if self.ends or self.over then return self:wait(plan, plan:now() + duration) end
  plan:sleep(duration)
  return true
end

-- goes_on says whether the scope has not ended.
function Scope:goes_on(plan) return self:wait(plan, plan:now()) end

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
