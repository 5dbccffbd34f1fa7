-- A server with one core, which clients keep busy at two thirds. The planted bug: clients that get no
-- answer in time ask again at once. When the server stands still for a moment, requests pile up whose
-- clients have given up and ask anew; it works through those and answers nobody in time, for ever
-- (Bronson and others, "Metastable Failures in Distributed Systems", 2021).
-- Repaired, clients wait longer after each failure, and the server drops what nobody waits for.
--
--   simlua scripts/gallery/retry_storm.lua --seed 1
--   simlua scripts/gallery/retry_storm.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "the service recovers"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"

sim.param("fixed", false, "whether clients back off, and the server drops what is late")

sim.connect("botnet", "net", { delay = "5ms" })
sim.machine("server.net", { cores = 1 })

local timeout = 0.5

sim.service("server.net", function(env)
  local queue = env:channel(10000)
  env:go(env.serve, env, 80, function(conn)
    while true do queue:send { conn = conn, asked = conn:receive(), arrived = env:monotonic() } end
  end)
  while true do
    local request = queue:receive()
    if not sim.params.fixed or env:monotonic() < request.arrived + timeout then
      env:work("50ms")
      pcall(request.conn.send, request.conn, request.asked)
    end
  end
end)

local late = 25 -- seconds: by then it should be as before

sim.bot("clients", function(env)
  local asked, answered = 0, 0
  local function client()
    local conn = env:connect("server.net:80")
    local number, pause = 0, timeout
    local function ask()
      number = number + 1
      conn:send(number)
      local ends = env:monotonic() + timeout
      repeat until conn:receive(math.max(0, ends - env:monotonic())) == number
    end
    env:sleep(env.random:sample(sim.uniform("0s", "1500ms")))
    while env:now() < 30 do
      local ok, err = pcall(env.measure, env, "ask", ask)
      if not ok and err.kind ~= "timeout" then error(err, 0) end
      if env:now() > late then asked, answered = asked + 1, answered + (ok and 1 or 0) end
      pause = ok and timeout or math.min(2 * pause, 8)
      if ok then env:sleep("1500ms") elseif sim.params.fixed then env:sleep(pause * env.random:float()) end
    end
  end
  local clients = {}
  for i = 1, 20 do clients[i] = env:go(client) end
  for _, process in ipairs(clients) do process:join() end
  env:expect_true("the service recovers", answered >= 0.9 * asked, answered .. " of " .. asked .. " are answered")
end)

sim.plan(chaos.after({ "3s", "8s" }, chaos.then_heal({ "100ms", "3s" }, chaos.pause { machines = "server.net" })))
