-- The smallest system there is: a server that answers, a bot that asks.
--
--   simlua scripts/request_reply.lua
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"

sim.connect("botnet", "public", sim.profile.internet)

sim.service("server.public", function(env)
  env:serve(80, function(conn)
    conn:send("Hello, " .. conn:receive())
  end)
end)

sim.bot("client", function(env)
  env:measure("hello", function()
    local conn = env:connect("server.public:80")
    conn:send("world")
    env:expect("reply", "Hello, world", conn:receive("2s"))
    conn:close()
  end)
end)
