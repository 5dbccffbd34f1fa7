-- A pipeline reads numbers from one log and writes their squares to another. The planted bug: it writes down
-- how far it is after it has written the squares, elsewhere. One that dies in between writes some again.
-- Repaired, it looks up in the second log how far it is, and appends only at that position, so that an append
-- that is late cannot come after the next boot's.
--
--   simlua scripts/gallery/exactly_once.lua --seed 3
--   simlua scripts/gallery/exactly_once.lua --seed 3 --set fixed=true
--
-- test: seeds 1-20 fail "each number comes out once, in order"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local commit_log = require "sim.commit_log"

sim.param("fixed", false, "whether the position is that of the second log")

sim.connect("net", "net", { delay = "2ms" })
sim.connect("botnet", "net", { delay = "5ms" })

sim.service("source.net", sim.engine.commit_log { port = 443 })
sim.service("sink.net", sim.engine.commit_log { port = 443 })

sim.service("pipeline.net", function(env)
  local db = env:open("pipeline")
  local source = commit_log.client(env, "source.net:443", { timeout = "1s" })
  local sink = commit_log.client(env, "sink.net:443", { timeout = "1s" })

  local function position()
    if sim.params.fixed then return (sink:head()) end
    return db:view(function(tx) return tx:get("position") or 0 end)
  end
  local function advance()
    local from = position()
    local numbers, squares = source:read(from, { wait = "5s" }), {}
    if #numbers == 0 then return end
    for i, number in ipairs(numbers) do squares[i] = number * number end
    sink:append(squares, { expect = sim.params.fixed and from or nil })
    if not sim.params.fixed then db:update(function(tx) tx:put("position", from + #numbers) end) end
  end

  while true do
    local ok, err = pcall(advance)
    if not ok and (type(err) ~= "table" or err.kind == "stopped") then error(err, 0) end
  end
end)

sim.bot("counter", function(env)
  local source, sink = commit_log.client(env, "source.net:443"), commit_log.client(env, "sink.net:443")
  local squares = {}
  for number = 1, 40 do
    source:append { number }
    squares[number] = number * number
    env:sleep(env.random:sample(sim.uniform("0s", "100ms")))
  end
  env:sleep("3s")
  env:expect("each number comes out once, in order", squares, (sink:read(0)))
end)

sim.plan(chaos.between("0s", "4s", chaos.every({ "100ms", "500ms" }, chaos.then_heal("20ms",
  chaos.kill { machines = "pipeline.net" }))))
