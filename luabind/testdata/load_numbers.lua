-- Numbers, texts of numbers and arrays as in Lua 5.1, where the interpreter has rules of Go.
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
eq(11, "010" + 1)
eq(10, "10" - 0)
eq(9, "08" + "01")
eq(100, "10" * "010")
eq(2.5, "10" / "4")
eq(2, "-10" % 3)
eq(8, "2" ^ "3")
eq(-10, -"010")
eq(17, " 0x10\r\n" + 1)
local t = setmetatable({}, { __add = function(a, b) return type(a) .. type(b) end })
eq("stringtable", "x" + t)
eq("tablestring", t + "1")
---
return "0b11" + 0 --! "cannot perform add operation between string and number"
---
return 1 - "1_000" --! "cannot perform sub operation between number and string"
---
return "inf" * 1 --! "cannot perform mul operation"
---
return -"nan" --! "attempt to perform arithmetic on a string value"
---
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
eq(1000, tonumber("1e3"))
eq(12, tonumber("12\r"))
eq(1e20, tonumber("100000000000000000000"))
eq(math.huge, tonumber("1e999"))
eq(16, tonumber("0x10")); eq(-16, tonumber("-0X10")); eq(2 ^ 64, tonumber("0xffffffffffffffff"))
eq(10, tonumber("010")); eq(0.5, tonumber(".5")); eq(5, tonumber(" +5. "))
for _, text in ipairs { "", " ", "x", "1x", "0x", "1e", "--1", "+-1", "-+1", "0x-1", "inf", "nan", "0b1", "0o7", "1_0", "1 2", "1e+-2", "e1", "0x1p4" } do
  eq(nil, tonumber(text))
