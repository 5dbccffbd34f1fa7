-- A server streams ticks to whoever subscribes, then ends the stream. It is made for
-- fair weather: a reader who is cut off does not subscribe again.
--
--   simlua scripts/subscribe.lua
--   simlua scripts/subscribe.lua --swarm --seed 2
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm fail
local sim = require "sim"

sim.param("ticks", 10, "ticks in the stream")

sim.connect("botnet", "public", sim.profile.internet)

sim.service("ticker.public", function(env)
  env:serve(80, function(conn)
    local request = conn:receive()
    for i = 1, request.ticks do
      conn:send({ tick = i, at = env:now() })
      env:sleep("1s")
    end
  end)
end)

sim.bot("reader", function(env)
  local conn = env:connect("ticker.public:80")
  conn:send({ ticks = sim.params.ticks })
  local seen = 0
  while true do
    local ok, message = pcall(conn.receive, conn, "5s")
    if not ok then
      env:expect("how the stream ended", "closed", message.kind)
      break
    end
    seen = seen + 1
    env:expect("order", seen, message.tick)
    env:log("tick " .. message.tick .. " took " .. string.format("%.0f ms", 1000 * (env:now() - message.at)))
  end
  env:expect("ticks", sim.params.ticks, seen)
end)
