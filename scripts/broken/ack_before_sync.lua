-- An office hands out numbers. The last one is in a file, which it syncs ten times a
-- second. The planted bug: it answers before the number is synced. After a power cut, it
-- hands out the same number again.
--
-- Killing the service never shows that: what a process has written to a file, the
-- operating system keeps. The cure (--set fixed=true) is to sync before the answer.
--
--   simlua scripts/broken/ack_before_sync.lua --seed 5
--   simlua scripts/broken/ack_before_sync.lua --seed 5 --set harm=kill
--   simlua scripts/broken/ack_before_sync.lua --seed 5 --set fixed=true
--
-- test: seeds 1-20 fail "no number twice"
-- test: seeds 1-20 set harm=kill pass
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("numbers", 20, "numbers that each visitor takes")
sim.param("harm", "power_fail", "what happens to the office: power_fail or kill")
sim.param("fixed", false, "whether a number is synced before the answer")

sim.connect("botnet", "net", { delay = sim.uniform("1ms", "10ms") })

sim.service("office.net", function(env)
  local file = env:file("number")
  env:sync_dir()
  local last = tonumber(file:read(0, 8)) or 0
  if not sim.params.fixed then
    env:go(function()
      while true do
        env:sleep("100ms")
        file:sync()
      end
    end)
  end
  rpc.serve(env, 80, {
    take = function()
      last = last + 1
      local number = last
      file:write(0, ("%08d"):format(number)) -- in one sector, so never torn
      if sim.params.fixed then file:sync() end
      return number
    end,
  })
end)

sim.bot("visitors", function(env)
  local office = rpc.client(env, "office.net:80", { timeout = "200ms", attempts = 100 })
  local taken, twice = {}, {}
  local function visit()
    for _ = 1, sim.params.numbers do
      local number = env:measure("take", office.call, office, "take")
      if taken[number] then twice[#twice + 1] = number end
      taken[number] = true
      env:sleep(env.random:sample(sim.uniform("0s", "100ms")))
    end
  end
  for _, visitor in ipairs { env:go(visit), env:go(visit), env:go(visit) } do visitor:join() end
  env:expect("no number twice", {}, twice)
end)

assert(sim.params.harm == "power_fail" or sim.params.harm == "kill", "harm is power_fail or kill")
sim.plan(chaos.every({ "500ms", "2s" }, chaos.then_heal("100ms", chaos[sim.params.harm] { machines = "office.net" })))
