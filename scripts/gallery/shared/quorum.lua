-- Questions to several services at once, of which a number of answers is enough.

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

return { ask = ask }
