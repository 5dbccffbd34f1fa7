local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearisable { history = "h", model = "register" }) --! check: unknown checker "linearisable"; did you mean "linearizable"?
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check { history = "h", model = "register" }) --! attempt to call a non-function object
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable) --! bad argument #2 to 'check': expected a function(run), or a checker such as check.linearizable {history = "register", model = "register"}, got a function
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable("h", "register")) --! bad argument #1 to 'linearizable': expected a table of options, such as {history = "register"}, got "h"
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h" }) --! check.linearizable: option "model": expected the name of a model, such as "register", or {init = fn, step = fn}, got nothing
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "regster" }) --! check.linearizable: option "model": unknown model "regster"; did you mean "register"?
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", modle = "register" }) --! check.linearizable: unknown option "modle"; did you mean "model"?
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "hh", model = "register" }) --! check.linearizable: unknown history "hh"; did you mean "h"?
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = h, model = "register" }) --! check.linearizable: option "history": expected a string, got a history
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "register", unknown = "alow" }) --! check.linearizable: option "unknown": expected one of "fail" and "allow", got "alow"
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "register", steps = 0 }) --! check.linearizable: option "steps": expected a whole number from 1 to 1000000000000, got the number 0
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "register", states = "many" }) --! check.linearizable: option "states": expected a whole number from 1 to 1000000000, got "many"
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "queue", init = 5 }) --! check.linearizable: option "init": model queue: its first state is 5: want a list
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "set", init = { a = 1 } }) --! check.linearizable: option "init": model set: its first state is {"a" 1}: want a list
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "mutex", init = "free" }) --! check.linearizable: option "init": model mutex: its first state is "free": want true, held, or false, free
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = "register", init = ("x"):rep(100000) }) --! check.linearizable: option "init": expected at most 64 KiB, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.list_append { history = "h", consistency = "serialisable" }) --! check.list_append: option "consistency": unknown consistency "serialisable"; did you mean "serializable"?
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.bank { history = "h", total = 1e300 }) --! check.bank: option "total": expected a whole number, got the number 1e+300
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.set_full { history = "h", linearizable = "yes" }) --! check.set_full: option "linearizable": expected true or false, got "yes"
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.history("h") --! bad argument #1 to 'history': expected a name that no other history has, got "h"
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
---
local sim = require "lab"
sim.history() --! bad argument #1 to 'history': expected a string, got nothing
sim.bot("b", function(env) end)
---
local sim = require "lab"
sim.bot("b", function(env) sim.history("h") end) --! sim.history is part of the declaration: call it at the top level of the script, not from a function that runs later
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { init = 0, step = function() return true end } }) --! check.linearizable: model: option "init": expected a function, got the number 0
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { init = function() return 0 end } }) --! check.linearizable: model: option "step": expected a function, got nothing
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { init = function() return 0 end, stpe = function() end } }) --! check.linearizable: model: unknown option "stpe"; did you mean "step"?
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", init = 7, --! check.linearizable: option "init": expected none: the model has a function init, got the number 7
  model = { init = function() return 0 end, step = function() return true end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = {
  init = function() return 0 end,
  step = function(state, op) return state + op.vlaue end } }) --! cannot perform add operation between number and nil
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = {
  init = function() return 0 end,
  step = function(state, op) return math.random() < 0.5, state end } }) --! chance comes from the seed of the run: use env.random, as in env.random:int(1, 6)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = {
  init = function() return 0 end,
  step = function(state, op) while true do end end } }) --! 0.3 million instructions without waiting: an infinite loop?
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = {
  init = function() return 0 end,
  step = function(state, op) local function f() return 1 + f() end return f() end } }) --! stack overflow: functions call each other too deeply
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { --! check.linearizable: model: step must return true or false, and the next state; it returned nothing
  init = function() return 0 end,
  step = function(state, op) end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { --! check.linearizable: model: step must return true or false, and the next state; it returned the number 0
  init = function() return 0 end,
  step = function(state, op) return state, true end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { --! check.linearizable: model: step has changed its state and returned none: return true, state
  init = function() return {} end,
  step = function(state, op) if op.f == "write" then state.v = op.value return true end return state.v == op.output end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
local n = 0
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { --! check.linearizable: model: step is not pure: in the state 0, write gave true and 1, then true and 2
  init = function() return 0 end,
  step = function(state, op) n = n + 1 return true, n end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { --! check.linearizable: model: init must return the first state
  init = function() end,
  step = function(state, op) return true end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { --! check.linearizable: model: a state is too large: at most 64 KiB
  init = function() return ("x"):rep(40000) end,
  step = function(state, op) return true, state .. state end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = {
  init = function() return 0 end,
  step = function(state, op) return true, state end,
  equal = function(a, b) return a.n == b.n end } }) --! attempt to index local 'a' (a number value) with key 'n'
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = 1 }, function() end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.linearizable { history = "h", model = { --! check.linearizable: model: equal must return true when a state is compared with itself
  init = function() return 0 end,
  step = function(state, op) return true, state end,
  equal = function(a, b) return a ~= b end } })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h.invoke(env, "write", function() end) --! invoke is a method: call it with a colon, as history:invoke(…)
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke("write", function() end) --! bad argument #1 to 'invoke': expected the env of the client, as in h:invoke(env, {f = "read"}, fn), got "write"
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, "write") --! bad argument #3 to 'invoke': expected a function, got nothing
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, "", function() end) --! bad argument #2 to 'invoke': expected what is done, "read" or {f = "write", key = k, value = v}, got ""
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", key = {} }, function() end) --! history "h", write: a key is a number, a string or a boolean
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", key = "1" }, function() end)
  h:invoke(env, { f = "write", key = 1 }, function() end) --! history "h", write: all keys of a history are of one type: so far it had strings, and now numbers
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, "write", function()
    h:invoke(env, "read", function() end) --! history "h", read: this process is at an operation of a history already: one at a time, others are for other processes
  end)
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  local fail
  h:invoke(env, "write", function() fail = function() h:fail("late") end end) --! history:fail: no operation of "h" is under way here: it has ended already, or was never invoked; call it inside the function given to invoke
  fail()
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, "write", function() h:fail({}) end) --! bad argument #1 to 'fail': expected a string, got an empty table
end)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)

