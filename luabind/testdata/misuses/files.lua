local sim = require "lab"
sim.bot("b", function(env) env:file() end) --! bad argument #1 to 'file': expected a string, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:file("logs/today") end) --! open: "logs/today" is no name of a file: letters, digits and _, inside also - and dots
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):flush() end) --! file: unknown name "flush"; there is append, write, read, size, sync, truncate, rename, remove and close
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):seek(0) end) --! file: unknown name "seek"; there is append, write, read, size, sync, truncate, rename, remove and close
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log").append("x") end) --! append is a method: call it with a colon, as file:append(…)
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):append({ 1 }) end) --! bad argument #1 to 'append': expected a string, got a table
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):write("x") end) --! bad argument #1 to 'write': expected a whole number from 0 to 1073741824, got "x"
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):write(-1, "x") end) --! bad argument #1 to 'write': expected a whole number from 0 to 1073741824, got the number -1
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):write(2 ^ 31, "x") end) --! bad argument #1 to 'write': expected a whole number from 0 to 1073741824, got the number 2147483648
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):read(0) end) --! bad argument #2 to 'read': expected a whole number from 0 to 16777216, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):read(0, 1e9) end) --! bad argument #2 to 'read': expected a whole number from 0 to 16777216, got the number 1000000000
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):truncate() end) --! bad argument #1 to 'truncate': expected a whole number from 0 to 1073741824, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:file("log"):rename("../log") end) --! file log: "../log" is no name of a file: letters, digits and _, inside also - and dots
---
local sim = require "lab"
sim.bot("b", function(env)
  local f = env:file("log")
  f:remove()
  f:append("x") --! file log: closed
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  for i = 1, 1025 do
    env:file("f" .. i) --! open file f1025 of b.botnet: no space left: a machine keeps at most 1024 files
  end
end)
---
local sim = require "lab"
sim.bot("b", function(env) sim.crc32(12) end) --! bad argument #1 to 'crc32': expected a string, got the number 12
