-- Maelstrom's txn-list-append as Datomic does it: all lists are one value of the service lin-kv. A transaction reads
-- it, and puts what it makes of it in its place by cas; when another one was faster it begins anew. Nodes remember
-- nothing, so that no crash can hurt.
--
--   simlua scripts/maelstrom/txn_list_append.lua
--
-- test: seeds 1-20 pass
-- test: seeds 1-5 set p_loss=0.1 set nemesis=pause,clock pass
local maelstrom = require "sim.maelstrom"
local json = require "sim.json"

-- execute returns what a transaction reads and the lists after it, without a change of those before.
local function execute(lists, txn)
  local after, results = {}, {}
  for key, list in pairs(lists) do after[key] = list end
  for i, op in ipairs(txn) do
    local f, key, element = op[1], op[2], op[3]
    local list = after[tostring(key)]
    if f == "append" then
      local longer = {}
      for n, each in ipairs(list or {}) do longer[n] = each end
      longer[#longer + 1] = element
      after[tostring(key)] = longer
      results[i] = op
    else
      results[i] = { f, key, list or json.null }
    end
  end
  return results, after
end

local function writes(txn)
  for _, op in ipairs(txn) do
    if op[1] == "append" then return true end
  end
end

maelstrom.test {
  workload = "txn-list-append",
  node_count = 2,
  concurrency = 4,
  rate = 20,
  time_limit = "15s",
  latency = "5ms",
  nemesis = "partition,kill,power_fail",
  services = { "lin-kv" },
  node = function(node)
    local kv = maelstrom.lin_kv(node)
    node:handle("txn", function(message)
      local txn = message.body.txn
      for _ = 1, 10 do
        local before = kv:read("root")
        local results, after = execute(before or {}, txn)
        local ok, err = true, nil
        if writes(txn) then ok, err = pcall(kv.cas, kv, "root", before, after, true) end
        if ok then return node:reply(message, { type = "txn_ok", txn = results }) end
        if err.code ~= 22 then error(err, 0) end
      end
      error(maelstrom.error("txn-conflict", "others were faster ten times"))
    end)
  end,
}
