-- Topologies of nodes: which are neighbours of which.
local M = {}

local function link(neighbours, ids, a, b)
  if ids[a] and ids[b] then
    table.insert(neighbours[ids[a]], ids[b])
    table.insert(neighbours[ids[b]], ids[a])
  end
end

local function tree(children)
  return function(i, join)
    for child = children * (i - 1) + 2, children * i + 1 do join(i, child) end
  end
end

local shapes = {
  line = function(i, join) join(i, i + 1) end,
  total = function(i, join, n)
    for j = i + 1, n do join(i, j) end
  end,
  grid = function(i, join, n)
    local side = math.ceil(math.sqrt(n))
    if i % side ~= 0 then join(i, i + 1) end
    join(i, i + side)
  end,
  tree = tree(2), tree2 = tree(2), tree3 = tree(3), tree4 = tree(4),
  star = function(i, join) join(1, i + 1) end,
}

M.names = { "line", "grid", "tree", "tree2", "tree3", "tree4", "star", "total" }

-- of maps each node to a list of its neighbours; it is nil where there is no such topology.
function M.of(name, ids)
  local shape, neighbours = shapes[name], {}
  if not shape then return nil end
  for _, id in ipairs(ids) do neighbours[id] = {} end
  for i = 1, #ids do
    shape(i, function(a, b) link(neighbours, ids, a, b) end, #ids)
  end
  return neighbours
end

return M
