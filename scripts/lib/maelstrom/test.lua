-- The world of a test: nodes, clients, services, links, harm and the check.
local chaos = require "sim.chaos"
local errors = require "sim.maelstrom.errors"
local json = require "sim.json"
local Node = require "sim.maelstrom.node"
local options = require "sim.options.names"
local services = require "sim.maelstrom.services"
local sim = require "sim"
local topology = require "sim.maelstrom.topology"
local workloads = require "sim.maelstrom.workloads"

local M = {}

local recovery = 10 -- seconds between the end of all harm and the last reads
local world         -- what was declared

-- The parameters, by Maelstrom's names: name, default, what it is.
local parameters = {
  { "node_count", 5, "nodes" },
  { "concurrency", 0, "clients; 0: as many as nodes" },
  { "rate", 10, "operations a second, of all clients together" },
  { "time_limit", "20s", "how long clients are at work" },
  { "latency", "0s", "of a message between nodes, in the mean" },
  { "latency_dist", "constant", "constant, uniform or exponential" },
  { "p_loss", 0, "that a message between nodes is lost" },
  { "nemesis", "none", "some of partition, kill, power_fail, pause and clock, with commas between" },
  { "nemesis_interval", "10s", "how often it strikes" },
  { "topology", "grid", "line, grid, tree, tree2, tree3, tree4, star or total" },
  { "consistency_models", "strict-serializable", "what is asked of transactions" },
  { "availability", "none", "total: each operation must succeed" },
}

local durations = { time_limit = true, latency = true, nemesis_interval = true }

-- wrong tells what is wrong with the options, where they were given.
local function wrong(text) error({ wrong = text }) end

local function one_of(what, name, known)
  for _, each in ipairs(known) do
    if each == name then return end
  end
  wrong(options.unknown(what, tostring(name), known))
end

