-- A primary copies what it has to a replica, from which users read. The planted bug: who has written reads
-- from a replica that is behind, and does not find it.
-- Repaired, a write returns its position, and the replica answers a read once it is there ("session
-- guarantees"; Terry and others, 1994).
--
--   simlua scripts/gallery/read_your_writes.lua --seed 1
--   simlua scripts/gallery/read_your_writes.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "I see what I wrote"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether a read waits for the position of the last write")

sim.connect("net", "net", { delay = "1ms" })
sim.connect("botnet", "net", { delay = "10ms" })

sim.service("primary.net", function(env)
  local replica = rpc.client(env, "replica.net:80", { timeout = "500ms", attempts = 1 })
  local position, text, grown = 0, nil, env:condition()
  env:go(function()
    local sent = 0
    while true do
      if sent == position then grown:wait() end
      local latest = position
      if pcall(replica.call, replica, "copy", { position = latest, text = text }) then sent = latest end
    end
  end)
  rpc.serve(env, 80, {
    write = function(new)
      position, text = position + 1, new
      grown:signal()
      return position
    end,
  })
end)

sim.service("replica.net", function(env)
  local position, text, grown = 0, nil, env:condition()
  rpc.serve(env, 80, {
    copy = function(r)
      if r.position > position then position, text = r.position, r.text end
      grown:broadcast()
    end,
    read = function(least)
      while position < least do grown:wait() end
      return text
    end,
  })
end)

sim.bot("author", function(env)
  local primary = rpc.client(env, "primary.net:80", { attempts = 20 })
  local replica = rpc.client(env, "replica.net:80", { attempts = 20 })
  for n = 1, 40 do
    local text = "draft " .. n
    local position = primary:call("write", text)
    env:expect("I see what I wrote", text, replica:call("read", sim.params.fixed and position or 0))
    env:sleep(env.random:sample(sim.uniform("0s", "500ms")))
  end
end)

sim.plan(chaos.every({ "1s", "4s" }, chaos.then_heal({ "100ms", "1s" }, chaos.mix {
  chaos.packet { between = { "net", "net" }, delay = "200ms" },
  chaos.partition { machines = { "primary.net", "replica.net" }, targets = "one" },
})))
