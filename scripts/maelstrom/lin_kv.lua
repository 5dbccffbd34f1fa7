-- Maelstrom's lin-kv on Raft (sim.raft): requests are commands of its log, reads too. A node that does not lead asks the
-- one that does.
--
--   simlua scripts/maelstrom/lin_kv.lua
--   simlua scripts/maelstrom/lin_kv.lua --set nemesis=pause,clock
--
-- test: seeds 1-20 pass
-- test: seeds 1-5 set nemesis=pause,clock pass
local maelstrom = require "sim.maelstrom"
local raft = require "sim.raft"

-- apply is the state machine: what it returns is the body of the answer.
local function apply(values, body)
  local key = tostring(body.key)
  local value = values[key]
  if body.type == "read" and value ~= nil then return { type = "read_ok", value = value } end
  if body.type == "write" then
    values[key] = body.value
    return { type = "write_ok" }
  end
  if value == nil then return { type = "error", code = 20, text = "key does not exist" } end
  if value ~= body.from then return { type = "error", code = 22, text = "current value " .. value .. " is not " .. body.from } end
  values[key] = body.to
  return { type = "cas_ok" }
end

maelstrom.test {
  workload = "lin-kv",
  node_count = 3,
  concurrency = 6,
  rate = 30,
  latency = "10ms",
  nemesis = "partition,kill,power_fail",
  node = function(node)
    local members, values = {}, {}
    for i, id in ipairs(node.node_ids) do members[i] = id .. ".net" end
    local peer = raft:start(node.env, { members = members, apply = function(body) return apply(values, body) end })

    -- propose is an answer to a request of a client, or of a node, by the one that leads.
    local function propose(body)
      local ok, answer = pcall(peer.propose, peer, body)
      if ok then return answer end
      if answer.kind == "not_leader" then error(maelstrom.error("temporarily-unavailable", "not the leader")) end
      if answer.kind == "unknown" then error(maelstrom.error("timeout", "no leader any more")) end
      error(answer, 0)
    end

    node:handle("forward", function(message)
      node:reply(message, { type = "forward_ok", answer = propose(message.body.request) })
    end)

    for _, kind in ipairs { "read", "write", "cas" } do
      node:handle(kind, function(message)
        local request = { type = kind }
        for _, field in ipairs { "key", "value", "from", "to" } do request[field] = message.body[field] end
        local leader = peer.leader and peer.leader:match("^[^.]+")
        if not leader or leader == node.id then return node:reply(message, propose(request)) end
        node:reply(message, node:rpc(leader, { type = "forward", request = request }).answer)
      end)
    end
  end,
}
