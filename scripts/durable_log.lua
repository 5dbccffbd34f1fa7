-- A log service that writes its own file, as the logs of databases are written. Each
-- record has a header with its length and a checksum. A record is acknowledged when it is
-- synced; what a power cut leaves of others, torn or out of order, is found by the
-- checksum when the service boots again, and cut off.
--
-- A sync that fails is never tried again: nobody knows what it has written, and the next
-- one would not write it. The service ends, and begins anew with what can be read.
--
--   simlua scripts/durable_log.lua --seed 3
--   simlua sweep scripts/durable_log.lua --seeds 1-1000
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("records", 25, "records that each writer appends")

sim.connect("botnet", "net", { delay = sim.uniform("1ms", "5ms") })
sim.machine("log.net", { disk = sim.disk.hdd })

-- A record in the file: its length and its checksum in hexadecimal, then its bytes.
local function frame(record) return ("%08x%08x"):format(#record, sim.crc32(record)) .. record end

-- parse returns the records at the beginning of some bytes, up to the first that is damaged,
-- and how many bytes they are.
local function parse(bytes)
  local records, size = {}, 0
  while true do
    local length, checksum = bytes:match("^(%x%x%x%x%x%x%x%x)(%x%x%x%x%x%x%x%x)", size + 1)
    local record = length and bytes:sub(size + 17, size + 16 + tonumber(length, 16))
    if not record or sim.crc32(record) ~= tonumber(checksum, 16) then return records, size end
    records[#records + 1], size = record, size + 16 + #record
  end
end

-- recover returns the log and its records. What can be read need not be on the disk, so it
-- writes that to a new file, which then takes the place of the old one at once.
local function recover(env)
  local old = env:file("log")
  local bytes = old:read(0, old:size())
  local records, size = parse(bytes)
  if size < #bytes then env:warn("cut off", #bytes - size, "bytes behind", #records, "records") end
  local new = env:file("log.new")
  new:truncate(0)
  new:append(bytes:sub(1, size))
  new:sync()
  new:rename("log")
  env:sync_dir()
  return new, records
end

sim.service("log.net", function(env)
  local log, records = recover(env)
  local known = {}
  for _, record in ipairs(records) do known[record] = true end
  rpc.serve(env, 80, {
    append = function(record)
      if not known[record] then -- else it is tried again
        known[record] = true
        log:append(frame(record))
        records[#records + 1] = record
      end
      local ok, err = pcall(log.sync, log)
      if not ok then error("nobody knows what is on the disk: " .. tostring(err)) end
    end,
    read = function() return records end,
  })
end, { restart = { after = "100ms" } })

sim.bot("writer{1..3}", function(env)
  local log = rpc.client(env, "log.net:80", { timeout = "500ms", attempts = 200 })
  local mine, found = {}, {}
  for n = 1, sim.params.records do
    local record = env.index .. "/" .. n .. " " .. ("x"):rep(env.random:int(0, 2000))
    env:measure("append", log.call, log, "append", record)
    mine[n] = record
    env:sleep(env.random:sample(sim.uniform("0s", "40ms")))
  end
  for _, record in ipairs(log:call("read")) do
    if record:match("^%d+") == tostring(env.index) then found[#found + 1] = record end
  end
  env:expect("what was acknowledged is there, in order, once", mine, found)
end)

sim.plan(chaos.every({ "200ms", "1s" }, chaos.then_heal("100ms", chaos.power_fail { machines = "log.net" })))
