-- A register that holds a number, and its clients: one process writes 1, 2, 3, …, others read. What they were
-- answered has to be linearizable.
local check = require "sim.check"
local sim = require "sim"

local register = sim.history("register")
sim.check("linearizable", check.linearizable { history = "register", model = "register", init = 0 })

-- unsure calls a function that asks several services, or one of them several times: whatever its error is, nobody
-- knows what has happened.
local function unsure(fn, ...)
  local ok, result = pcall(fn, ...)
  if ok then return result end
  if type(result) ~= "table" or result.kind == "stopped" then error(result, 0) end
  error({ kind = "unknown", message = tostring(result.message) }, 0)
end

-- attempt records an operation, and says whether it succeeded.
local function attempt(env, operation, fn, ...)
  local ok, err = pcall(register.invoke, register, env, operation, unsure, fn, ...)
  if not ok and (type(err) ~= "table" or err.kind ~= "unknown") then error(err, 0) end
  return ok
end

-- drive writes and reads for so many seconds, with pauses: write(n), and readers, an array of functions that
-- return what they read. A write that fails is tried again, so that a replica may keep the greatest number.
local function drive(env, seconds, pause, write, readers)
  local ends = env:monotonic() + seconds
  local function again()
    env:sleep(env.random:sample(pause))
    return env:monotonic() < ends
  end

  local function writer()
    local n = 1
    repeat
      if attempt(env, { f = "write", value = n }, write, n) then n = n + 1 end
    until not again()
  end
  local function reader(read)
    repeat attempt(env, "read", read) until not again()
  end

  local processes = { env:go(writer) }
  for _, read in ipairs(readers) do table.insert(processes, env:go(reader, read)) end
  for _, process in ipairs(processes) do process:join() end
end

return { drive = drive }