end)
sim.plan(function(plan) h:invoke(plan, "write", function() end) end) --! bad argument #1 to 'invoke': expected the env of the client, as in h:invoke(env, {f = "read"}, fn), got a plan
---
--! fail: none of the 0 operations of history "h" was answered: there is nothing to judge
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)

end)
sim.check("c", check.linearizable { history = "h", model = "register" })
---
--! fail: none of the 1 operations of history "h" was answered: there is nothing to judge
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.limits { time = "10s" }
sim.bot("b", function(env)
  env:go(function() h:invoke(env, "write", function() env:sleep("1h") end) end)
end)
sim.check("c", check.linearizable { history = "h", model = "register" })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "wirte", value = 1 }, function()  end)
end)
sim.check("c", check.linearizable { history = "h", model = "register" }) --! check.linearizable: history "h", model register: operation 0: the model has no "wirte": it has read, write
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", key = "x" }, function() end)
  h:invoke(env, "write", function() end)
end)
sim.check("c", check.linearizable { history = "h", model = "register" }) --! check.linearizable: history "h": some operations have a key, such as "x", and others have none
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "cas", value = 5 }, function()  end)
end)
sim.check("c", check.linearizable { history = "h", model = "cas_register" }) --! check.linearizable: history "h", model cas_register: operation 0: a cas of 5: want [from to], or a map with from and to
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "cas", value = { form = 1, to = 2 } }, function()  end)
end)
sim.check("c", check.linearizable { history = "h", model = "cas_register" }) --! check.linearizable: history "h", model cas_register: operation 0: a cas of {"form" 1, "to" 2}: want [from to], or a map with from and to
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "append", value = 5 }, function()  end)
end)
sim.check("c", check.linearizable { history = "h", model = "key_value" }) --! check.linearizable: history "h", model key_value: operation 0: append 5: want a string
---
--! fail: the history was cut, as it has too many operations, or a value that is too large: what is missing may explain anything
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = ("x"):rep(100000) }, function()  end)
end)
sim.check("c", check.linearizable { history = "h", model = "register" })
---
--! fail: not linearizable: read -> "a\n\"b\\ü\xfe" of process 1, from 0 s to 0 s, fits nowhere: there the state is "a\n\"b\\ü\xff"
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", value = "a\n\"b\\ü\255" }, function()  end)
  h:invoke(env, "read", function() return "a\n\"b\\ü\254" end)
