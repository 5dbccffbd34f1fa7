-- A small HTTP/1.1 server and client, written over conn:read_line, conn:read and
-- conn:write: how to speak a protocol of bytes. A bot writes notes and reads
-- them back, while the server loses power and the link loses packets. It asks
-- again when no answer comes, which is harmless: GET and PUT are idempotent.
--
--   simlua scripts/http.lua
--   simlua scripts/http.lua --pcap http.pcapng     what Wireshark knows as HTTP
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"

sim.param("notes", 8, "notes the bot writes")

sim.connect("botnet", "public", sim.profile.internet)

-- read_head reads a start line and the headers, whose names are in lower case.
-- Without a start line that matches the pattern, it returns nothing.
local function read_head(conn, pattern, timeout)
  local start = { conn:read_line(timeout):match(pattern) }
  local headers = {}
  while #start > 0 do
    local line = conn:read_line(timeout)
    if line == "" then return start, headers end
    local name, value = line:match("^([^%s:]+):%s*(.-)%s*$")
    if not name then return nil end
    headers[name:lower()] = value
  end
end

-- read_body reads what the headers announce.
local function read_body(conn, headers, timeout)
  if headers["transfer-encoding"] ~= "chunked" then
    local size = tonumber(headers["content-length"] or 0)
    return size > 0 and conn:read(size, timeout) or ""
  end
  local chunks = {}
  while true do
    local size = tonumber(conn:read_line(timeout):match("^%x+"), 16)
    if size > 0 then chunks[#chunks + 1] = conn:read(size, timeout) end
    conn:read_line(timeout) -- the empty line after each chunk, and after the last
    if size == 0 then return table.concat(chunks) end
  end
end

local function write_message(conn, start, headers, body)
  local lines = { start }
  for name, value in pairs(headers) do lines[#lines + 1] = name .. ": " .. value end
  conn:write(table.concat(lines, "\r\n") .. "\r\n\r\n" .. body)
end

local reasons = {
  [200] = "OK", [204] = "No Content", [400] = "Bad Request", [404] = "Not Found", [405] = "Method Not Allowed",
}

local function status_line(status) return "HTTP/1.1 " .. status .. " " .. reasons[status] end

-- respond writes a body that is a string, or in chunks one that is an array.
local function respond(conn, status, body, headers)
  headers = headers or {}
  if type(body) == "table" then
    headers["Transfer-Encoding"] = "chunked"
    write_message(conn, status_line(status), headers, "")
    for _, chunk in ipairs(body) do conn:write(string.format("%x\r\n%s\r\n", #chunk, chunk)) end
    conn:write("0\r\n\r\n")
  else
    if body then headers["Content-Length"] = #body end -- 204 has none
    write_message(conn, status_line(status), headers, body or "")
  end
end

-- handle answers one request: PUT /name, GET /name, GET / for the list.
local function handle(db, method, path, body)
  if method == "PUT" then
    db:update(function(tx) tx:put(path, body) end)
    return 204
  elseif method ~= "GET" then
    return 405, "GET and PUT only\n", { Allow = "GET, PUT" }
  end
  return db:view(function(tx)
    if path ~= "/" then
      local note = tx:get(path)
      return note and 200 or 404, note or "no note at " .. path .. "\n"
    end
    local list = {}
    tx:each("/", function(name) list[#list + 1] = name .. "\n" end)
    return 200, list
  end)
end

sim.service("web.public", function(env)
  local db = env:open("notes")
  env:serve(80, function(conn)
    while true do -- the connection stays: HTTP/1.1 keeps it alive
      local start, headers = read_head(conn, "^(%u+) (%S+) HTTP/1%.1$", "30s")
      if not start then
        return respond(conn, 400, "what?\n", { Connection = "close" })
      end
      env:work("1ms")
      respond(conn, handle(db, start[1], start[2], read_body(conn, headers, "30s")))
    end
  end)
end)

-- new_client returns a function that makes a request and returns the status and
-- the body of the response. One connection serves until it fails.
local function new_client(env, address)
  local host = address:match("^[^:]+")
  local conn

  local function exchange(method, path, body)
    if not conn then
      conn = env:connect(address, "2s")
      env:log("connected to " .. address)
    end
    write_message(conn, method .. " " .. path .. " HTTP/1.1", { Host = host, ["Content-Length"] = #body }, body)
    local start, headers = read_head(conn, "^HTTP/1%.1 (%d%d%d) (.*)$", "5s")
    assert(start, "this is not HTTP")
    return tonumber(start[1]), start[1] ~= "204" and read_body(conn, headers, "5s") or ""
  end

  return function(method, path, body)
    return env:measure(method, function()
      while true do
        local ok, status, answer = pcall(exchange, method, path, body or "")
        if ok then return status, answer end
        if type(status) ~= "table" then error(status, 0) end -- not the world's fault
        env:warn(method .. " " .. path .. ": " .. tostring(status) .. ", once more")
        if conn then conn:close() end
        conn = nil
        env:sleep("500ms")
      end
    end)
  end
end

sim.bot("browser", function(env)
  local request = new_client(env, "web.public:80")
  local function text(i) return string.rep("note " .. i .. "\n", 100 * i) end

  local list = ""
  for i = 1, sim.params.notes do
    env:expect("PUT", 204, (request("PUT", "/note" .. i, text(i))))
    list = list .. "/note" .. i .. "\n"
    env:sleep("500ms")
  end
  for i = 1, sim.params.notes do
    env:expect("GET", { 200, text(i) }, { request("GET", "/note" .. i) })
  end
  env:expect("the list", { 200, list }, { request("GET", "/") })
  env:expect("what is not there", 404, (request("GET", "/nothing")))
  env:expect("what is not allowed", 405, (request("DELETE", "/note1")))

  local function mumble()
    local conn = env:connect("web.public:80", "2s")
    conn:write("hello?\r\n")
    return conn:read_line("5s")
  end
  local ok, answer
  repeat ok, answer = pcall(mumble) until ok or type(answer) ~= "table" -- errors of the world are tables
  env:expect("what is not HTTP", "HTTP/1.1 400 Bad Request", answer)
end)

sim.plan(function(plan)
  plan:start("*")
  plan:sleep("2s")
  plan:power_fail("web*")
  plan:sleep("2s")
  plan:start("web*")
  plan:link("botnet", "public", { loss = 0.05 })
end)
