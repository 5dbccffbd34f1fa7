local sim = require "sim"
sim.servcie("kv.net", function(env) end) --! sim: unknown name "servcie"; did you mean "service"?
---
local sim = require "sim"
sim:service("kv.net", function(env) end) --! service is no method: call it with a dot, as sim.service(…)
---
local sim = require "sim"
sim.service(function(env) end, "kv.net") --! bad argument #1 to 'service': expected a string, got a function
---
local sim = require "sim"
sim.service("kv.net") --! bad argument #2 to 'service': expected a function(env), or an engine such as sim.engine.commit_log{}, got nothing
---
local sim = require "sim"
local function kv(env) env:sleep(1) end --! attempt to index local 'env' (a nil value) with key 'sleep'
sim.service("kv.net", kv())
---
local sim = require "sim"
sim.service("kv", function(env) end) --! machine "kv" is on no network: write machine.network, for example "kv.internal"
---
local sim = require "sim"
sim.service("", function(env) end) --! bad argument #1 to 'service': expected a name, got ""
---
local sim = require "sim"
sim.service("kv store.net", function(env) end) --! "kv store.net" is no machine: letters, digits, - and _, then a dot and its network
---
local sim = require "sim"
sim.service("kv.net:80", function(env) end)
sim.service("kv.net", function(env) end) --! machine "kv.net" has several services: name each one, machine:service
sim.bot("b", function(env) end)
---
local sim = require "sim"
sim.service("kv.net", function(env) end)
sim.service("kv.net", function(env) end) --! service "kv.net" is declared twice; the first time at declaring.lua:32
---
local sim = require "sim"
sim.service("kv.net", function(env) end, { restart = "1s" }) --! sim.service: option "restart": expected a table, {after = …}, got "1s"
---
local sim = require "sim"
sim.service("kv.net", function(env) end, { restart = { after = -1 } }) --! sim.service: restart: option "after": expected a duration that is not negative, got the number -1
---
local sim = require "sim"
sim.service("kv.net", function(env) end, "restart") --! bad argument #3 to 'service': expected a table of options, got "restart"
---
local sim = require "sim"
sim.service("node{1-3}.net", function(env) end) --! "node{1-3}.net": a range is written {1..10}: two whole numbers, not negative, with two dots between them
---
local sim = require "sim"
sim.service("log.net", sim.engine.commit_log) --! a function of the API is no service: call it to make an engine, as in sim.engine.commit_log{}
---
local sim = require "sim"
sim.service("log.net", sim.engine.commit_log { port = "443" }) --! sim.engine.commit_log: option "port": expected a whole number from 1 to 65535, got "443"
---
local sim = require "sim"
sim.service("log.net", sim.engine.commit_log { port = 0 }) --! sim.engine.commit_log: option "port": expected a whole number from 1 to 65535, got the number 0
---
local sim = require "sim"
sim.service("log.net", sim.engine.commit_log { ack = "store" }) --! sim.engine.commit_log: option "ack": expected one of "stored" and "buffered", got "store"
---
local sim = require "sim"
sim.service("log.net", sim.engine.kafka {}) --! sim.engine: unknown engine "kafka"; there is commit_log and backend
---
local sim = require "sim"
sim.service("api.net", sim.engine.backend { commit_log = "log.net" }) --! sim.engine.backend: commit_log: an address is written machine.network:port, for example api1.public:443; not "log.net"
---
local sim = require "sim"
sim.bot("b", function(env) end, "net") --! bad argument #3 to 'bot': expected a table of options, got "net"
---
local sim = require "sim"
sim.bot("b", function(env) end, { netwrok = "net" }) --! sim.bot: unknown option "netwrok"; did you mean "network"?
---
local sim = require "sim"
sim.bot("b", function(env) end)
sim.bot("b", function(env) end) --! service "b.botnet" is declared twice; the first time at declaring.lua:72
---
local sim = require "sim"
sim.machine("kv.net", { clock = { offset = "20ms" } }) --! machine "kv.net" has no service and no bot
sim.bot("b", function(env) end)
---
local sim = require "sim"
sim.machine("b.botnet", { clock = { drift = 50 } }) --! sim.machine: clock: unknown option "drift"; there is offset and drift_ppm
sim.bot("b", function(env) end)
---
local sim = require "sim"
sim.machine("b.botnet", { clock = { drift_ppm = 1e9 } }) --! machine "b.botnet": drift_ppm is from -500000 to 500000, not 1000000000
sim.bot("b", function(env) end)
---
local sim = require "sim"
sim.machine("b.botnet", { tcp = { nagel = true } }) --! sim.machine: tcp: unknown option "nagel"; did you mean "nagle"?
sim.bot("b", function(env) end)
---
local sim = require "sim"
sim.plan({ kill = "kv" }) --! bad argument #1 to 'plan': expected a function(plan), such as chaos.graceful_monkey{} gives, got a table
---
local sim = require "sim"
local chaos = require "sim.chaos"
sim.plan(chaos.graceful_monky {}) --! chaos: unknown name "graceful_monky"; did you mean "graceful_monkey"?
---
local sim = require "sim"
local chaos = require "sim.chaos"
sim.plan(chaos.graceful_monkey { machine = "kv*" }) --! chaos.graceful_monkey: unknown option "machine"; did you mean "machines"?
---
local sim = require "sim"
local chaos = require "sim.chaos"
sim.plan(chaos.graceful_monkey { every = { "10s", "5s" } }) --! chaos.graceful_monkey: option "every": expected a duration, {least, most} such as {"5s", "10s"}, or a distribution, got a table
---
local sim = require "sim"
sim.check(function(run) return true end) --! bad argument #1 to 'check': expected a string, got a function
---
local sim = require "sim"
sim.check("nothing lost", true) --! bad argument #2 to 'check': expected a function(run), or a checker such as check.linearizable {history = "register", model = "register"}, got the boolean true
---
local sim = require "sim"
sim.always("", function(world) end) --! bad argument #1 to 'always': expected a name that no other check has, got ""
---
local sim = require "sim"
sim.check("same", function() return true end)
sim.check("same", function() return true end) --! bad argument #1 to 'check': expected a name that no other check has, got "same"
---
local sim = require "sim"
sim.limits(60) --! bad argument #1 to 'limits': expected a table, got the number 60
---
local sim = require "sim"
sim.limits { timeout = "10m" } --! sim.limits: unknown option "timeout"; there is time, idle, steps, processes, facts and stop_at_first_failure
---
local sim = require "sim"
sim.limits { time = -1 } --! sim.limits: option "time": expected a duration that is not negative, got the number -1
---
local sim = require "sim"
sim.limits { time = 1 / 0 } --! sim.limits: option "time": expected a duration (seconds, or a string such as "250ms"), got the number inf
---
local sim = require "sim"
sim.limits { time = 0 / 0 } --! sim.limits: option "time": expected a duration (seconds, or a string such as "250ms"), got the number nan
---
local sim = require "sim"
sim.limits { steps = "10e6" } --! sim.limits: option "steps": expected a whole number from 1 to 9007199254740992, got "10e6"
---
local sim = require "sim"
sim.limits { processes = -5 } --! sim.limits: option "processes": expected a whole number from 1 to 2147483647, got the number -5
---
local sim = require "sim"
sim.param("rate", { 1, 2 }) --! bad argument #2 to 'param': expected a default: a number, a string, true or false, got a table
---
local sim = require "sim"
sim.param("rate") --! bad argument #2 to 'param': expected a default: a number, a string, true or false, got nothing
---
local sim = require "sim"
sim.param("the rate", 1) --! bad argument #1 to 'param': expected a name of letters, digits and _, got "the rate"
---
local sim = require "sim"
sim.param("rate", 1)
print(sim.params.rates) --! sim.params: unknown parameter "rates"; did you mean "rate"?
---
local sim = require "sim"
env:log("hello") --! attempt to index global 'env' (a nil value) with key 'log'
---
local sim = require "sim"
sim.expect("paid", true, false) --! bad argument #2 to 'expect': expected a table of options, got the boolean true
---
local sim = require "sim"
sim.uniform("1s") --! bad argument #2 to 'uniform': expected a duration (seconds, or a string such as "250ms"), got nothing
---
local sim = require "sim"
sim.normal("1s", -1) --! bad argument #2 to 'normal': expected a duration that is not negative, got the number -1
---
local sim = require "sim"
sim.pareto("1s", 0) --! pareto: the least duration and alpha are above 0
---
local sim = require "sim"
sim.constant("1 s") --! bad argument #1 to 'constant': expected a duration (seconds, or a string such as "250ms"), got "1 s"
---
local sim = require "sim"
sim.constant("1sec") --! bad argument #1 to 'constant': expected a duration (seconds, or a string such as "250ms"), got "1sec"
---
local sim = require "sim"
sim.connect("net") --! bad argument #2 to 'connect': expected a string, got nothing
---
local sim = require "sim"
sim.connect("b.botnet", "kv.net", sim.profile.lan) --! "b.botnet" is a machine: a link connects networks, such as "botnet"
sim.service("kv.net", function(env) end)
sim.bot("b", function(env) end)
---
local sim = require "sim"
sim.connect("net", "botnet", "lan") --! bad argument #3 to 'connect': expected a profile such as sim.profile.internet or {delay = "20ms", loss = 0.01}, got "lan"
---
local sim = require "sim"
sim.connect("net", "botnet", sim.profile.wan) --! sim.profile: unknown profile "wan"; did you mean "lan"?
---
local sim = require "sim"
sim.connect("net", "botnet", sim.profile.region("us-east-1", "eu-west-9")) --! sim.profile.region: unknown region "eu-west-9"; did you mean "eu-west-1"?
---
local sim = require "sim"
sim.connect("net", "botnet", { latency = "40ms" }) --! profile: unknown option "latency"; there is name, delay, jitter, distribution, delay_corr, keep_order, loss, loss_corr, gemodel, duplicate, duplicate_corr, corrupt, corrupt_corr, corrupt_undetected, reorder, reorder_corr, gap, rate, overhead, limit, mtu, log, tcp, up and down
---
local sim = require "sim"
sim.connect("net", "botnet", { delay = "40" }) --! profile: option "delay": expected a duration (seconds, or a string such as "250ms") or a distribution such as sim.uniform("10ms", "20ms"), got "40"
---
local sim = require "sim"
sim.connect("net", "botnet", { delay = { "20ms", "40ms" } }) --! profile: option "delay": expected a duration (seconds, or a string such as "250ms") or a distribution such as sim.uniform("10ms", "20ms"), got a table
---
local sim = require "sim"
sim.connect("net", "botnet", { loss = 5 }) --! profile: option "loss": a probability is a number from 0 to 1, not 5
---
local sim = require "sim"
sim.connect("net", "botnet", { loss = "1%" }) --! profile: option "loss": expected a probability, a number from 0 to 1, got "1%"
---
local sim = require "sim"
sim.connect("net", "botnet", { rate = "10mbps" }) --! profile: option "rate": expected a rate: a whole number of bits a second, or a string such as "1.6mbit" (bit, kbit, mbit, gbit, tbit), got "10mbps"
---
local sim = require "sim"
sim.connect("net", "botnet", { mtu = 20 }) --! profile: option "mtu": expected a whole number from 68 to 65535, got the number 20
---
local sim = require "sim"
sim.connect("net", "botnet", { delay = sim.uniform(0, 1), jitter = "5ms" }) --! profile: jitter: a delay that is a distribution has its jitter already
---
local sim = require "sim"
sim.connect("net", "botnet", { delay = "1ms", 0.01 }) --! profile: options have names, as in {name = …}; got the key the number 1
---
local sim = require "sim"
sim.connect("net", "botnet", { tcp = "bbr" }) --! profile: option "tcp": unknown preset "bbr"; there is simple and linux
---
local sim = require "sim"
sim.connect("net", "botnet", { tcp = { congestion = "bbr" } }) --! profile: tcp: option "congestion": expected one of "reno" and "cubic", got "bbr"
---
local sim = require "sim"
sim.connect("net", "botnet", { tcp = { min_rto = -1 } }) --! profile: tcp: option "min_rto": expected a duration that is not negative, got the number -1
---
local sim = require "sim"
sim.connect("net", "botnet", sim.profile.lan)
sim.connect("botnet", "net", sim.profile.lan) --! networks "botnet" and "net" are connected twice
sim.bot("b", function(env) end)
---
require "sim.rcp" --! cannot require "sim.rcp": there is no such module; did you mean "sim.rpc"?
---
require "helper.lua" --! cannot require "helper.lua": there is no such module; a module is named without .lua: require "helper"
---
require "./helper" --! cannot require "./helper": a module is named by letters, digits, - and _, with dots between folders; there is sim, sim.assert, sim.backend, sim.chaos, sim.check, sim.commit_log, sim.json, sim.maelstrom, sim.raft and sim.rpc, and name for the file name.lua in the script's folder
---
require(nil) --! bad argument #1 to 'require': expected a string, got nothing
---
local helper = require "nothing" --! cannot require "nothing": there is no such module; there is sim, sim.assert, sim.backend, sim.chaos, sim.check, sim.commit_log, sim.json, sim.maelstrom, sim.raft and sim.rpc, and name for the file name.lua in the script's folder
helper.run()
---
local helper = require "empty"
helper.run() --! attempt to index local 'helper' (a boolean value) with key 'run'
---
--! mistake: circle.lua:1: module "circle" requires itself
require "circle"
---
local sim = require "sim"
sim.bot("b", function(env) env:sleep(1) end
sim.plan(function(plan) end) --! syntax error near "sim"
---
local sim = require "sim"
local n = 5
if n = 5 then n = 6 end --! syntax error near "="
---
math.randomseed(os.time()) --! os is not available: a simulation has no operating system; time is env:now()
---
local x = math.random(10) --! chance comes from the seed of the run: use env.random, as in env.random:int(1, 6)
---
local f = io.open("state.txt", "w") --! io is not available: a simulation has no files; a service keeps its data in env:open(name)
---
dofile("helper.lua") --! dofile is not available: use require for a file in the script's folder
---
local sim = require "sim"
sim.bot("b", function(env) end)
coroutine.yield() --! yield outside of a coroutine, or through a pcall
---
local name = "kv" + 1 --! cannot perform add operation between string and number
---
local sim = require "sim"
sim.service("kv" .. nil, function(env) end) --! attempt to concatenate a nil value
---
local sim = require "sim"
sim.service("a.net", function(env) end).restart = true --! attempt to index a nil value with key 'restart'
---
--! mistake: declaring.lua: nothing to run: declare a service or a bot
local sim = require "sim"
sim.connect("net", "net", sim.profile.lan)
---
local sim = require "sim"
sim.param("rounds", 1)
sim.params.rounds = 2 --! sim.params cannot be changed: sim.param("rounds", default) declares a parameter, --set rounds=value sets it
---
local sim = require "sim"
sim.machine("kv.net", { disk = "sdd" }) --! sim.machine: option "disk": unknown preset "sdd"; did you mean "ssd"?
---
local sim = require "sim"
sim.machine("kv.net", { disk = sim.disk.sdd }) --! sim.disk: unknown disk "sdd"; did you mean "ssd"?
---
local sim = require "sim"
sim.machine("kv.net", { disk = 7 }) --! sim.machine: option "disk": expected "ssd" or another preset, sim.disk.ssd, or a table such as {preset = "ssd", capacity = "64mb"}, got the number 7
---
local sim = require "sim"
sim.machine("kv.net", { disk = { sync_eror = 0.1 } }) --! sim.machine: disk: unknown option "sync_eror"; did you mean "sync_error"?
---
local sim = require "sim"
sim.machine("kv.net", { disk = { sync = "-1ms" } }) --! sim.machine: disk: option "sync": expected a duration (seconds, or a string such as "250ms") or a distribution such as sim.uniform("10ms", "20ms"), got "-1ms"
---
local sim = require "sim"
sim.machine("kv.net", { disk = { capacity = -1 } }) --! sim.machine: disk: capacity: from 0 (without limit) to 1000000000000000, not -1
---
local sim = require "sim"
sim.machine("kv.net", { disk = { rot = 2 } }) --! sim.machine: disk: option "rot": a probability is a number from 0 to 1, not 2
---
local sim = require "sim"
sim.machine("kv.net", { cores = 0 }) --! sim.machine: option "cores": expected a whole number from 1 to 1024, got the number 0
---
local sim = require "sim"
sim.eventualy("a leader", { within = "10s" }, function(world) end) --! sim: unknown name "eventualy"; did you mean "eventually"?
---
local sim = require "sim"
sim.eventually("a leader", { whithin = "10s" }, function(world) end) --! sim.eventually: unknown option "whithin"; did you mean "within"?
---
local sim = require "sim"
sim.eventually("a leader", { within = 0 }, function(world) end) --! sim.eventually: option "within": expected a duration above 0, got the number 0
---
local sim = require "sim"
sim.eventually("a leader", {}, function(world) end) --! sim.eventually: option "within": expected a duration above 0, got nothing
---
local sim = require "sim"
sim.eventually("a leader", function(world) end) --! bad argument #2 to 'eventually': expected a table of options, such as {within = "10s"}, got a function
---
local sim = require "sim"
sim.eventually("a leader", { within = "10s", after = "calm" }, function(world) end) --! sim.eventually: option "after": expected one of "heal", got "calm"
---
local sim = require "sim"
sim.sometimes("a leader", true) --! bad argument #2 to 'sometimes': expected a function, got the boolean true
---
local sim = require "sim"
sim.always("a leader", function(world) end)
sim.sometimes("a leader", function(world) end) --! bad argument #1 to 'sometimes': expected a name that no other check has, got "a leader"
