-- Plans for `sim.plan`, put together from parts.
--
--   local chaos = require "sim.chaos"
--
--   sim.plan(chaos.between("5s", "60s", chaos.together {
--     crashes = chaos.every({ "3s", "9s" }, chaos.then_heal("2s", chaos.kill { machines = "node*" })),
--     cuts = chaos.every("15s", chaos.then_heal({ "2s", "6s" }, chaos.partition { targets = { "one", "halves" } })),
--   }))
--
-- Everything here makes a plan: a function(plan) for `sim.plan`, for `plan:go`, or to
-- be a part of a larger one, in which your own functions can be parts, too. As the plan
-- of a script it starts everything first. What is drawn comes from the process's own
-- stream, and does not depend on what the system does or on which faults are withheld.
--
-- A time is a duration, `{least, most}`, or a distribution, drawn each time anew.
--
-- **When.** These take a part, and are one:
--
-- - `every(time, part)` does it again and again: so long after it began the last time,
--   or as soon as that has ended
-- - `after(time, part)` does it once, so much later
-- - `at(moment, part)` does it at that moment of the run
-- - `until_time(moment, part)` ends it at that moment of the run: nothing begins then,
--   and what it did is undone. (`until` is a word of Lua.) A function of your own is not
--   interrupted, nor is what it did undone
-- - `between(from, to, part)` is both
-- - `then_heal(time, part)` does it, waits so long, and undoes it: starts machines,
--   resumes them, heals partitions, sets clocks right, makes links what was declared.
--   Without it, harm stays
-- - `together { name = part, … }` does several side by side, each in a process of the plan
--   by that name, and waits for all: their faults are `plan/NAME#1`, …
-- - `in_turn { part, … }` does all of them each time, one after the other: of harm alone, at
--   the same moment, since only what waits takes time
-- - `mix { part, … }` does one of them, drawn each time anew
--
-- **Harm to machines.** Options of all: `machines`, a match or an array of matches, all but
-- those of bots unless told otherwise, whom a glob always spares; `targets`, how many of
-- them: `"one"`, `"minority_third"` (fewer than a third), `"minority"` (fewer than half; each
-- is one at least), `"majority"`, `"all"`, a number, or an array of these, of which one is
-- drawn each time; `primaries`, the name of a gauge: only machines where it stands and is
-- neither false nor 0, when it is time, are struck. (Disks have no `primaries`.)
--
-- - `kill { machines = "*", targets = "one" }`, `power_fail {…}`, `wipe {…}` and `pause {…}`
--   do what the verbs of the plan do
-- - `clock_bump { by = {"100ms", "1m"} }` sets clocks wrong by so much, in either direction
-- - `clock_strobe { by = {"100ms", "1m"}, period = "100ms", lasts = {"1s", "5s"} }` lets them
--   jump to and fro for so long
--
-- **Harm to disks**, with the same options.
--
-- - `disk { slow = 10, stall = {"1s", "5s"}, sync_error = 0.1, … }` changes disks, in the words of `sim.disk`:
--   preset, read, write, sync, slow, iops, bandwidth, capacity, read_error, sync_error, lying_sync,
--   misdirect, rot, corrupt; or stalls them
-- - `bitflip { value = "*" }` lets something rot, as `plan:rot` does (Jepsen's word); or meta, or file
-- - `swap_disks {}` cuts the power of two of the machines and swaps their disks
-- - `power_fail` is what takes what was not synced: Jepsen calls it lose-unfsynced-writes
--
-- **Harm to the network.**
--
-- - `partition { machines = "*", targets = "halves", mode = "drop", oneway = false }` parts the
--   machines that match: `"one"` from the rest, a `"minority_third"`, a `"minority"` of any
--   size, the smallest `"majority"`, `"halves"`; `"bridge"`, halves of all but one, which hears
--   both; as a `"majorities_ring"`, in which each hears from a majority and no two from the
--   same; with `primaries = "leader"`, those from the rest; or two `"networks"` that are connected. An array means one of
--   them each time. `partition { between = {"botnet", {"a.lan", "b.lan"}} }` parts two sides,
--   as `plan:partition` has them
-- - `packet { loss = 0.1, delay = "200ms", … }` changes links, in the words of a profile: delay,
--   jitter, distribution, loss, gemodel, duplicate, corrupt, corrupt_undetected, reorder, gap,
--   keep_order, rate, limit. `between = {"botnet", "net"}` is one link, else `targets` says
--   how many: `"all"`, `"one"`, a number
--
-- **A swarm.** `swarm { … }`, which `--swarm` plays in place of a script's plan, lets each
-- seed draw a mix of faults of its own: some do not occur at all, so that others get room.
-- (Groce and others, "Swarm Testing", ISSTA 2012.) The log begins with the mix, which `simlua
-- check --explain SEED` prints. The storm ends after some time, or when the bots have
-- returned, with everything healed and started; then the run goes on in peace until the bots
-- have returned and the recovery is over. It strikes machines within a bound, so that a
-- majority is up. Its chance is the stream `swarm`, its faults are `plan/kill#1`, ….
--
-- - `kill`, `power_fail`, `wipe`, `pause`, `partition`, `clog`, `loss`, `clock`, `disk = 0.5`: how probable
--   it is that a seed has these; `true` for always, `false` for never. disk makes one slow, or stalls it
-- - `disk_full`, `sync_error = 0`: likewise, but only when asked for: a service that does not expect these errors
--   fails, and the run with it. No design survives syncs that lie, or rot it does not look for: `chaos.disk`
--   and `chaos.bitflip` do that
-- - `machines = "*"`: whom it may strike
-- - `wipeable`: whom it may wipe, a match or an array of matches; unless told otherwise
--   machines of which there are several, by names that differ in numbers only, such as
--   `api1.public` and `api2.public`. A wipe takes what a machine has stored, and what is stored
--   once no design keeps then
-- - `max_down`: how many may be down or paused at once; unless told otherwise fewer than half of
--   them, at least one
-- - `storm = "60s"`, `recovery = "30s"`: how long; at most half, and a quarter, of the time limit
-- - `every = {"3s", "30s"}`: the mean time between two strikes of a family is drawn from that
-- - `lasts = {"500ms", "10s"}`: so is the mean time that its harm lasts, at most half of
--   the other, so that families get in each other's way less
--
-- **A schedule.** `schedule("faults.jsonl")` plays the faults of another run by their times: what
-- `simlua run --save-faults FILE` has written, in the script's folder. Times, places and
-- parameters may be edited, lines deleted, added or copied; `end` is when a fault is undone.
-- The faults are `plan/plan-3#1` for the line `plan#3`. What links, disks and services do to
-- themselves (loss and the like, failed syncs, fault points, crashes) no plan can do: such lines are passed
-- over, and the log says so; with the same seed, they come by themselves. What else the plan
-- of that run did, such as starting machines one by one, is not in a schedule: everything
-- starts at time zero.
--
-- **A monkey.** `graceful_monkey { … }` starts everything, then again and again reboots
-- one machine at random: it asks the services to stop, gives them some grace,
-- turns the machine off, sometimes erases its disk, and starts it again. Its
-- options, and what they are unless told otherwise:
--
-- - `machines`: which machines it may strike, a match or an array of matches; all
--   but those of bots, whom a glob always spares
-- - `every = {"5s", "10s"}`: the time between two strikes, from the end of one
-- - `grace = {"0s", "4s"}`: the time services get to stop before they are killed
-- - `wipe = 1/3`: how probable it is that the disk is erased
-- - `down = {"2s", "9s"}`: the time the machine stays off

---@alias sim.chaos.time sim.duration|sim.duration[]|sim.distribution
---@alias sim.chaos.plan fun(plan: sim.plan, ...)
---@class sim.chaos
---@field every fun(time: sim.chaos.time, part: sim.chaos.plan): sim.chaos.plan
---@field after fun(time: sim.chaos.time, part: sim.chaos.plan): sim.chaos.plan
---@field at fun(moment: sim.chaos.time, part: sim.chaos.plan): sim.chaos.plan
---@field until_time fun(moment: sim.chaos.time, part: sim.chaos.plan): sim.chaos.plan
---@field between fun(from: sim.chaos.time, to: sim.chaos.time, part: sim.chaos.plan): sim.chaos.plan
---@field then_heal fun(time: sim.chaos.time, part: sim.chaos.plan): sim.chaos.plan
---@field together fun(parts: table<string, sim.chaos.plan>): sim.chaos.plan
---@field in_turn fun(parts: sim.chaos.plan[]): sim.chaos.plan
---@field mix fun(parts: sim.chaos.plan[]): sim.chaos.plan
---@field kill fun(options?: table): sim.chaos.plan
---@field power_fail fun(options?: table): sim.chaos.plan
---@field wipe fun(options?: table): sim.chaos.plan
---@field pause fun(options?: table): sim.chaos.plan
---@field clock_bump fun(options?: table): sim.chaos.plan
---@field clock_strobe fun(options?: table): sim.chaos.plan
---@field partition fun(options?: table): sim.chaos.plan
---@field packet fun(options: table): sim.chaos.plan
---@field disk fun(options: table): sim.chaos.plan
---@field bitflip fun(options?: table): sim.chaos.plan
---@field swap_disks fun(options?: table): sim.chaos.plan
---@field swarm fun(options?: table): sim.chaos.plan
---@field schedule fun(file: string): sim.chaos.plan
---@field graceful_monkey fun(options?: table): sim.chaos.plan

-- Each module is loaded when it is first used: a script that only has a monkey does
-- not pay for the rest in every boot.
local modules = {
  when = { "every", "after", "at", "until_time", "between", "then_heal", "together", "in_turn", "mix" },
  machine = { "kill", "power_fail", "wipe", "pause", "clock_bump", "clock_strobe" },
  network = { "partition", "packet" },
  disk = { "disk", "bitflip", "swap_disks" },
  swarm = { "swarm" },
  schedule = { "schedule" },
  monkey = { "graceful_monkey" },
}

local function find(name)
  for module, names in pairs(modules) do
    for _, each in ipairs(names) do
      if each == name then return module end
    end
  end
end

local function all()
  local known = {}
  for _, names in pairs(modules) do
    for _, name in ipairs(names) do known[#known + 1] = name end
  end
  return known
end

---@type sim.chaos
return setmetatable({}, { __index = function(M, name)
  local module = find(name)
  if not module then
    error("chaos: " .. require("sim.options.names").unknown("name", tostring(name), all()), 2)
  end
  M[name] = require("sim.chaos." .. module)[name]
  return M[name]
end })