end)
sim.check("c", check.linearizable { history = "h", model = "register" })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "send", key = "k", value = 1 }, function() return "zero" end)
end)
sim.check("c", check.log { history = "h" }) --! check.log: history "h": operation 0: send 1 -> "zero": want an offset for an answer, not "zero"
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "send", key = "k", value = 1 }, function() return 0 end)
  h:invoke(env, "poll", function() return { k = { 1 } } end)
end)
sim.check("c", check.log { history = "h" }) --! check.log: history "h": operation 1: poll -> {"k" [1]}: want [offset value], not 1
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "txn", value = { { "append", "x", 1 } } }, function() return { { "append", "x", 1 } } end)
  h:invoke(env, { f = "txn", value = { { "append", "x", 1 } } }, function() return { { "append", "x", 1 } } end)
end)
sim.check("c", check.list_append { history = "h" }) --! check.list_append: history "h": operation 1: 1 was written to key "x" twice, by operation 0 too: values must be unique
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "txn", value = { { "append", "1", 1 } } }, function() return { { "append", "1", 1 } } end)
  h:invoke(env, { f = "txn", value = { { "r", 1 } } }, function() return { { "r", 1, {} } } end)
end)
sim.check("c", check.list_append { history = "h" }) --! check.list_append: history "h": operation 1: keys of mixed types: "1" (string) and 1 (number)
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "txn", value = { { "add", "x", 1 } } }, function() return {} end)
end)
sim.check("c", check.list_append { history = "h" }) --! check.list_append: history "h": operation 0: ["add" "x" 1] is no micro-operation: want ["r" key] or ["append" key value]
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "txn", value = { { "append", "x", 1 } } }, function()  end)
end)
sim.check("c", check.list_append { history = "h" }) --! check.list_append: history "h": operation 0: its output is nil: want its 1 micro-operations with what was read
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "add", value = 1 }, function()  end)
  h:invoke(env, "read", function() return 1 end)
end)
sim.check("c", check.set { history = "h" }) --! check.set: history "h": operation 1: a read answered 1: want a list
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, { f = "add", value = "1" }, function()  end)
end)
sim.check("c", check.counter { history = "h" }) --! check.counter: history "h": operation 0: add "1": want a whole number
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, "read", function() return 10 end)
end)
sim.check("c", check.bank { history = "h" }) --! check.bank: history "h": operation 0: read -> 10: want the balances of all accounts
---
--! fail: 1 of 1 reads are wrong; the first, of process 1 from 0 s to 0 s: a has 10.5, which is no whole number
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, "read", function() return { a = 10.5 } end)
end)
sim.check("c", check.bank { history = "h" })
---
local sim, check = require "lab", require "sim.check"
local h = sim.history("h")
sim.bot("b", function(env)
  h:invoke(env, "next", function() return 1 end)
end)
sim.check("c", check.unique_ids { history = "h" }) --! check.unique_ids: history "h": operation 0: there is no "next" here: want generate
---
local sim = require "lab"
sim.bot("b", function(env) local name = "x" env:sometimes(name, true) end) --! bad argument #1 to 'sometimes': expected a name that is a literal in the script, env:sometimes("…"): it must be known before the run, so that one that never comes to it shows it, got "x"
---
local sim = require "lab"
sim.bot("b", function(env) env:sometimes("x", 1) end) --! bad argument #2 to 'sometimes': expected true, false or nil, as x ~= nil gives, got the number 1
---
local sim = require "lab"
sim.bot("b", function(env) env:reachable() end) --! bad argument #1 to 'reachable': expected a string, got nothing
---
--! fail: the function must return true or false, and a message; it returned "yes"
local sim = require "lab"
sim.bot("b", function(env) env:gauge("x", 1) end)
sim.sometimes("s", function(world) return "yes" end)
---
local sim = require "lab"
sim.bot("b", function(env) end)
sim.eventually("e", {}, function() return true end) --! sim.eventually: option "within": expected a duration above 0, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) end)
sim.eventually("e", function() return true end) --! bad argument #2 to 'eventually': expected a table of options, such as {within = "10s"}, got a function
---
local sim = require "lab"
sim.bot("b", function(env) end)
sim.eventually("e", { within = "5s", after = "chaos" }, function() return true end) --! sim.eventually: option "after": expected one of "heal", got "chaos"
