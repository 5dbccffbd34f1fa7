-- Questions to several services at once, of which a number of answers is enough.
local rpc = require "sim.rpc"

-- ask calls a method of the clients of sim.rpc, and returns the first so many answers, or raises an
-- error of kind "unavailable" when there are fewer. An answer that is nil counts as true.
local function ask(env, clients, enough, method, argument)
  local answers, got = env:channel(#clients), {}
  for _, client in ipairs(clients) do
    env:go(function()
      local ok, result = pcall(client.call, client, method, argument)
      answers:send { ok = ok, result = result }
    end)
  end
  for _ = 1, #clients do
    local answer = answers:receive()
    if answer.ok then table.insert(got, answer.result == nil or answer.result) end
    if #got == enough then return got end
  end
  error({ kind = "unavailable", message = #got .. " answers, " .. enough .. " are needed" }, 0)
end

-- clients makes clients of so many replicas: replica1.net, replica2.net, …
local function clients(env, n)
  local made = {}
  for i = 1, n do made[i] = rpc.client(env, "replica" .. i .. ".net:80", { timeout = "300ms", attempts = 1 }) end
  return made
end

-- newest reads the greatest number that so many of the replicas have.
local function newest(env, replicas, enough)
  local number = 0
  for _, value in ipairs(ask(env, replicas, enough, "read")) do number = math.max(number, value) end
  return number
end

return { ask = ask, clients = clients, newest = newest }