end
eq(255, tonumber("ff", 16)); eq(-255, tonumber("-FF", 16)); eq(255, tonumber("0xff", 16)); eq(35, tonumber("z", 36))
eq(nil, tonumber("1.5", 16)); eq(nil, tonumber("8", 8)); eq(nil, tonumber("", 16)); eq(16, tonumber(10, 16)); eq(10, tonumber(10))
eq(2 ^ 64, tonumber("ffffffffffffffff", 16))
eq(nil, tonumber(nil)); eq(nil, tonumber({})); eq(nil, tonumber(true))
---
tonumber("1", 37) --! "a base is 2 to 36"
---
tonumber() --! "value expected"
---
-- literals
assert(0xffffffffffffffff == 2 ^ 64 and 0xcbf29ce484222325 > 2 ^ 63 and 1e999 == math.huge and 010 == 10 and 0xA == 10 and .5 == 5e-1)
---
local x = 1e --! "malformed number near .1e."
---
-- functions of numbers take texts of them
assert(math.floor("010.7") == 10 and math.max("9", 10) == 10 and ("x"):rep("010") == ("x"):rep(10) and ("%d"):format("010") == "10")
assert(math.ldexp("1", "3") == 8 and ("abc"):sub("2") == "bc" and select("2", 1, 2) == 2 and unpack({ 1, 2 }, "2") == 2)
---
math.abs("0b1") --! "bad argument #1 to abs .number expected, got string."
---
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
local inf, nan = math.huge, 0 / 0
eq("inf -inf nan", tostring(inf) .. " " .. -inf .. " " .. tostring(nan))
eq("inf,nan", table.concat({ inf, nan }, ","))
eq("inf", (("x"):gsub("x", { x = inf })))
eq("nan|       inf|-inf  |inf|  nan|nan", ("%.2f|%10.1f|%-6d|%.1e|%05d|%x"):format(nan, inf, -inf, inf, nan, nan))
eq("0.333333|1.23457e+06|100000|1e+20|1e-05|0.5|3", ("%g|%g|%g|%g|%g|%g|%.0f"):format(1 / 3, 1234567, 1e5, 1e20, 1e-5, 0.5, 3.4))
eq("1E-10|1.00000000000000", ("%G|%#.15g"):format(1e-10, 1))
eq("0|0xff|ff|0|010|00f", ("%#x|%#x|%+x|%#o|%#o|%.3x"):format(0, 255, 255, 0, 8, 15))
eq("+3| 3|-03|  007", ("%+d|% d|%03d|%5.3d"):format(3, 3, -3, 7))
eq("  18446744073709551616", ("%22d"):format(2 ^ 64))
eq("h\195|  \195\169|\195\169  |   ab||x", ("%.2s|%4s|%-4s|%05s|%.s|%s"):format("h\195\169", "\195\169", "\195\169", "ab", "xy", "x"))
---
-- strings are bytes
local bytes = "\0\127\128\254\255A\195\169z"
assert(bytes:upper() == "\0\127\128\254\255A\195\169Z" and bytes:lower() == "\0\127\128\254\255a\195\169z" and #bytes:upper() == #bytes)
assert(("abc"):sub(2, math.huge) == "bc" and ("abc"):sub(-math.huge, -2) == "ab" and ("abc"):sub(0) == "abc" and ("abc"):sub(-2) == "bc")
assert(("abc"):sub(4) == "" and ("abc"):sub(3, 2) == "" and ("abc"):sub(-9, 9) == "abc" and ("abc"):sub(5, 9) == "" and (""):sub(1) == "")
assert(("abc"):byte(math.huge) == nil and ("aXbX"):gsub("X", "", math.huge) == "ab" and ("abc"):find("c", -math.huge) == 3)
assert(string.char() == "" and string.char(0, 65, 255) == "\0A\255")
---
string.char(65, 256) --! "bad argument #2 to 'char': expected a byte, 0 to 255, got the number 256"
---
string.char(-1) --! "bad argument #1 to 'char'"
---
unpack({}, -1e300, 1e300) --! "unpack: %d+ values are too many|unpack: .* values are too many"
---
assert(select("#", select(math.huge, 1, 2)) == 0 and select(-1, 1, 2) == 2 and select("#", select(2, 1, nil)) == 1)
select(-3, 1, 2) --! "index out of range"
---
select(0, 1) --! "index out of range"
---
-- a level beyond all callers
error("x", 1e15) --! "^load_numbers.lua: x|x"
---
-- elements at the end that were set to nil are not there
local function eq(want, got) if want ~= got then error("want " .. tostring(want) .. ", got " .. tostring(got), 2) end end
local t = { 1, 2, 3, 4 }
t[4] = nil
t[#t] = nil
eq(2, table.remove(t)); eq(1, #t)
table.insert(t, 5); eq(5, t[2]); eq(2, #t)
t[2] = nil
table.insert(t, 1, 0); eq(0, t[1]); eq(1, t[2]); eq(nil, t[3])
eq(nil, table.remove(t, 3)); eq(nil, table.remove(t, 0)); eq(nil, table.remove(t, -1)); eq(2, #t)
eq(0, table.remove(t, 1)); eq(1, table.remove(t, 1)); eq(nil, table.remove(t)); eq(nil, next(t))
---
table.insert({}, 0, "x") --! "bad argument #2 to 'insert': expected a position from 1 on, got the number 0"
---
table.insert({}) --! "wrong number of arguments"
---
table.insert({}, 1, 2, 3) --! "wrong number of arguments"
---
table.remove(5) --! "bad argument #1 to 'remove': expected a table, got the number 5"
---
-- a stack costs what is done to it, however large it was
local t = {}
for i = 1, 15000 do t[i] = i end
for i = 15000, 1, -1 do
  if #t ~= i then error(#t) end
  t[#t] = nil
end
assert(next(t) == nil)
t.stack = { 1, 2, 3 }
t.stack[#t.stack] = nil
t.stack[#t.stack + 1] = 4
assert(#t.stack == 3 and t.stack[3] == 4)
-- a queue does, too
local head, tail = 1, 0
for i = 1, 5000 do
  tail = tail + 1
  t[tail] = i
  if i % 3 ~= 0 then assert(t[head]) t[head] = nil head = head + 1 end
end
while head <= tail do t[head] = nil head = head + 1 end
assert(t[1] == nil and t[5000] == nil)
---
-- elements may be set to nil while they are visited
local seen = {}
local function clear(t, which)
  local n = 0
  for k in pairs(t) do n = n + 1 if which(k) then t[k] = nil end end
  return n
end
assert(clear({ "x", a = 1, b = 2 }, function() return true end) == 3)
assert(clear({ 1, 2, 3, a = 1, b = 2 }, function(k) return k == 3 end) == 5)
assert(clear({ 1, 2, 3, [0] = 1, [-1] = 2, [0.5] = 3 }, function() return true end) == 6)
local t = { 1, 2, 3, a = 1 }
local k = next(t, 2)
t[3] = nil t[2] = nil t[1] = nil
assert(k == 3 and next(t, k) == "a" and next(t) == "a")
---
local t = { q = nil }
t.q[1] = nil --! "attempt to index field 'q' .a nil value. with key '1'"
---
local t
t[1] = nil --! "attempt to index local 't' .a nil value. with key '1'"
---
local t = setmetatable({}, { __newindex = function(_, k, v) error("set " .. k .. tostring(v)) end }) --! "set 5nil"
t[5] = nil
---
local reads = 0
local t = setmetatable({}, { __index = function() reads = reads + 1 return {} end })
t.x[1] = nil
t["x"]["y"] = nil
assert(reads == 2)
