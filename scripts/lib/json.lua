-- JSON (RFC 8259), for protocols that speak it.
--
--   local json = require "sim.json"
--
--   socket:write_to("n2.net:8000", json.encode { type = "echo", items = { 1, 2.5, json.null } })
--   local message = json.decode((socket:read()))
--
-- - `encode(value)` returns a text on one line: nil, a boolean, a finite number, a string of UTF-8, or a table of
--   those, up to 1 MiB and 64 tables deep. A table is an array when its keys are 1..n or when it is empty, and an
--   object otherwise, whose keys are strings and keep their order
-- - `decode(text)` returns the value. `null` in an array is a hole, and in an object a key that is missing. What is
--   no JSON is an error of kind `"io"`
-- - `null` is null where a hole would be no array: `{ "r", 1, json.null }`

---@class sim.json
---@field encode fun(value: any): string
---@field decode fun(text: string): any
---@field null any

---@type sim.json
return require "sim.json.native"
