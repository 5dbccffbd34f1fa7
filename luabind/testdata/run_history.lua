-- what invoke returns and raises
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  local a, b = h:invoke(env, { f = "write", key = "x", value = 1 }, function(...) return ... end, 7, 8)
  assert(a == 7 and b == 8)
  assert(h:invoke(env, "poll", function() return 1 end) == 1)
  h:invoke(env, { f = "read", key = 1 }, function() return 1 end) --! "history \"register\", read: all keys of a history are of one type: so far it had strings, and now numbers"
end)
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  local tries = 0
  local function count() return tries end
  local ok, reason = h:invoke(env, { f = "cas", value = { 1, 2 } }, function()
    tries = tries + 1
    h:fail("another value")
  end)
  assert(ok == nil and reason == "another value" and tries == 1 and count() == 1)
  local ok, err = pcall(h.invoke, h, env, "write", function() error({ kind = "mine" }) end)
  assert(not ok and err.kind == "mine")
  local ok, err = pcall(function() h:invoke(env, "write", function() env:connect("b.botnet:1") end) end)
  assert(not ok and err.kind == "refused")
  assert(h:invoke(env, "read", function() return { 1, 2 } end)[2] == 2)
  local process = env:go(function() env:sleep("1s") h:invoke(env, "read", function() end) end)
  h:invoke(env, "read", function() process:join() end)
  env:expect("the end", true, true)
end)
sim.expect("the end", { required = true })
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  h:fail("too early") --! "history:fail: no operation of \"register\" is under way here: it has ended already, or was never invoked"
end)
---
local sim = require "lab"
local h, g = sim.history("register"), sim.history("queue")
sim.bot("b", function(env)
  h:invoke(env, "write", function() g:fail() end) --! "history:fail: the operation under way here is of the history \"register\", not of \"queue\""
end)
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  h:invoke(env, "write", function()
    h:invoke(env, "read", function() end) --! "history \"register\", read: this process is at an operation of a history already: one at a time"
  end)
end)
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  h:invoke({ f = "write" }, function() end) --! "bad argument #1 to 'invoke': expected the env of the client, as in .*, got a table"
end)
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", vlaue = 1 }, function() end) --! "history:invoke: unknown option \"vlaue\"; did you mean \"value\""
end)
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  h:invoke(env, { key = "x" }, function() end) --! "history:invoke: option \"f\": expected what is done, such as \"write\", got nothing"
end)
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  h:invoke(env, { f = "write", key = {} }, function() end) --! "history \"register\", write: a key is a number, a string or a boolean"
end)
---
local sim = require "lab"
local h = sim.history("register")
sim.bot("b", function(env)
  h:invok(env, "read", function() end) --! "history: unknown name \"invok\"; did you mean \"invoke\""
end)