local function keys_of(all)
  local keys = {}
  for key in pairs(all) do keys[#keys + 1] = key end
  return keys
end

-- seconds reads a duration; one that is a number, as text too, counts seconds.
local function seconds(name, value)
  local ok, read = pcall(sim.seconds, tonumber(value) or value)
  if not ok then wrong(name .. ' is a duration such as "100ms" or "1m30s", not ' .. options.describe(value)) end
  return read
end

-- read declares the parameters, and reads what was given beside them.
local function read(given)
  local known = { "workload", "node", "services" }
  for _, p in ipairs(parameters) do known[#known + 1] = p[1] end
  if type(given) ~= "table" then wrong("expected a table of options, got " .. options.describe(given)) end
  for name in pairs(given) do one_of("option", name, known) end
  one_of("workload", given.workload, keys_of(workloads))
  if type(given.node) ~= "function" then wrong("node is a function(node), the program of a node") end
  local o = { workload = given.workload, node = given.node, services = given.services or {} }
  for _, name in ipairs(o.services) do one_of("service", name, services.names) end
  for _, p in ipairs(parameters) do
    local name, default = p[1], given[p[1]]
    if default == nil then default = p[2] end
    if durations[name] and seconds(name, default) then default = tostring(default) end
    if type(default) ~= type(p[2]) then
      wrong(name .. " is a " .. type(p[2]) .. " such as " .. tostring(p[2]) .. ", not " .. options.describe(default))
    end
    sim.param(name, default, p[3])
    o[name] = sim.params[name]
  end
  return o
end

local distributions = {
  constant = sim.constant,
  uniform = function(mean) return sim.uniform(0, 2 * mean) end,
  exponential = sim.exponential,
}

-- prepare reads the options and makes of them what everything else needs.
local function prepare(given)
  local o = read(given)
  for _, name in ipairs { "node_count", "concurrency" } do
    local least = name == "node_count" and 1 or 0
    if o[name] < least or o[name] % 1 ~= 0 then wrong(name .. " is a whole number from " .. least .. " on") end
  end
  if o.concurrency == 0 then o.concurrency = o.node_count end
  if o.rate <= 0 then wrong("rate is a number above 0") end
  if o.p_loss < 0 or o.p_loss > 1 then wrong("p_loss is a probability, a number from 0 to 1") end
  one_of("latency_dist", o.latency_dist, keys_of(distributions))
  one_of("topology", o.topology, topology.names)
  one_of("availability", o.availability, { "none", "total" })
  for name in pairs(durations) do o[name] = seconds(name, o[name]) end
  o.ids, o.timeout = {}, math.max(1, 10 * o.latency)
  for i = 1, o.node_count do o.ids[i] = "n" .. i end
  o.neighbours = topology.of(o.topology, o.ids)
  return o
end

-- --- harm

local nodes = "n[0-9]*.net"
local some = { machines = nodes, targets = { "one", "minority", "majority", "all" } }

local nemeses = {
  partition = function(o)
    if o.node_count < 2 then wrong("a partition takes two nodes") end
    local many = { "one", "minority_third", "majority", "majorities_ring" }
    return chaos.partition { machines = nodes, targets = o.node_count > 2 and many or "one" }
  end,
  kill = function() return chaos.kill(some) end,
  power_fail = function() return chaos.power_fail(some) end,
  pause = function() return chaos.pause(some) end,
  clock = function() return chaos.clock_bump(some) end,
}

-- harm is what the nemesis does: each of its parts strikes for half of the interval.
local function harm(o)
  local parts = {}
  if o.nemesis == "none" then return function(plan) plan:sleep(o.time_limit) end end
  for name in o.nemesis:gmatch("[^,%s]+") do
    one_of("nemesis", name, keys_of(nemeses))
    parts[name] = chaos.every(o.nemesis_interval, chaos.then_heal(o.nemesis_interval / 2, nemeses[name](o)))
  end
  return chaos.until_time(o.time_limit, chaos.together(parts))
end

-- --- clients

-- output is what an answer says, if it has the form that the protocol gives it.
local function output(client, op, answer)
  local expected, field = op.body.type .. "_ok", op.field
  if answer.type ~= expected or field and answer[field] == nil then
    error(('%s answers a message "%s" with %s, not with { type = "%s"%s }'):format(client.dest, op.body.type,
      json.encode(answer), expected, field and ", " .. field .. " = …" or ""), 0)
  end
  if op.result then return op.result(answer[field]) end
  return field and answer[field]
end

-- perform asks one thing. What has failed for certain is told as that; what the nodes do not know
-- at all is a mistake of the script.
local function perform(client, op)
  local history, node = client.history, client.node
  local ok, err = pcall(history.invoke, history, node.env, { f = op.f, key = op.key, value = op.value }, function()
    if not op.body then return end
    local ok, answer = pcall(node.rpc, node, client.dest, op.body, world.timeout)
    if ok then return output(client, op, answer) end
    if op.missing and answer.code == 20 then return nil end
    if errors.is_definite(answer) and answer.code ~= 10 then history:fail(answer.message) end
    error(answer, 0)
  end)
  if not ok and (type(err) ~= "table" or err.code == 10) then error(world.where .. tostring(err), 0) end
end

local function work(client)
  local env, period = client.env, world.concurrency / world.rate
  local next_one, last = workloads[world.workload].new(client)
  env:sleep(env.random:float() * period)
  while env:now() < world.time_limit do
    perform(client, next_one())
    env:sleep(2 * env.random:float() * period)
  end
  if last then
    env:sleep_until(world.time_limit + recovery)
    repeat
      local op = last()
      if op then perform(client, op) end
      last = op and op.after
    until not last
  end
end

-- client makes a client in a bot of the world that test has declared.
function M.client(env)
  if not world then error("maelstrom.client: there is no world yet: maelstrom.test declares it", 2) end
  local node = Node.new(env, world)
  env:go(node.listen, node)
  return node
end

-- --- the world

local function tell(node, body)
  if node.handlers[body.type] then node:deliver { src = "c0", dest = node.id, body = body } end
end

local function boot(env)
  local node = Node.new(env, world)
  world.node(node)
  tell(node, { type = "init", node_id = node.id, node_ids = world.ids })
  if world.workload == "broadcast" then tell(node, { type = "topology", topology = world.neighbours }) end
  node:listen()
end

local function declare_machines(history)
  local delay = distributions[world.latency == 0 and "constant" or world.latency_dist](world.latency)
  sim.connect("net", "net", { delay = delay, loss = world.p_loss, mtu = 65535 })
  sim.connect("botnet", "net", { mtu = 65535 })
  sim.service("n{1.." .. world.node_count .. "}.net", boot)
  for _, name in ipairs(world.services) do
    sim.service(name .. ".net", function(env) services.serve(Node.new(env, world)) end)
  end
  sim.bot("c{1.." .. world.concurrency .. "}", function(env)
    work { env = env, random = env.random, index = env.index, clients = world.concurrency, node = M.client(env),
      history = history, dest = world.ids[(env.index - 1) % #world.ids + 1] }
  end)
end

-- messages tells Maelstrom's msgs-per-op.
local function messages(run)
  local asked, clients, servers = 0, 0, 0
  for _, operation in pairs(run:operations()) do asked = asked + operation.count end
  for name, link in pairs(run:links()) do
    if name:find("botnet", 1, true) then clients = clients + link.messages else servers = servers + link.messages end
  end
  return true, ("%.4g of all, %.4g of servers"):format((clients + servers) / asked, servers / asked)
end

-- agree compares what clients have read last. (set_full looks at the last read of all.)
local function agree(run)
  local first, who
  for client, elements in pairs(run:gauges("read in the end")) do
    if first and elements ~= first then return false, who .. " read " .. first .. "; " .. client .. " read " .. elements end
    first, who = elements, client
  end
  return true, first
end

local function available(run)
  for name, operation in pairs(run:operations()) do
    if operation.ok < operation.count then
      return false, ("%d of %d operations %s failed"):format(operation.count - operation.ok, operation.count, name)
    end
  end
end

function M.declare(given)
  local ok, prepared = pcall(function()
    local o = prepare(given)
    o.harm = harm(o)
    return o
  end)
  if not ok then error(prepared.wrong and "maelstrom.test: " .. prepared.wrong or prepared, prepared.wrong and 2 or 0) end
  world = prepared
  world.where = (debug.traceback("", 2):match("%s(%S+:%d+): in") or "?") .. ": "
  local workload, history = workloads[world.workload], sim.history(world.workload)
  declare_machines(history)
  sim.plan(function(plan)
    plan:start("*")
    world.harm(plan)
    plan:calm()
  end)
  if workload.check then sim.check(world.workload, workload.check(world.workload, world.consistency_models)) end
  sim.check("messages per operation", messages)
  if workload.agree then sim.check("all read the same in the end", agree) end
  if world.availability == "total" then sim.check("availability", available) end
end

return M
