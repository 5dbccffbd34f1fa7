-- Clients of a register that holds a number: one process writes 1, 2, 3, …, others read. As there
-- is one writer, and numbers only grow, the register is linearizable when no read returns less than
-- what was acknowledged, or read by anybody, before it began.
local sim = require "sim"

-- attempt calls a function that may meet an error of the world or of the service.
local function attempt(fn, ...)
  local ok, result = pcall(fn, ...)
  if not ok and (type(result) ~= "table" or result.kind == "stopped") then error(result, 0) end
  return ok, result
end

-- drive writes and reads for so many seconds, with pauses: write(n), and readers, an array of
-- functions that return what they read. A write that fails is tried again.
local function drive(env, seconds, pause, write, readers)
  local ends, least = env:monotonic() + seconds, 0
  local function over() return env:monotonic() >= ends end
  local function rest() env:sleep(env.random:sample(pause)) end

  local function writer()
    local n = 0
    while not over() do
      n = n + 1
      local ok
      repeat
        ok = attempt(env.measure, env, "write", write, n)
        rest()
      until ok or over()
      if ok then least = math.max(least, n) end
    end
  end

  local function reader(read)
    while not over() do
      local known = least
      local ok, value = attempt(env.measure, env, "read", read)
      if ok then
        env:expect_true("no read goes back", value >= known, "read " .. value .. " when " .. known .. " was known")
        least = math.max(least, value)
      end
      rest()
    end
  end

  local processes = { env:go(writer) }
  for _, read in ipairs(readers) do table.insert(processes, env:go(reader, read)) end
  for _, process in ipairs(processes) do process:join() end
end

return { drive = drive, attempt = attempt }
