-- Assertions that say what was expected and what was given.
--
--   local assert = require "sim.assert"
--   assert.equal(3, count, "items")
--   local err = assert.fails(function() error("no") end)
--
-- - `equal(want, got[, what])` raises an error unless `got` is `want`
-- - `set(list)` is the set of a list's values, a table whose keys they are: `env:expect` compares it whatever the order
-- - `fails(fn, ...)` raises an error unless `fn` does, and returns its error
local M = {}

function M.equal(want, got, what)
  if want ~= got then
    error((what or "value") .. ": want " .. tostring(want) .. ", got " .. tostring(got), 2)
  end
end

function M.set(list)
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

function M.fails(fn, ...)
  local ok, err = pcall(fn, ...)
  if ok then error("want an error, got none", 2) end
  return err
end

return M
