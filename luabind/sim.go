package luabind

import (
	"sync"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// simSection is the module sim: what a script says at its top level.
var simSection = section{
	name: "sim.",
	doc: `The module ` + "`sim`" + ` declares the scenario: require it with ` + "`local sim = require \"sim\"`" + `. ` +
		`Nothing here can wait or draw.`,
	entries: []entry{
		{"param", `(name, default[, doc]) -> value`,
			`Declares a parameter that ` + "`--set name=value`" + ` changes; it is read as ` + "`sim.params.name`" + `. ` +
				`Its type (number, string or boolean) is that of the default; ` + "`--set name`" + ` makes ` +
				`a boolean true.`, simParam},
		{"connect", `(a, b, profile[, back])`,
			`Connects two networks in both directions, each with its own stream of chance. A profile is a table, see ` +
				`sim.profile. With a fourth argument, that profile (its down) holds from b to a. The same network twice ` +
				`connects its own machines with each other; such a link has one direction. With a range, ` +
				`"rack{1..9}", each of its networks is connected; the same range twice connects each pair, and each ` +
				`network with itself.`, simConnect},
		{"service", `(name, engine_or_fn[, {restart = {after = d}}])`,
			`Declares a service: "machine.network", or "machine.network:service" where a machine has several; or one for ` +
				`each name of a range, "node{1..10}.lan". It is an engine, or a function(env) that runs in a fresh VM on ` +
				`each boot. An error ends the run, unless the service restarts.`, simService},
		{"bot", `(name, fn[, {network = "botnet"}])`,
			`Declares a client, or a range of them, on the network "botnet" unless the name or the option says otherwise. ` +
				`The run ends when every bot has returned.`, simBot},
		{"machine", `(name, {clock = {offset = d, drift_ppm = n}, tcp = {...}, disk = {...}, cores = n})`,
			`Gives a machine of a service or bot properties, or each machine of a range. Its clock shows so much more ` +
				`than true time (less, when negative) and gains n microseconds a second. Its TCP is "linux", "simple" or a ` +
				`table, see TCP. Its disk is "ssd", unless told otherwise: another preset, or a table, see sim.disk. With ` +
				`cores, env:work of its processes queues for them, first come first served, and keeps one until it is ` +
				`done; without, any number of processes work at once.`, simMachine},
		{"plan", `(fn)`,
			`Sets the plan: a function(plan) that starts, stops and harms machines. Without one, every service starts at ` +
				`time zero.`, simPlan},
		{"always", `(name, fn)`,
			`Declares an invariant: function(world), called after each step in which a gauge changed, for every value that ` +
				`stood, in order, or a fault happened. It holds while the function returns nothing or true; it fails when ` +
				`it returns false or nil (and a message), or raises an error.`, simAlways},
		{"sometimes", `(name, fn)`,
			`Declares a property that is to hold once, in some run of many: function(world), called as that of sim.always is, ` +
				`until it returns true. A run in which it did not passes, and shows it as unreached; a sweep says how many seeds ` +
				`reached it, and warns when none did: then the plan is too weak. --require-reached makes that a failure.`,
			simSometimes},
		{"eventually", `(name, {within = d, after = "heal"}, fn)`,
			`Declares a property of liveness: function(world), called as that of sim.always is. The calm ` +
				`begins when the last fault of the plan is over and the plan has returned, or has called plan:calm(). Then it ` +
				`must hold within so long, and from then on; what holds when that moment is over, holds in time. The run goes ` +
				`on until that deadline, though the bots have returned. In one that ended earlier it is untested.`, simEventually},
		{"check", `(name, fn)`,
			`Declares a check: function(run), called once after the end, or a checker of sim.check, which judges a ` +
				`history. A function holds as an invariant does; what it returns beside true or false, a message, is shown ` +
				`in the report either way. All checks are asked, also when one has failed, and the report shows each; the ` +
				`reason of the run names the first.`, simCheck},
		{"expect", `(name[, {required = false}])`,
			`Declares an env:expect or env:expect_true of this name: a run that never comes to it shows it as untested, ` +
				`and fails when it is required. Names that are literals in the script and its modules need no declaration.`,
			simExpect},
		{"history", `(name) -> history`,
			`Declares a history: what is asked of the system and what it answers, as clients see it, for the checkers of ` +
				"`sim.check`" + `. It is in ` + "`--format json`" + `, and ` + "`--history FILE`" + ` writes it for other tools.`,
			simHistory},
		{"limits", `{time = d, idle = d, steps = n, processes = n, facts = n, stop_at_first_failure = false}`,
			`Bounds the run: simulated time (default 1h), time without a log line, fault, operation or new gauge (5m), ` +
				`events (100 million), processes alive at once (100,000), and how many facts, faults and operations ` +
				`are kept (1 million each). With stop_at_first_failure, the run ends, failed, after the step in which an ` +
				`invariant or an expectation does not hold; checks are not asked then.`, simLimits},
		{"schedule", `(file) -> array`,
			`Reads a schedule of faults, as ` + "`simlua run --save-faults`" + ` writes it, from the script's folder: an ` +
				`array of {id, kind, where, at, ended, parameters}, as run:faults has them; durations in parameters are strings. ` +
				`chaos.schedule plays it. Lines may have been edited, or written by hand.`, simSchedule},
		{"crc32", `(bytes) -> number`, `The checksum of a string that Ethernet, gzip and PNG have, CRC-32 with the ` +
			`polynomial 0x04C11DB7: for records of a log of one's own. That of "123456789" is 0xcbf43926.`, simCRC32},
		{"seconds", `(d) -> number`,
			`A duration as the number of its seconds: that of "1m30s" is 90. For durations to compute with, such as those of ` +
				`parameters.`, simSeconds},
		{"constant", `(d) -> distribution`,
			`Always d. Wherever a distribution is asked for, a duration means this. None gives more than an hour.`, simConstant},
		{"uniform", `(a, b) -> distribution`, `From a to b, each equally likely.`, simUniform},
		{"normal", `(mean, deviation) -> distribution`, `Bell-shaped; what would be negative is 0.`, simNormal},
		{"lognormal", `(median, sigma) -> distribution`,
			`A long tail: the logarithm is normal, with the standard deviation sigma (a number, 0 to 1000).`, simLogNormal},
		{"exponential", `(mean) -> distribution`, `The time between independent events.`, simExponential},
		{"pareto", `(least, alpha) -> distribution`,
			`A heavy tail: at least so long; the smaller alpha (a number above 0), the heavier.`, simPareto},
	},
}

// simShared are the metatables of the tables of sim. All VMs share them and
// none changes them.
type simShared struct{ sim, profile, disk, params, engine *lua.LTable }

var shareSim = sync.OnceValue(func() *simShared {
	functions := newTable()
	for _, e := range simSection.entries {
		functions.RawSetString(e.name, goFunction(e.fn))
	}
	functions.Metatable = guard(goFunction(missingSim))
	return &simShared{
		sim:     guard(functions),
		profile: guard(goFunction(missingProfile)),
		disk:    guard(goFunction(missingDisk)),
		params:  guard(goFunction(missingParam)),
		engine:  guard(goFunction(missingEngine)),
	}
})

// guard makes a metatable that finds what a table does not have, and lets
// nothing be set.
func guard(index lua.LValue) *lua.LTable {
	meta := lookup(index)
	meta.RawSetString("__newindex", goFunction(noAssign))
	return meta
}

// openSim makes the module sim of a VM.
func openSim() *lua.LTable {
	shared := shareSim()
	sim := smallTable()
	sim.RawSetString("profile", &lua.LTable{Metatable: shared.profile})
	sim.RawSetString("disk", &lua.LTable{Metatable: shared.disk})
	params := viewOf(&lua.LTable{Metatable: shared.params}, refuseChangeOfParams)
	sim.RawSetString("params", &lua.LTable{Metatable: params})
	sim.RawSetString("engine", &lua.LTable{Metatable: shared.engine})
	sim.Metatable = shared.sim
	return sim
}

// simTable is one of the tables inside sim.
func simTable(L *lua.LState, name string) *lua.LTable {
	return vmOf(L).modules["sim"].(*lua.LTable).RawGetString(name).(*lua.LTable)
}

// keysOf lists the names in a table, in the order they were added.
func keysOf(t *lua.LTable) []string {
	var names []string
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		if s, ok := k.(lua.LString); ok {
			names = append(names, string(s))
		}
	}
	return names
}

// missingSim is asked for what is neither in the module's own table nor, here
// its first argument, in the table of the functions.
func missingSim(L *lua.LState) int {
	names := append(keysOf(L.Get(1).(*lua.LTable)), "profile", "disk", "params", "engine")
	L.RaiseError("sim: %s", core.Unknown("name", toText(L, L.Get(2)), names))
	return 0
}

func missingParam(L *lua.LState) int {
	L.RaiseError("sim.params: %s", core.Unknown("parameter", toText(L, L.Get(2)), keysOf(L.Get(1).(*lua.LTable))))
	return 0
}

var refuseChangeOfParams = goFunction(func(L *lua.LState) int {
	name := toText(L, L.Get(2))
	L.RaiseError("sim.params cannot be changed: sim.param(%q, default) declares a parameter, --set %s=value sets it",
		name, name)
	return 0
})

func noAssign(L *lua.LState) int {
	L.RaiseError("cannot set %q here: this table is not the script's", toText(L, L.Get(2)))
	return 0
}
