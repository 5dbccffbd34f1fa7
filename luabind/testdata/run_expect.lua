-- an expectation with a message, and conditions
local sim = require "lab"
sim.bot("b", function(env)
  assert(env:expect("count", 2, 1 + 1, "orders"))
  assert(env:expect("no message", nil, nil, nil))
  assert(env:expect_true("condition", 1 < 2, "no order is lost"))
  assert(env:expect_true("no message", true))
end)
---
-- sets compare as sets
local sim = require "lab"
local set = require("sim.assert").set
sim.bot("b", function(env)
  env:expect("sets", set { "a", "b", 3 }, set { 3, "b", "a" })
  env:expect("inside", { orders = set { "a", "b" } }, { orders = { b = true, a = true } })
  env:expect("empty", set {}, {})
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:expect("count", 1, 1, "one", "two") --! "'expect' takes at most 4 arguments, got 5: put parentheses around a call"
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:expect("count", 1, unpack { 1, 2 }) --! "bad argument #4 to 'expect': expected a message, which is a string .*got the number 2"
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:expect_true("count", 1, 1) --! "bad argument #2 to 'expect_true': expected true, false or nil, .* or write env:expect.name, want, got.*got the number 1"
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:expect_true("count", true, "one", 2) --! "'expect_true' takes at most 3 arguments, got 4"
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:expect_true("count", true, {}) --! "bad argument #3 to 'expect_true': expected a message"
end)
---
-- a check keeps what it says
local sim = require "lab"
sim.bot("b", function(env) end)
sim.check("says", function() return true, "7 of 7" end)
---
-- tables are compared however deep they are
local sim = require "lab"
sim.bot("b", function(env)
  local function deep(n, last)
    for _ = 1, n do last = { last } if _ % 20000 == 0 then env:sleep(1) end end
    return last
  end
  env:expect("deep", deep(100000, 1), deep(100000, 1))
  local a, b = { 1 }, { 1 }
  a[2], b[2] = b, a
  env:expect("in each other", a, b)
end)
---
-- what is large is charged for
local sim = require "lab"
sim.bot("b", function(env)
  local a, b = {}, {}
  for i = 1, 60000 do a[i], b[i] = i, i if i % 10000 == 0 then env:sleep(1) end end
  while true do env:expect("large", a, b) end --! "0.3 million instructions without waiting"
end)
---
-- what is reported has a name
local sim = require "lab"
sim.bot("b", function(env)
  for _, call in ipairs { { "expect", "", 1, 1 }, { "expect_true", "", true }, { "measure", "", function() end },
    { "gauge", "", 1 } } do
    local ok, e = pcall(env[call[1]], env, call[2], call[3], call[4])
    assert(not ok and e:find("expected a name, got \"\"", 1, true), call[1])
  end
  env:gauges { [""] = 1 } --! "gauges have names"
end)
