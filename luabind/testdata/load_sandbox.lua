-- What the sandbox replaces, and what it leaves as in Lua 5.1.
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
-- addresses are numbers, given on first sight
local a, b = {}, {}
eq("table: 1", tostring(a))
eq("table: 2", tostring(b))
eq("table: 1", tostring(a))
eq("function: 3", tostring(print))
eq("thread: 4", tostring(coroutine.create(print)))
eq("table: 1|nil|true|1.5", string.format("%s|%s|%s|%s", a, nil, true, 1.5))
eq("mine", tostring(setmetatable({}, { __tostring = function() return "mine" end })))
eq(true, math.huge > 1e308)
---
-- variables shared with closures survive an error that is caught
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
local n = 0
local function inc() n = n + 1 end
pcall(error, "x")
n = 5
inc()
eq(6, n)
xpcall(function() inc(); error("y") end, function(e) return e end)
inc()
eq(8, n)
local leaked
xpcall(function() local q = 1; leaked = function() q = q + 1; return q end; error({}) end, function(e) return e end)
eq(2, leaked())
eq(3, leaked())
---
-- pcall, xpcall, error objects
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
local object = { kind = "mine" }
local ok, e = pcall(error, object)
eq(false, ok); eq(object, e)
eq(3, select("#", pcall(function() return nil, nil end)))
local ok, trace = xpcall(function() local x = nil; return x.y end, debug.traceback)
eq(false, ok)
eq(true, trace:find("load_sandbox.lua:36", 1, true) ~= nil)
local ok, a, b = xpcall(function(x, y) return y, x end, print, 1, 2)
eq(2, a); eq(1, b)
eq(false, (pcall(nil)))
local ok, e = xpcall(error, function(e) return e.kind end, object)
eq("mine", e)
---
-- assert keeps objects
local object = {}
local ok, e = pcall(assert, nil, object)
if e ~= object then error("object lost") end
assert(false, "said") --! "^load_sandbox.lua:49: said"
---
-- coroutines
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
local co = coroutine.create(function(a) local b = coroutine.yield(a + 1); error({ b }) end)
eq("suspended", coroutine.status(co))
local ok, v = coroutine.resume(co, 1)
eq(2, v)
local ok, e = coroutine.resume(co, 7)
eq(false, ok); eq(7, e[1]); eq("dead", coroutine.status(co))
local ok, e = coroutine.resume(co)
eq(false, ok)
local sum = 0
for x in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do sum = sum + x end
eq(6, sum)
eq(nil, coroutine.running())
local co
co = coroutine.create(function() eq(co, coroutine.running()); eq("running", coroutine.status(co)); pcall(function() eq(co, coroutine.running()) end) end)
assert(coroutine.resume(co))
eq(nil, coroutine.running())
local ok, e = pcall(coroutine.wrap(function() error("inside") end))
eq("load_sandbox.lua:69: inside", e)
local co = coroutine.create(function() pcall(coroutine.yield, 1) return "end" end)
eq("end", select(2, coroutine.resume(co)))
---
-- patterns
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
local function row(...) local t = { ... }; for i = 1, select("#", ...) do t[i] = tostring(t[i]) end return table.concat(t, ",") end
eq("1,3", row(("abc"):find("abc", 1, true)))
eq("2,3,b,c", row(("abc"):find("(b)(c)")))
eq("nil", row(("abc"):find("x")))
eq("1,0", row(("abc"):find("")))
eq("4,3", row(("abc"):find("", 4)))
eq("nil", row(("abc"):find("", 5)))
eq("key,val ue", row(("key = val ue  "):match("^(%w+)%s*=%s*(.-)%s*$")))
eq("3", row(("hello"):match("()l")))
eq("THE (quick) fox", row(("THE (quick) fox"):match(".*")))
eq("(quick (brown))", row(("THE (quick (brown)) fox"):match("%b()")))
eq("THE", row(("THE (quick) fox"):match("%f[%a]%a+")))
eq("fox", row(("THE (quick) fox"):match("%f[%a]%a+%f[%z]")))
eq("\",a'b", row(([[x "a'b" y]]):match([[(["'])(.-)%1]])))
eq("hexxo,2", row(("hello"):gsub("l", "x")))
eq("h[e][l]lo,2", row(("hello"):gsub("[el]", "[%0]", 2)))
eq("world hello,1", row(("hello world"):gsub("(%w+) (%w+)", "%2 %1")))
eq("-a-b-,3", row(("ab"):gsub("", "-")))
eq("HI there,2", row(("hi there"):gsub("%w+", { hi = "HI" })))
eq("2 4,2", row(("1 2"):gsub("%d", function(d) return d * 2 end)))
eq("abc,1", row(("xabc"):gsub("^x", "")))
local words = {}
for w, n in ("a=1, b=2"):gmatch("(%w)=(%d)") do words[#words + 1] = w .. n end
eq("a1,b2", table.concat(words, ","))
eq("a]c", ("xa]c"):match("[]ac]+"))
eq("b", ("ab"):match("[^a]"))
eq("-", ("a-b"):match("[%-]"))
eq("x-", ("x-"):match("[a-z-]+"))
eq("0xFF", ("v 0xFF"):match("0x%x+"))
eq("", ("abc"):match("%d*"))
---
("x"):find("[a") --! "malformed pattern"
---
("x"):find("(x") --! "malformed pattern"
---
("x"):find("%") --! "malformed pattern"
---
("x"):gsub("x", "%1%2") --! "has no capture 2"
---
-- a pattern that explodes ends like an infinite loop
(("a"):rep(100)):find(("a*"):rep(20) .. "b") --! "million instructions without waiting"
---
-- format
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
eq("  3|3  |003|+3", string.format("%3d|%-3d|%03d|%+d", 3, 3, 3, 3))
eq("3.14|3e+00|3.1400", string.format("%.2f|%.0e|%.4f", 3.14, 3.14, 3.14))
eq("ff FF 0x1f 17", string.format("%x %X %#x %o", 255, 255, 31, 15))
eq("a%b", string.format("a%%b"))
eq("inf -inf nan", string.format("%f %d %g", math.huge, -math.huge, 0 / 0))
eq([["a\"b\\c\
d\000"]], string.format("%q", "a\"b\\c\nd\0"))
eq("A", string.format("%c", 65))
eq("hel", string.format("%.3s", "hello"))
eq("100", string.format("%d", "100"))
---
string.format("%d", "x") --! "bad argument #2 to format .number expected, got string"
---
string.format("%d") --! "no value"
---
string.format("%y", 1) --! "is no directive"
---
string.format("%1000d", 1) --! "is no directive"
---
-- bombs
("x"):rep(1e9) --! "at most 16 MiB"
---
("x"):rep(1e300) --! "at most 16 MiB"
---
local t, s = {}, ("x"):rep(1e6) for i = 1, 20 do t[i] = s end
table.concat(t) --! "at most 16 MiB"
---
local function f() return 1 + f() end
local ok, e = pcall(f)
assert(e:find("stack overflow"), e)
---
local function f() return 1 + f() end --! "stack overflow"
f()
---
local function f() local ok, e = pcall(f); if not ok then error(e, 0) end end --! "stack overflow"
f()
---
local function f() coroutine.wrap(f)() end --! "stack overflow"
f()
---
local t = setmetatable({}, {})
getmetatable(t).__index = function(t, k) return t[k .. "x"] end --! "stack overflow|string would have"
local x = t.a
---
unpack({}, 1, 1e8) --! "unpack: 100000000 values are too many"
---
assert(select("#", unpack({ 1, nil, 3 }, 1, 3)) == 3 and select("#", unpack({})) == 0)
assert(select("#", ("abc"):byte(1, -1)) == 3 and ("abc"):byte(-1) == 99 and ("abc"):byte(9) == nil)
;(("x"):rep(1e6)):byte(1, -1) --! "string.byte: 1000000 values are too many"
---
local function f(n) return n, f(n + 1) end --! "stack overflow"
f(1)
---
while true do end --! "0.3 million instructions without waiting: an infinite loop"
---
while true do pcall(function() while true do end end) end --! "infinite loop"
---
coroutine.wrap(function() while true do end end)() --! "infinite loop"
---
local t = setmetatable({}, { __index = function() while true do end end }) --! "infinite loop"
return t.x
---
while true do xpcall(function() while true do end end, function() while true do end end) end --! "infinite loop"
---
-- what is not there
print(os.time()) --! "os is not available: .*env:now"
---
io.write("x") --! "io is not available"
---
loadstring("x") --! "loadstring is not available"
---
math.random() --! "use env.random"
---
collectgarbage() --! "collectgarbage is not available"
---
debug.getinfo(1) --! "attempt to call field 'getinfo' .a nil value."
---
assert(undefined == nil)
undefined() --! "attempt to call global 'undefined' .a nil value."
---
setmetatable("", {}) --! "expected a table"
---
setmetatable(_G, {}) --! "protected"
---
-- an error object that is a table is shown
error({ code = 7 }) --! "error object {code = 7}"
---
error(setmetatable({}, { __tostring = function() return "shown" end })) --! "shown"
---
error(nil) --! "error object nil|nil"
---
local x = nil
x[{}] = 1 --! "attempt to index local 'x' .a nil value. with key 'table'"
---
-- pairs goes by insertion
local t, keys = {}, {}
for _, k in ipairs { "z", "a", "m" } do t[k] = 1 end
for k in pairs(t) do keys[#keys + 1] = k end
assert(table.concat(keys) == "zam")
---
if x the --! "syntax error"
---
x = { --! "the script ends in the middle of something"
---
-- assignments to tables are what they are in Lua
local log = {}
local t = setmetatable({}, { __newindex = function(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) rawset(t, k, v) end })
local function two() return "x", "y" end
local k, n = "key", 100
t[k] = 1
t[n] = two()
t[n], t[n + 1] = two()
t[two()] = nil
t[k .. "2"] = false
assert(table.concat(log, " ") == "key=1 100=x 101=y x=nil key2=false", table.concat(log, " "))
assert(t.key == 1 and t[100] == "x" and t[101] == "y")
local a = {}
for i = 1, 1000 do a[i] = i end
for i = 1000, 501, -1 do a[i] = nil end
assert(#a == 500)
a[3], a[4], a[500.5] = a[4], a[3], "between"
assert(a[3] == 4 and a[4] == 3 and a[500.5] == "between" and #a == 500)
local function pack(...) return { ... }, { n = select("#", ...), ... }, { (...) } end
local p, q, r = pack(1, nil, 3)
assert(p[1] == 1 and p[3] == 3 and q.n == 3 and q[3] == 3 and #r == 1)
assert(#{ two(), two() } == 3 and #{ two(), (two()) } == 2 and #{ two() } == 2)
local big = { [100] = "a", [99] = "b", [0x100] = "c", [-1] = "d", [1.5] = "e", [k] = "f", [n + 5] = "g", "first" }
assert(big[100] .. big[99] .. big[256] .. big[-1] .. big[1.5] .. big.key .. big[105] .. big[1] == "abcdefgfirst")
local e = {}
e.x = 1
e[1] = 2
assert(e.x == 1 and #e == 1 and next({}) == nil)
---
local t
t[("k"):rep(2)] = 1 --! "attempt to index local 't' .a nil value. with key 'kk'"
---
local t = {}
t[nil] = 1 --! "index is nil|nil"
---
local s = "x"
for i = 1, 40 do s = s .. s end --! "the string would have 33554432 bytes; at most 16 MiB are allowed"
---
local t, s = {}, ("x"):rep(1000)
for i = 1, 1e9 do t[i] = s .. i end --! "0.3 million instructions without waiting"
---
local x
print("a" .. 1 .. x) --! "attempt to concatenate a nil value .'x'."
---
t = {}
t[60000000] = 1 -- beyond the largest array: a hash
t[-5], t[0], t[0.5] = 1, 2, 3
---
local t = {}
for i = 1, 100 do t[i] = -i % 7 end
t[101], t[102], t[102] = 3, 3, nil
table.sort(t)
for i = 2, 101 do assert(t[i - 1] <= t[i]) end
table.sort(t, function(a, b) return a > b end)
assert(#t == 101 and t[1] == 6 and t[101] == 0)
---
table.sort({ 1, "a" }) --! "attempt to compare"
---
table.sort({ 1, 2 }, 3) --! "bad argument #2"
---
local t = {}
for i = 1, 30000 do t[i] = i * 7919 % 30011 end
table.sort(t) --! "0.3 million instructions without waiting"
---
local x = ("x"):rep(1e5)
x:gsub("(.+)", ("%1"):rep(1000)) --! "the string would have"
---
local x = ("x"):rep(1e5)
x:gsub(".+", ("%0"):rep(1000)) --! "the string would have"
---
local function failing(fn, why)
  local ok, err = coroutine.resume(coroutine.create(fn))
  assert(not ok and err:find("load_sandbox.lua:%d+: a coroutine cannot yield through " .. why), tostring(err))
end
local yield = coroutine.yield
local t = setmetatable({}, { __index = function(_, k) return yield(k) end, __newindex = function() yield() end,
  __add = function(a) yield(a) return a end, __eq = yield, __call = function(_, x) return yield(x) end })
failing(function() return t.x end, "a metamethod")
failing(function() t.x = 1 end, "a metamethod")
failing(function() return t + 1 end, "a metamethod")
failing(function() for _ in function() return yield() end do end end, "the iterator of a for loop")
failing(function() table.sort({ 2, 1 }, function() yield() end) end, "a function of the library")
failing(function() (("x"):gsub("x", function() yield() end)) end, "a function of the library")
local function deep(n) if n == 0 then return (yield("down")) end return (deep(n - 1)) end
local co = coroutine.create(function() return deep(5) .. t(3) end)
local _, down = coroutine.resume(co)
local _, three = coroutine.resume(co, "up")
local _, last = coroutine.resume(co, 4)
assert(down == "down" and three == 3 and last == "up4", last)
