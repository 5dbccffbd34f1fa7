-- values come back equal, and look as they should
local sim = require "lab"
local json = require "sim.json"
sim.bot("b", function(env)
  for text, value in pairs {
    ["true"] = true, ["0"] = 0, ["-12"] = -12, ["0.5"] = 0.5, ["1e+300"] = 1e300, ['"tea"'] = "tea",
    ["[]"] = {}, ["[1,[2],{\"a\":\"b\"}]"] = { 1, { 2 }, { a = "b" } }, ["9007199254740993"] = 2 ^ 53 + 2,
  } do
    if text ~= "9007199254740993" then env:expect("encode " .. text, text, json.encode(value)) end
    env:expect("decode " .. text, text == "9007199254740993" and 2 ^ 53 or value, json.decode(text))
  end
  env:expect("escapes", "a\"\\\n\1é\240\159\152\128", json.decode(json.encode "a\"\\\n\1é\240\159\152\128"))
  env:expect("in order", '{"z":1,"a":[null],"m":null}', json.encode { z = 1, a = { json.null }, m = json.null })
  env:expect("nil", "null", json.encode(nil))
  env:expect("null", true, json.decode "null" == nil)
  env:expect("holes", true, json.decode("[1,null]")[2] == nil and json.decode('{"a":null}').a == nil)
  env:expect("spaces", { 1, 2 }, json.decode " [ 1 ,\n2 ] ")
  for _, text in ipairs { "", "[", "[1", '{"a"', '{"a":1', "[1,]", "{1:2}", "nul", "1 2", '"', ("["):rep(65), "NaN", "'a'" } do
    local ok, err = pcall(json.decode, text)
    env:expect("no JSON: " .. text, "io", not ok and err.kind)
  end
end)
---
local sim = require "lab"
local json = require "sim.json"
sim.bot("b", function(env) json.encode { [5] = 1 } end) --! "cannot encode a table with the key 5: a key of an object is a string"
---
local sim = require "lab"
local json = require "sim.json"
sim.bot("b", function(env) json.encode { a = { 1, env } } end) --! "cannot encode a env .at .a.2.."
---
local sim = require "lab"
local json = require "sim.json"
sim.bot("b", function(env) json.encode(0 / 0) end) --! "cannot encode the number NaN"
---
local sim = require "lab"
local json = require "sim.json"
sim.bot("b", function(env) json.encode "\255" end) --! "cannot encode a string that is not UTF-8"
---
local sim = require "lab"
local json = require "sim.json"
sim.bot("b", function(env)
  local t = {}
  t.t = t
  json.encode(t) --! "nested deeper than 64"
end)
---
local sim = require "lab"
local json = require "sim.json"
sim.bot("b", function(env) json.decode() end) --! "expected a string, got nothing"
