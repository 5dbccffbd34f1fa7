-- Maelstrom's first workload: a node answers with what it was told.
--
--   simlua scripts/maelstrom/echo.lua
--
-- test: seeds 1-20 pass
local maelstrom = require "sim.maelstrom"

maelstrom.test {
  workload = "echo",
  node_count = 1,
  time_limit = "10s",
  node = function(node)
    node:handle("echo", function(message)
      node:reply(message, { type = "echo_ok", echo = message.body.echo })
    end)
  end,
}
