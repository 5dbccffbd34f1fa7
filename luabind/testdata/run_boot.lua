-- a boot has all that the script made at its top level, as it made it
local sim = require "sim"
local lab = require "lab"
assert(lab == sim)
local chaos = require "sim.chaos"

local count = 0                                        -- two functions share a variable
local function up() count = count + 1 return count end
local function read() return count end
up()

local ring = { 1, 2, nil, 4, name = "ring", [2.5] = "half", [true] = "yes" } -- a table that reaches itself
ring.self, ring[ring] = ring, "itself"
local class = { __index = { greet = function(self) return "I am " .. self.name end }, __metatable = "mine" }
local object = setmetatable({ name = "one" }, class)
class.__index.twin = object

local order = {}
for _, k in ipairs { "z", "a", "m", "b" } do order[k] = true end
order.m = nil

function string.shout(s) return s:upper() .. "!" end -- in the library of strings
table.unpack = unpack
global = { list = order }
local words = ("one two three"):gmatch("%a+")
assert(words() == "one")
local first, second = {}, {}
local shown = tostring(first)                          -- "table: 1"
local deep = {}                                        -- deep inside each other
for i = 1, 3000 do deep = { deep } end
local calls
for i = 1, 3000 do local inner = calls calls = function() return inner end end
local later                                            -- assigned after the function that uses it
local function use() return later end
later = { 1 }

local function look(env)
  assert(up() == 2 and read() == 2 and up() == 3 and read() == 3, "a shared variable")
  assert(ring.self == ring and ring[ring] == "itself" and #ring == 4 and ring[3] == nil and ring[4] == 4, "a ring")
  assert(ring[2.5] == "half" and ring[true] == "yes" and next({}) == nil)
  assert(object:greet() == "I am one" and object.twin == object and getmetatable(object) == "mine", "a class")
  local keys = {}
  for k in pairs(order) do keys[#keys + 1] = k end
  assert(table.concat(keys) == "zab" and global.list == order and _G.global == global, "an order")
  assert(_G._G == _G and _G.string == string and rawget(_G, "pairs") == pairs)
  assert(("hey"):shout() == "HEY!" and string.shout("a") == "A!" and ("a"):rep(3) == "aaa" and table.unpack == unpack)
  string = nil
  assert(("hey"):shout() == "HEY!")
  assert(words() == "two" and words() == "three" and words() == nil, "an iterator")
  assert(shown == "table: 1" and tostring(first) == shown and tostring(second) == "table: 2", "numbers")
  assert(require "sim" == sim and require "sim.chaos" == chaos and require "lab" == sim, "modules")
  local depth = 0
  while deep[1] do deep, depth = deep[1], depth + 1 end
  while calls do calls, depth = calls(), depth + 1 end
  assert(depth == 6000, "depth")
  assert(use() == later and later[1] == 1)
  later[1], global, lost = 2, nil, "lost"
  env:sleep(1)
end

sim.service("a.net", function(env) assert(lost == nil) look(env) env:sleep(60) end)
sim.service("b{1..2}.net", function(env) assert(lost == nil) look(env) env:sleep(60) end)
sim.plan(function(plan)
  assert(up() == 2 and later[1] == 1)
  plan:start("*")
  plan:sleep(2)
  plan:reboot("*.net")
  assert(up() == 3 and later[1] == 1)
end)
sim.always("first", function() return read() < 100 end)
sim.check("a VM for the checks", function() return up() == 2 end)
sim.check("which they share", function() return read() == 2 end)
sim.bot("b", function(env) look(env) env:sleep(10) end)
---
-- coroutines of the top level are there, too
local sim = require "lab"
local numbers = coroutine.wrap(function() for i = 1, 10 do coroutine.yield(i) end end)
local half = coroutine.create(function(a) local b = coroutine.yield(a + 1) return a + b end)
assert(numbers() == 1)
assert(select(2, coroutine.resume(half, 1)) == 2)
local function look(env)
  env:expect("numbers", 2, numbers())
  env:expect("half", 6, select(2, coroutine.resume(half, 5)))
end
sim.bot("a", look)
sim.bot("b{1..2}", look)
---
-- an error of a copy says where
local sim = require "lab"
local t = {}
t.fail = function() error("oops") end --! "oops"
sim.bot("b", function(env) env:sleep(1) t.fail() end)
---
-- declarations are over when a service boots
local sim = require "lab"
sim.bot("b", function(env)
  sim.bot("c", print) --! "sim.bot is part of the declaration"
end)
---
-- what the top level spends of a slice is not there for the first slice of a boot
local sim = require "lab"
for i = 1, 10000 do end
sim.bot("b", function(env)
  for i = 1, 60000 do end
  env:sleep(1)
  for i = 1, 140000 do end
end)
---
-- strings keep their library when no variable has it
local sim = require "lab"
function string.shout(s) return s:upper() .. "!" end
string = nil
sim.bot("b", function(env) assert(string == nil and ("hey"):shout() == "HEY!") end)
