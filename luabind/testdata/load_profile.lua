-- built-in profiles are tables
local sim = require "sim"
local p = sim.profile["3g_fast"]
assert(p == sim.profile["3g_fast"] and p.name == "3g_fast")
assert(p.delay == 0.075 and p.jitter == 0.0075 and p.distribution == "normal" and p.limit == 1000)
assert(p.rate == nil and p.up.rate == 768000 and p.down.rate == 1600000)
assert(p.loss == nil and p.tcp == nil)
assert(tostring(sim.profile.internet.delay) == "20ms to 100ms")
assert(tostring(sim.profile.reverse_latency.delay) == "50ms down to 10ms in steps of 2ms")
assert(tostring(sim.normal(1, "20ms")) == "normal, mean 1s, deviation 20ms")
assert(tostring(sim.pareto("1ms", 1.5)) == "pareto, at least 1ms, alpha 1.5")
assert(tostring(sim.lognormal("1ms", 2)) == "lognormal, median 1ms, sigma 2")
assert(tostring(sim.exponential(1)) == "exponential, mean 1s" and tostring(sim.constant(2)) == "2s")
local far = sim.profile.region("eu-west-1", "us-east-1")
assert(far.name == "eu-west-1/us-east-1" and far.delay == 0.0405 and far.keep_order == true and not far.up)
sim.connect("a", "b", far)
sim.connect("b", "c", sim.profile.sat_leo, sim.profile.sat_geo)
sim.connect("c", "c", sim.profile.lan)
---
-- a copy can be changed, also for one direction
local sim = require "sim"
local p = {}
for k, v in pairs(sim.profile.cable) do p[k] = v end
p.loss, p.gap, p.reorder, p.keep_order = 0.01, 3, 0.1, nil
p.up = { rate = "2mbit", limit = "100kb", loss = 0.5 }
sim.connect("a", "b", p)
---
-- the TCP of a machine
local sim = require "sim"
sim.machine("a.b", { tcp = "simple" })
sim.machine("c.d", { tcp = { backlog = 10, first_port = 20000, simple = true, simple_timeout = "5s" } })
sim.machine("e.f", { tcp = {} })
---
local sim = require "sim"
sim.profile.region("us-est-1", "eu-west-1") --! "sim.profile.region: unknown region .us-est-1.; did you mean .us-east-1."
---
local sim = require "sim"
sim.profile.region("us-east-1", "moon") --! "unknown region .moon.; there is ap-northeast-1, .* and us-west-2"
---
local sim = require "sim"
sim.profile.region("us-east-1") --! "bad argument #2 to 'region': expected a string, got nothing"
---
local sim = require "sim"
sim.profile.region("us-east-1", "us-east-1") --! "sim.profile.region: no round trip is known between regions"
---
local sim = require "sim"
print(sim.profile["3g_fats"]) --! "sim.profile: unknown profile .3g_fats.; did you mean .3g_fast."
---
local sim = require "sim"
sim.connect("a", "b", { jiter = 1 }) --! "profile: unknown option .jiter.; did you mean .jitter."
---
local sim = require "sim"
sim.connect("a", "b", { up = { rat = 1 } }) --! "profile: up: unknown option .rat.; did you mean .rate."
---
local sim = require "sim"
sim.connect("a", "b", { up = 5 }) --! "profile: option .up.: expected a table"
---
local sim = require "sim"
sim.connect("a", "b", { up = { up = {} } }) --! "profile: up: unknown option .up."
---
local sim = require "sim"
sim.connect("a", "b", { delay = -1 }) --! "profile: option .delay.: expected a duration"
---
local sim = require "sim"
sim.connect("a", "b", { delay = "2h" }) --! "profile: option .delay.: constant: durations are at most 1h0m0s"
---
local sim = require "sim"
sim.connect("a", "b", { jitter = "-1ms" }) --! "option .jitter.: expected a duration that is not negative"
---
local sim = require "sim"
sim.connect("a", "b", { jitter = "2h" }) --! "profile: jitter: a duration from 0 to 1h0m0s, not 2h0m0s"
---
local sim = require "sim"
sim.connect("a", "b", { delay = sim.uniform(1, 2), jitter = 1 }) --! "profile: jitter: a delay that is a distribution has its jitter already"
---
local sim = require "sim"
sim.connect("a", "b", { delay_corr = 0.5 }) --! "profile: delay_corr: a correlation of jitter wants jitter"
---
local sim = require "sim"
sim.connect("a", "b", { distribution = "normal" }) --! "profile: distribution: the shape of jitter wants jitter"
---
local sim = require "sim"
sim.connect("a", "b", { jitter = 1, distribution = "gauss" }) --! "option .distribution.: expected one of .uniform., .normal., .pareto. and .paretonormal., got .gauss."
---
local sim = require "sim"
sim.connect("a", "b", { keep_order = "yes" }) --! "option .keep_order.: expected true or false, got .yes."
---
local sim = require "sim"
sim.connect("a", "b", { loss = -0.1 }) --! "option .loss.: a probability is a number from 0 to 1, not -0.1"
---
local sim = require "sim"
sim.connect("a", "b", { loss = 1e-12 }) --! "at least 1e-9, not 1e-12"
---
local sim = require "sim"
sim.connect("a", "b", { loss = 0 / 0 }) --! "option .loss.: a probability is a number from 0 to 1, not NaN"
---
local sim = require "sim"
sim.connect("a", "b", { duplicate_corr = 2 }) --! "option .duplicate_corr.: a probability is a number from 0 to 1, not 2"
---
local sim = require "sim"
sim.connect("a", "b", { corrupt_undetected = {} }) --! "option .corrupt_undetected.: expected a probability, a number from 0 to 1, got an empty table"
---
local sim = require "sim"
sim.connect("a", "b", { gemodel = 0.1 }) --! "option .gemodel.: expected a table, .p"
---
local sim = require "sim"
sim.connect("a", "b", { gemodel = { r = 0.1 } }) --! "profile: gemodel: option .p.: expected a probability, a number from 0 to 1, got nothing"
---
local sim = require "sim"
sim.connect("a", "b", { gemodel = { p = 0.1, h1 = 1 } }) --! "profile: gemodel: unknown option .h1."
---
local sim = require "sim"
sim.connect("a", "b", { gemodel = { p = 0.1, k = 1.5 } }) --! "profile: gemodel: option .k.: a probability is a number from 0 to 1, not 1.5"
---
local sim = require "sim"
sim.connect("a", "b", { loss = 0.1, gemodel = { p = 0.1 } }) --! "profile: gemodel: it replaces loss; give one of them"
---
local sim = require "sim"
sim.connect("a", "b", { gap = 5 }) --! "profile: gap: a whole number of packets, and it wants reorder"
---
local sim = require "sim"
sim.connect("a", "b", { gap = 2.5 }) --! "option .gap.: expected a whole number"
---
local sim = require "sim"
sim.connect("a", "b", { delay = 1, reorder = 0.1, keep_order = true }) --! "profile: reorder: it contradicts keep_order"
---
local sim = require "sim"
sim.connect("a", "b", { reorder = 0.1 }) --! "profile: reorder: without a delay no packet can overtake another"
---
local sim = require "sim"
sim.connect("a", "b", { rate = "10mbps" }) --! "option .rate.: expected a rate: .*got .10mbps."
---
local sim = require "sim"
sim.connect("a", "b", { rate = "-1mbit" }) --! "option .rate.: expected a rate: "
---
local sim = require "sim"
sim.connect("a", "b", { rate = "infbit" }) --! "option .rate.: expected a rate: "
---
local sim = require "sim"
sim.connect("a", "b", { rate = -5 }) --! "profile: rate: bits a second from 0 to 1000000000000, not -5"
---
local sim = require "sim"
sim.connect("a", "b", { rate = "2tbit" }) --! "profile: rate: bits a second from 0 to"
---
local sim = require "sim"
sim.connect("a", "b", { rate = "1mbit", limit = 0 }) --! "profile: limit: a rate wants a queue of at least one packet"
---
local sim = require "sim"
sim.connect("a", "b", { limit = 0, up = { rate = "1mbit" }, down = { rate = "1mbit" } }) --! "profile: up: limit: a rate wants a queue"
---
local sim = require "sim"
sim.connect("a", "b", { limit = 10 }) --! "profile: limit: a queue wants a rate"
---
local sim = require "sim"
sim.connect("a", "b", { limit = 10, up = { rate = "1mbit" } }) --! "profile: limit: a queue wants a rate"
---
local sim = require "sim"
sim.connect("a", "b", { rate = 1000, limit = "64kbit" }) --! "option .limit.: expected a number of packets, or bytes"
---
local sim = require "sim"
sim.connect("a", "b", { rate = 1000, limit = -1 }) --! "option .limit.: expected a number of packets, or bytes"
---
local sim = require "sim"
sim.connect("a", "b", { rate = 1000, limit = "1kb" }) --! "profile: limit: a queue of 1024 bytes holds no packet of 1500"
---
local sim = require "sim"
sim.connect("a", "b", { overhead = 14 }) --! "profile: overhead: .* it wants a rate"
---
local sim = require "sim"
sim.connect("a", "b", { rate = 1000, overhead = 2000 }) --! "option .overhead.: expected a whole number from 0 to 1500"
---
local sim = require "sim"
sim.connect("a", "b", { mtu = 20 }) --! "option .mtu.: expected a whole number from 68 to 65535, got the number 20"
---
local sim = require "sim"
sim.connect("a", "b", { log = "" }) --! "option .log.: expected .none., .faults., .all. or the name of a machine"
---
local sim = require "sim"
sim.connect("a", "b", { rate = 1000, up = { rate = 2000 }, down = { rate = 3000 } }) --! "option .rate. has no effect: up and down both have their own"
---
local sim = require "sim"
sim.connect("a", "a", sim.profile["3g"]) --! "the link of network .a. with itself has one direction"
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { sak = false } }) --! "profile: tcp: unknown option .sak.; did you mean .sack."
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { sack = 0 } }) --! "profile: tcp: option .sack.: expected true or false, got the number 0"
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { congestion = "bbr" } }) --! "profile: tcp: option .congestion.: expected one of .reno. and .cubic., got .bbr."
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { min_rto = 0 } }) --! "profile: tcp: option .min_rto.: expected a duration above 0"
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { min_rto = "3m" } }) --! "profile: tcp: min_rto: at most max_rto, 2m0s, not 3m0s"
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { backlog = 5 } }) --! "profile: tcp: backlog: it belongs to a machine, not to a link"
---
local sim = require "sim"
sim.machine("a.b", { tcp = { syn_retries = 300 } }) --! "sim.machine: tcp: syn_retries: a whole number from 1 to 255, not 300"
---
local sim = require "sim"
sim.machine("a.b", { tcp = { mss = 0 } }) --! "sim.machine: tcp: option .mss.: expected a whole number from 1 to"
---
local sim = require "sim"
sim.machine("a.b", { tcp = "full" }) --! "sim.machine: option .tcp.: unknown preset .full.; there is simple and linux"
---
-- Nagle's rule as Linux has it, and as RFC 896 has it
local sim = require "sim"
sim.machine("a.b", { tcp = { nagle = true } })
sim.machine("c.d", { tcp = { nagle = "classic" } })
sim.machine("e.f", { tcp = { nagle = false } })
---
local sim = require "sim"
sim.machine("a.b", { tcp = { nagle = "clasic" } }) --! "sim.machine: tcp: option .nagle.: expected true, false or .classic., got"
---
-- the ports of outgoing connections
local sim = require "sim"
sim.machine("a.b", { tcp = { first_port = 20000, last_port = 20099 } })
sim.machine("c.d", { tcp = { last_port = 10000 } })
---
local sim = require "sim"
sim.machine("a.b", { tcp = { first_port = 20100, last_port = 20099 } }) --! "sim.machine: tcp: last_port: at least first_port, 20100, not 20099"
---
local sim = require "sim"
sim.machine("a.b", { tcp = { last_port = 9999 } }) --! "sim.machine: tcp: last_port: at least first_port, 10000, not 9999"
---
local sim = require "sim"
sim.machine("a.b", { tcp = { last_port = 70000 } }) --! "sim.machine: tcp: last_port: a whole number from 1 to 65535, not 70000"
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { last_port = 20099 } }) --! "profile: tcp: last_port: it belongs to a machine, not to a link"
---
-- the TCP of Linux, of a machine and of a link, as it is and with a change
local sim = require "sim"
sim.machine("a.b", { tcp = "linux" })
sim.machine("c.d", { tcp = { preset = "linux", first_port = 50000, backlog = 10 } })
sim.connect("b", "d", { tcp = "linux" })
sim.connect("b", "b", { tcp = { preset = "linux", congestion = "reno" } })
sim.connect("d", "d", { tcp = { preset = "simple", simple_timeout = "5s" } })
---
local sim = require "sim"
sim.machine("a.b", { tcp = "linus" }) --! "sim.machine: option .tcp.: unknown preset .linus.; did you mean .linux.?"
---
local sim = require "sim"
sim.machine("a.b", { tcp = { preset = "windows" } }) --! "sim.machine: tcp: option .preset.: unknown preset .windows.; there is simple and linux"
---
local sim = require "sim"
sim.machine("a.b", { tcp = { preset = true } }) --! "sim.machine: tcp: option .preset.: expected a string, got the boolean true"
---
local sim = require "sim"
sim.machine("a.b", { tcp = 40 }) --! "sim.machine: option .tcp.: expected .simple., .linux. or a table such as .*, got the number 40"
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { preset = "linux", simple = true } }) --! "profile: tcp: preset and simple contradict each other; give one of them"
---
local sim = require "sim"
sim.machine("a.b", { tcp = { preset = "linux", first_port = 61000 } }) --! "sim.machine: tcp: last_port: at least first_port, 61000, not 60999"
---
local sim = require "sim"
sim.connect("a", "b", { tcp = { preset = "linux", first_port = 40000 } }) --! "profile: tcp: first_port: it belongs to a machine, not to a link"
