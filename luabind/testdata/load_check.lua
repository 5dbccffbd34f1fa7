-- every checker
local sim = require "sim"
local check = require "sim.check"
sim.check("judged before it is declared", check.unique_ids { history = "h" })
sim.history("h")
sim.check("a", check.linearizable { history = "h", model = "cas_register", init = 0, steps = 100, states = 10, unknown = "allow" })
sim.check("b", check.sequential { history = "h", model = { init = function() end, step = function() end, equal = function() end } })
sim.check("c", check.set { history = "h", unknown = "fail" })
sim.check("d", check.set_full { history = "h", linearizable = true })
sim.check("e", check.counter { history = "h" })
sim.check("f", check.total_queue { history = "h", once = true })
sim.check("h", check.log { history = "h" })
sim.check("i", check.list_append { history = "h", consistency = "serializable", steps = 10 })
sim.check("j", check.rw_register { history = "h", wfr_keys = true, sequential_keys = true, linearizable_keys = true })
sim.check("g", check.bank { history = "h", total = 100, negative = true })
sim.bot("b", function(env) end)
---
local check = require "sim.check"
check.linearisable { history = "h", model = "register" } --! "check: unknown checker \"linearisable\"; did you mean \"linearizable\""
---
local check = require "sim.check"
check.linearizable { history = "h", modell = "register" } --! "check.linearizable: unknown option \"modell\"; did you mean \"model\""
---
local check = require "sim.check"
check.linearizable { history = "h", model = "registre" } --! "check.linearizable: option \"model\": unknown model \"registre\"; did you mean \"register\""
---
local check = require "sim.check"
check.linearizable { history = "h" } --! "check.linearizable: option \"model\": expected the name of a model, such as \"register\", or .init = fn, step = fn., got nothing"
---
local check = require "sim.check"
check.linearizable { history = "h", model = { init = function() end } } --! "check.linearizable: model: option \"step\": expected a function, got nothing"
---
local check = require "sim.check"
check.linearizable { history = "h", model = { init = 0, step = function() end } } --! "check.linearizable: model: option \"init\": expected a function, got the number 0"
---
local check = require "sim.check"
check.linearizable { history = "h", model = { stepp = function() end } } --! "check.linearizable: model: unknown option \"stepp\"; did you mean \"step\""
---
local check = require "sim.check"
check.set { model = "set" } --! "check.set: unknown option \"model\"; there is history and unknown"
---
local check = require "sim.check"
check.list_append { history = "h", consistency = "serialisable" } --! "check.list_append: option \"consistency\": unknown consistency \"serialisable\"; did you mean \"serializable\""
---
local check = require "sim.check"
check.set {} --! "check.set: option \"history\": expected the name of a history, as sim.history declares it, got nothing"
---
local check = require "sim.check"
check.set "h" --! "bad argument #1 to 'set': expected a table of options, such as .history = \"register\"., got \"h\""
---
local check = require "sim.check"
check.set { history = "h", unknown = "pass" } --! "check.set: option \"unknown\": expected one of \"fail\" and \"allow\", got \"pass\""
---
local check = require "sim.check"
check.counter.x = 1 --! "attempt to index"
---
local check = require "sim.check"
check.mine = 1 --! "cannot set \"mine\" here"
---
local sim, check = require "sim", require "sim.check"
sim.history("register")
sim.check("x", check.set { history = "regster" }) --! "check.set: unknown history \"regster\"; did you mean \"register\""
---
local sim, check = require "sim", require "sim.check"
sim.check("x", check.set { history = "register" }) --! "check.set: there is no history: sim.history.\"register\". declares one"
---
local sim, check = require "sim", require "sim.check"
sim.check("x", check.set) --! "bad argument #2 to 'check': expected a function.run., or a checker such as .*, got a function"
---
local sim = require "sim"
sim.history("h")
sim.history("h") --! "bad argument #1 to 'history': expected a name that no other history has, got \"h\""
