-- On this network every packet overtakes the one sent before it. TCP puts the
-- bytes right again.
--
--   simlua scripts/reorder.lua
--   simlua scripts/reorder.lua --log packets
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"

sim.param("numbers", 20, "numbers sent")

sim.connect("botnet", "public", sim.profile.reverse_latency)

sim.service("server.public", function(env)
  env:serve(80, function(conn)
    for i = 1, sim.params.numbers do
      env:expect("order", i, conn:receive("5s"))
    end
    conn:send("all there")
  end)
end)

sim.bot("client", function(env)
  local conn = env:connect("server.public:80")
  for i = 1, sim.params.numbers do
    conn:send(i)
  end
  env:expect("answer", "all there", conn:receive("5s"))
  conn:close()
end)
