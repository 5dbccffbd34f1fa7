-- Maelstrom's curriculum (Kingsbury, github.com/jepsen-io/maelstrom) in a simulation: its protocol, its workloads with
-- their checks, and its services. Messages are JSON, `{src, dest, body}`, as Maelstrom's documents have them, each in a
-- datagram, so that they are lost one by one. What Maelstrom does not have: crashes, power cuts and disks, clocks that are
-- wrong, and a seed that plays all of it again.
--
--   local maelstrom = require "sim.maelstrom"
--
--   maelstrom.test {
--     workload = "echo", node_count = 1,
--     node = function(node)
--       node:handle("echo", function(message)
--         node:reply(message, { type = "echo_ok", echo = message.body.echo })
--       end)
--     end,
--   }
--
-- - `test { workload, node, … }` declares the whole world: nodes n1, n2, … on network net, whose program is the function
--   `node`, called at each boot; clients c1, c2, … on botnet, each of one node, whose messages take no time; what they
--   ask; harm; and the check of what they were answered. Everything else is a parameter, by its name in Maelstrom's command
--   line (`--set rate=100`), with a default that may stand in the table: `node_count = 5`, `concurrency`, the number
--   of clients (as many as nodes), `rate = 10` operations a second, of all together, `time_limit = "20s"`,
--   `latency = "0s"` between nodes, in the mean, `latency_dist = "constant"` (or `"uniform"`, from 0 to twice of it, or
--   `"exponential"`), `p_loss = 0`, `nemesis = "none"` (or some of partition, kill, power_fail, pause and clock, with commas
--   between), `nemesis_interval = "10s"`, `topology = "grid"` (or line, total, star, tree2, tree3, tree4, whose nodes have so
--   many children, and tree, which is tree2) of broadcast, `consistency_models = "strict-serializable"` of transactions,
--   `availability = "none"` (`"total"`: each operation must succeed). A client waits for an answer for 1 s, or ten times the
--   latency if that is more. When the time is over, all harm ends; 10 s later come the last reads, of kafka all logs from
--   their beginning. `services = { "seq-kv", … }` are those that nodes may use, of seq-kv, lin-kv, lww-kv and lin-tso. A
--   rebooted node begins anew: what it must remember belongs on its disk. An answer that has not the form of the protocol
--   ends the run
-- - workloads: `"echo"`, `"unique-ids"`, `"broadcast"`, `"g-set"`, `"g-counter"`, `"pn-counter"`, `"kafka"`, `"lin-kv"`,
--   `"txn-list-append"`, `"txn-rw-register"`. They have histories of their name, which a check of that name judges; of
--   sets, the check "all read the same in the end" compares what each client has read last
-- - the check "messages per operation" tells Maelstrom's msgs-per-op, of all and of servers: without those from and to
--   clients, but with those of services. Of each message it counts the sending
-- - `client(env)` makes a client of your own in a bot, which has `rpc` as a node has
-- - `error(name[, text])` makes an error of the protocol, to be raised by a handler: `error(maelstrom.error("abort"))`.
--   Names are those of Maelstrom: timeout, node-not-found, not-supported, temporarily-unavailable, malformed-request, crash,
--   abort, key-does-not-exist, key-already-exists, precondition-failed, txn-conflict. What `rpc` raises has `code`, the
--   number, `kind`, the name, and `message`
-- - `seq_kv(node)`, `lin_kv(node)` and `lww_kv(node)` make clients of services: `read(key)`, which is nil where there is no
--   such key, `write(key, value)` and `cas(key, from, to[, create])`, which raises precondition-failed where the value is
--   not `from`, and key-does-not-exist, unless it is to create it
-- - `lin_tso(node)` makes a client of the timestamp oracle: `ts()` returns a number larger than any before
--
-- A node:
--
-- - `node:handle(type, fn)` calls fn(message) for each message of a type, in a process of its own, which may wait
-- - `node:send(dest, body)` sends a message; whether it arrives nobody says
-- - `node:reply(message, body)` answers one; where no answer is wanted (no `msg_id`) it does nothing
-- - `node:rpc(dest, body[, timeout = "1s"])` sends a message and returns the body of its answer, or raises the error that
--   it is; after a timeout, `"timeout"`, which leaves open whether it was done
-- - `node.id`, `node.node_ids` and `node.env`. Messages of type `init` and, in broadcast, `topology` come at each boot,
--   before all others, and over no network
--
-- Handlers come first: a node hears messages once `node` has returned.
local errors = require "sim.maelstrom.errors"
local services = require "sim.maelstrom.services"
local test = require "sim.maelstrom.test"

return {
  test = test.declare,
  client = test.client,
  error = errors.new,
  seq_kv = services.client("seq-kv"),
  lin_kv = services.client("lin-kv"),
  lww_kv = services.client("lww-kv"),
  lin_tso = services.client("lin-tso"),
}
