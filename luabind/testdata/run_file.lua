-- what was written reads back
local sim = require "lab"
sim.bot("b", function(env)
  local f = env:file("log")
  env:expect("empty", { 0, "" }, { f:size(), f:read(0, 10) })
  env:expect("offsets", { 0, 4 }, { f:append("\0one"), f:append("two") })
  f:write(1, "ON")
  env:expect("bytes", "\0ONetwo", f:read(0, 100))
  env:expect("a part", "et", f:read(3, 2))
  f:write(9, "!")
  env:expect("a hole", { 10, "two\0\0!" }, { f:size(), f:read(4, 100) })
  f:truncate(4)
  env:expect("cut", "\0ONe", f:read(0, 100))
  f:truncate(6)
  env:expect("lengthened", "\0ONe\0\0", f:read(0, 100))
end)
---
-- names
local sim = require "lab"
sim.bot("b", function(env)
  local a, tmp = env:file("a"), env:file("a.tmp")
  env:file("b")
  a:append("old")
  tmp:append("new")
  env:expect("names", { "a", "a.tmp", "b" }, env:files())
  tmp:rename("a")
  env:expect("renamed", { "a", "b" }, env:files())
  env:expect("replaced", "new", env:file("a"):read(0, 10))
  local ok, err = pcall(a.read, a, 0, 1)
  env:expect("closed", "closed", err.kind)
  tmp:remove()
  env:expect("removed", { "b" }, env:files())
  env:sync_dir()
end)
---
-- a sync takes time, and so does all but size and close
local sim = require "lab"
sim.bot("b", function(env)
  local f = env:file("log")
  for _, step in ipairs {
    { "append", true, function() f:append("x") end },
    { "write", true, function() f:write(0, "x") end },
    { "read", true, function() f:read(0, 1) end },
    { "truncate", true, function() f:truncate(5) end },
    { "sync", true, function() f:sync() end },
    { "rename", true, function() f:rename("other") end },
    { "sync_dir", true, function() env:sync_dir() end },
    { "size", false, function() f:size() end },
    { "close", false, function() f:close() end },
  } do
    local began = env:now()
    step[3]()
    env:expect(step[1], step[2], env:now() > began)
  end
end)
---
-- a kill loses nothing that was written
local sim = require "lab"
sim.service("s.net", function(env)
  local f = env:file("log")
  env:gauge("size", f:size())
  f:append("written, not synced")
  env:sleep(1000)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:kill("s.net")
  plan:start("s.net")
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("kept", function(run) return run:gauges("size")["s.net"] == 19 end)
---
-- a power cut leaves what was synced
local sim = require "lab"
sim.service("s.net", function(env)
  local f = env:file("log")
  env:gauge("found", f:read(0, 6))
  if f:size() == 0 then
    f:append("synced")
    f:sync()
    env:sync_dir()
    f:append(" or not")
  end
  env:sleep(1000)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:power_fail("s.net")
  plan:start("s.net")
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("kept", function(run) return run:gauges("found")["s.net"] == "synced" end)
---
-- a wipe takes the files
local sim = require "lab"
sim.service("s.net", function(env)
  env:gauge("files", #env:files())
  env:file("log"):sync()
  env:sync_dir()
  env:sleep(1000)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:wipe("s.net")
  plan:start("s.net")
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("wiped", function(run) return run:gauges("files")["s.net"] == 0 end)
---
-- a file has one owner at a time
local sim = require "lab"
sim.service("s.net:a", function(env)
  local f = env:file("log")
  env:sleep(2)
  f:close()
  env:sleep(100)
end)
sim.service("s.net:b", function(env)
  env:sleep(1)
  local ok, err = pcall(env.file, env, "log")
  env:expect("kind", "in_use", err.kind)
  local mine = env:file("mine")
  ok, err = pcall(mine.rename, mine, "log")
  env:expect("rename", "in_use", err.kind)
  env:sleep(2)
  env:expect("closed", 0, env:file("log"):size())
end)
sim.bot("b", function(env) env:sleep(5) end)
---
-- databases have names of their own
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx) tx:put("k", 1) end)
  env:file("data"):append("x")
  env:file("data.db"):append("y")
  env:expect("files", { "data", "data.db" }, env:files())
  env:expect("database", 1, env:open("data"):view(function(tx) return tx:get("k") end))
end)
---
-- nothing of a file in a transaction
local sim = require "lab"
sim.bot("b", function(env)
  local f = env:file("log")
  env:open("data"):update(function(tx)
    f:append("x") --! "db:update must not wait, and append does"
  end)
end)
---
-- a file that is full
local sim = require "lab"
sim.bot("b", function(env)
  local f = env:file("log")
  f:truncate(1073741824)
  local ok, err = pcall(f.append, f, "x")
  env:expect("full", { false, "no_space" }, { ok, err.kind })
  env:expect("size", 1073741824, f:size())
end)
---
-- checksums that others have published
local sim = require "lab"
sim.bot("b", function(env)
  for text, want in pairs {
    [""] = 0,
    a = 0xe8b7be43,
    abc = 0x352441c2,
    ["123456789"] = 0xcbf43926,
    ["\0\0\0\0"] = 0x2144df1c,
    ["The quick brown fox jumps over the lazy dog"] = 0x414fa339,
  } do
    env:expect("crc32 of " .. #text .. " bytes", want, sim.crc32(text))
  end
end)
