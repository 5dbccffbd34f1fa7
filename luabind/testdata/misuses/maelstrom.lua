local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "ecco", node = function() end } --! maelstrom.test: unknown workload "ecco"; did you mean "echo"?
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", nodes = 3, node = function() end } --! maelstrom.test: unknown option "nodes"; did you mean "node"?
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo" } --! maelstrom.test: node is a function(node), the program of a node
---
local maelstrom = require "sim.maelstrom"
maelstrom.test "echo" --! maelstrom.test: expected a table of options, got "echo"
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", rate = "10", node = function() end } --! maelstrom.test: rate is a number such as 10, not "10"
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", latency = "10 ms", node = function() end } --! maelstrom.test: latency is a duration such as "100ms" or "1m30s", not "10 ms"
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", time_limit = -1, node = function() end } --! maelstrom.test: time_limit is a duration such as "100ms" or "1m30s", not the number -1
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", time_limit = true, node = function() end } --! maelstrom.test: time_limit is a duration such as "100ms" or "1m30s", not the boolean true
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node_count = 0, node = function() end } --! maelstrom.test: node_count is a whole number from 1 on
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", nemesis = "partion", node = function() end } --! maelstrom.test: unknown nemesis "partion"; did you mean "partition"?
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node_count = 1, nemesis = "partition", node = function() end } --! maelstrom.test: a partition takes two nodes
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "broadcast", topology = "ring", node = function() end } --! maelstrom.test: unknown topology "ring"; there is line, grid, tree, tree2, tree3, tree4, star, total
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", services = { "kv" }, node = function() end } --! maelstrom.test: unknown service "kv"; there is lin-kv, seq-kv, lww-kv, lin-tso
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node) --! n2 answers a message "echo" with {"type":"echo_ok","in_reply_to":625744001}, not with { type = "echo_ok", echo = … }
  node:handle("echo", function(message) node:reply(message, { type = "echo_ok" }) end)
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", services = { "lin-tso" }, node = function() maelstrom.lin_tso() end } --! expected the node, such as maelstrom.lin_tso(node)
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function() end } --! not-supported: n2 has no handler for "echo", which c2 sends: node:handle("echo", fn)
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:send("n9", { type = "hello" }) --! node "n9" does not exist: there is n1, n2, n3, n4, n5
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:send("n2", { "hello" }) --! a body is a table with a type, such as { type = "echo" }
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:handle("echo", function(message) node:reply(message, { echo = message.body.echo }) end) --! a body is a table with a type, such as { type = "echo" }
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:handle("echo", function(message) node:reply({ type = "echo_ok" }) end) --! reply: expected a message, as its handler gets it, and a body
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node) --! n2 has no handler for "hello", which n1 sends: node:handle("hello", fn)
  if node.id == "n1" then node:send("n2", { type = "hello" }) end
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:send("n1", { type = "hello", text = ("x"):rep(70000) }) --! send to n1.net:8000: a datagram of 70058 bytes; 65507 fit into the link's mtu of 65535, and it is not fragmented
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:send("n1", { type = "hello", fn = print }) --! cannot encode a function (at .body.fn)
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:handle("echo", "echo") --! handle: expected a type of messages and a function(message), such as node:handle("echo", fn)
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:handle("echo", function() end)
  node:handle("echo", function() end) --! handle: "echo" has a handler already
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  maelstrom.lin_kv(node) --! there is no lin-kv: maelstrom.test { services = { "lin-kv" } }
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:handle("echo", function(message) error(maelstrom.error("aborted")) end) --! maelstrom.error: unknown error "aborted"; did you mean "abort"?
end }
---
local sim = require "sim"
local maelstrom = require "sim.maelstrom"
sim.bot("b", function(env) maelstrom.client(env) end) --! maelstrom.client: there is no world yet: maelstrom.test declares it
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:handle("echo", function(message) node:rpc("n9", { type = "x" }) end) --! node "n9" does not exist: there is n1, n2, n3, n4, n5
end }
---
local maelstrom = require "sim.maelstrom"
maelstrom.test { workload = "echo", node = function(node)
  node:handle("echo", function(message) local x = nil .. "a" end) --! attempt to concatenate a nil value
end }
