-- A ledger in a file. Each entry has a header with its length and a checksum, and is
-- acknowledged when it is synced. The planted bug: when the service boots, it believes the
-- headers. A power cut while an entry is on its way to the disk may leave the header and
-- not all of the entry, or a hole of zeros, and what follows is appended behind that.
--
-- The cure (--set fixed=true) is to look at the checksums, and to cut off what is behind
-- the last good entry. ../durable_log.lua is a whole log.
--
--   simlua scripts/broken/torn_tail.lua --seed 4
--   simlua scripts/broken/torn_tail.lua --seed 4 --set fixed=true
--
-- test: seeds 1-20 fail "the ledger has every entry, and nothing else"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("entries", 60, "entries that the clerk makes")
sim.param("fixed", false, "whether damaged entries are found, and cut off")

sim.connect("botnet", "net", { delay = sim.uniform("1ms", "5ms") })
sim.machine("ledger.net", { disk = sim.disk.hdd })

local header = 16

local function encode(entry) return ("%08x%08x"):format(#entry, sim.crc32(entry)) .. entry end

-- decode returns the entries in some bytes, and how many bytes they are.
local function decode(bytes)
  local entries, size = {}, 0
  while size < #bytes do
    local length = tonumber(bytes:sub(size + 1, size + 8), 16)
    local checksum = tonumber(bytes:sub(size + 9, size + header), 16)
    if not length or not checksum then break end
    local entry = bytes:sub(size + header + 1, size + header + length)
    if sim.params.fixed and sim.crc32(entry) ~= checksum then break end
    entries[#entries + 1], size = entry, size + header + length
  end
  return entries, size
end

sim.service("ledger.net", function(env)
  local file = env:file("ledger")
  env:sync_dir()
  local entries, size = decode(file:read(0, file:size()))
  if sim.params.fixed then
    file:truncate(size)
    file:sync()
  end
  local known = {}
  for _, entry in ipairs(entries) do known[entry] = true end
  rpc.serve(env, 80, {
    add = function(entry)
      if not known[entry] then -- else it is tried again
        known[entry] = true
        file:append(encode(entry))
      end
      file:sync()
    end,
    read = function() return (decode(file:read(0, file:size()))) end,
  })
end)

sim.bot("clerk", function(env)
  local ledger = rpc.client(env, "ledger.net:80", { timeout = "500ms", attempts = 100 })
  local added = {}
  for n = 1, sim.params.entries do
    added[n] = n .. ": " .. ("$"):rep(env.random:int(1, 1500))
    env:measure("add", ledger.call, ledger, "add", added[n])
    env:sleep(env.random:sample(sim.uniform("0s", "50ms")))
  end
  env:expect("the ledger has every entry, and nothing else", added, ledger:call("read"))
end)

sim.plan(chaos.every({ "200ms", "1s" }, chaos.then_heal("100ms", chaos.power_fail { machines = "ledger.net" })))
