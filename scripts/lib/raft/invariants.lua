-- What must hold of the nodes of sim.raft at any time.
local sim = require "sim"

local function declare()
  local leaders, applied = {}, {}
  sim.always("one leader a term", function(world)
    for _, gauge in ipairs(world:changed()) do
      if gauge.name == "raft leader" and gauge.value then
        local other = leaders[gauge.value] or gauge.machine
        leaders[gauge.value] = other
        if other ~= gauge.machine then
          return false, other .. " and " .. gauge.machine .. " both lead term " .. gauge.value
        end
      end
    end
  end)
  sim.always("nodes apply the same", function(world)
    for _, gauge in ipairs(world:changed()) do
      if gauge.name == "raft applied" and gauge.value then
        local index = gauge.value:match("^%d+")
        applied[index] = applied[index] or gauge.value
        if applied[index] ~= gauge.value then
          return false, gauge.machine .. " applied " .. gauge.value .. ", another node " .. applied[index]
        end
      end
    end
  end)
end

return declare
