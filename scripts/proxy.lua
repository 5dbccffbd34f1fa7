-- A bot reaches a server only through a proxy: their networks are not
-- connected with each other, only with the proxy's.
--
--   simlua scripts/proxy.lua
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"

sim.param("requests", 5, "requests the bot makes")

sim.connect("botnet", "public", sim.profile.internet)
sim.connect("public", "internal", sim.profile.azure_intranet)

sim.service("server.internal", function(env)
  env:serve(80, function(conn)
    while true do
      local n = conn:receive()
      env:work("3ms")
      conn:send(n * n)
    end
  end)
end)

sim.service("proxy.public", function(env)
  env:serve(443, function(conn)
    local upstream = env:connect("server.internal:80", "5s") -- time for TCP to repeat what gets lost
    while true do
      upstream:send(conn:receive())
      conn:send(upstream:receive("5s"))
    end
  end)
end)

sim.bot("client", function(env)
  local ok, err = pcall(env.connect, env, "server.internal:80")
  env:expect("the server cannot be reached directly", "no_route", not ok and err.kind)

  local conn = env:connect("proxy.public:443")
  for i = 1, sim.params.requests do
    local square = env:measure("square", function()
      conn:send(i)
      return conn:receive("12s") -- longer than the proxy may take
    end)
    env:expect("square", i * i, square)
  end
  conn:close()
end)
