-- A travel agency books a hotel, and then a flight; when there is no flight left, it cancels the hotel (a
-- saga; Garcia-Molina and Salem, 1987). The planted bug: it remembers in memory only how far it is. One that
-- dies in between never cancels.
-- Repaired, it writes down what it is about to do before it does it, and after a boot it takes back what was
-- not finished.
--
--   simlua scripts/gallery/saga.lua --seed 3
--   simlua scripts/gallery/saga.lua --seed 3 --set fixed=true
--
-- test: seeds 1-20 fail "no hotel without a flight"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether the agency keeps a log of its sagas")

sim.connect("net", "net", { delay = "10ms" })
sim.connect("botnet", "net", { delay = "10ms" })

local function desk(seats)
  return function(env)
    local db = env:open("bookings")
    local function bookings(tx)
      local found = {}
      tx:each("", function(trip) table.insert(found, trip) end)
      return found
    end
    rpc.serve(env, 80, {
      book = function(trip)
        return db:update(function(tx)
          if not tx:get(trip) and #bookings(tx) >= seats then return false end
          tx:put(trip, true)
          return true
        end)
      end,
      cancel = function(trip) db:update(function(tx) tx:delete(trip) end) end,
      bookings = function() return db:view(bookings) end,
    })
  end
end

sim.service("hotel.net", desk(1000))
sim.service("airline.net", desk(15))

sim.service("agency.net", function(env)
  local log = env:open("sagas")
  local function client(desk) return rpc.client(env, desk .. ".net:80", { timeout = "500ms", attempts = 1000 }) end
  local hotel, airline = client("hotel"), client("airline")

  local function note(trip, state)
    if sim.params.fixed then log:update(function(tx) tx:put(trip, state) end) end
  end
  local function take_back(trip)
    airline:call("cancel", trip)
    hotel:call("cancel", trip)
    note(trip, "cancelled")
    return false
  end

  log:view(function(tx)
    tx:each("", function(trip, state) if state == "begun" then env:go(take_back, trip) end end)
  end)
  rpc.serve(env, 80, {
    book = function(trip)
      note(trip, "begun")
      hotel:call("book", trip)
      if not airline:call("book", trip) then return take_back(trip) end
      note(trip, "booked")
      return true
    end,
  })
end)

sim.bot("travellers", function(env)
  local agency = rpc.client(env, "agency.net:80", { timeout = "2s", attempts = 1 })
  for n = 1, 25 do
    pcall(agency.call, agency, "book", "trip " .. n) -- one who gets no answer stays at home
    env:sleep("200ms")
  end
  env:sleep("5s")
  local patient = { attempts = 20 }
  local hotels = rpc.client(env, "hotel.net:80", patient):call("bookings")
  local flights = rpc.client(env, "airline.net:80", patient):call("bookings")
  env:expect("no hotel without a flight", flights, hotels)
end)

sim.plan(chaos.between("0s", "8s", chaos.every({ "300ms", "2s" }, chaos.then_heal("100ms",
  chaos.kill { machines = "agency.net" }))))
