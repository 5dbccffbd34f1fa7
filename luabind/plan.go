package luabind

import (
	"fmt"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// Defaults of what a plan does to machines.
const (
	defaultGrace = 5 * time.Second // between the request to stop and the kill
	defaultDown  = 2 * time.Second // with the power off
)

// planObject is the world in the hand of a plan.
type planObject struct {
	v       *vm
	control *core.Control
	class   *class // of those that plan:go makes, too
}

func (*planObject) kind() string { return "plan" }

var planSection = section{
	name: "plan:",
	doc: "The world in the hand of the function given to sim.plan, which runs like a process. match is a glob " +
		`over names of machines, with or without the network: "api*", "*.public"; or a range, "node{1..5}.lan", which ` +
		`finds those of its names that there are. In start, stop and kill, "api*:web" chooses services. A match ` +
		"that finds nothing is an error. Every harm to a machine is a fault of the report. A glob, in a verb that harms, " +
		"spares the bots, who are to see the harm; a name or a range does not.",
	entries: []entry{
		{"random", "", "The plan's own stream of chance; see random.", nil},
		{"name", "", `What its faults are called before the #: "plan", or "plan/NAME" in a process of plan:go.`, nil},
		{"start", "(match)", "Powers machines on and boots their services that are down.", planStart},
		{"stop", `(match[, {grace = "5s"}])`,
			"Asks services to stop, kills those that have not ended after grace, and returns when all " +
				"have ended. The machines stay on and refuse connections.", planStop},
		{"kill", "(match)", "Ends services at once; their machines reset their connections.", planKill},
		{"power_fail", "(match)",
			"Cuts the power: peers learn nothing, and what was not synced to disk is lost. The " +
				"machines stay off until started.", planPowerFail},
		{"reboot", `(match[, {grace = "5s", down = "2s", wipe = false}])`,
			"Stops the services, powers the machines off, keeps them off for down, erases their disks " +
				"if asked to, and starts them again. Machines go through it side by side; it returns when " +
				"all are up.", planReboot},
		{"wipe", "(match)",
			"Powers machines off at once and erases their disks. They stay off until started.", planWipe},
		{"pause", "(match)",
			"Freezes machines: nothing on them moves, what they compute takes longer, and packets to them wait.", planPause},
		{"resume", "(match)", "Lets paused machines go on: what was due happens now.", planResume},
		{"clock", "(match[, {offset = d, drift_ppm = n}])",
			"Changes what machines believe the time to be: by how much they are wrong from now on, " +
				"and how many microseconds a second they gain, -500000 to 500000. What is not given stays " +
				"as it is. Timers are not affected. Without a table, clocks become as declared, which is no fault.",
			planClock},
		{"partition", `(a, b[, {mode = "drop", oneway = false}]) -> partition`,
			"Keeps packets from passing between a and b, which are networks or match machines, or arrays of those: " +
				`plan:partition({"n1.lan", "n2.lan"}, "n{3..5}.lan"). It is one fault. ` +
				"With oneway only from a to b. What is under way still arrives. Mode \"drop\" lets packets " +
				"vanish; \"reject\" refuses the sender at once; \"clog\" holds packets until the partition is " +
				"healed. At most 100,000 stand at once. What it returns is for plan:heal.", planPartition},
		{"heal", "([a, b])", "Ends the partitions made between a and b, or all of them; or one, which plan:partition " +
			"returned: plan:heal(apart).", planHeal},
		{"calm", "()",
			"Ends all harm of the plan: heals partitions, resumes machines, starts what a fault has taken down, and makes " +
				"clocks, links and disks what was declared, with their rates of loss, damage, reordering and errors at zero. " +
				"No env:fault_point is true either, until the plan does harm again. From here sim.eventually counts. It is no " +
				"fault.",
			planCalm},
		{"link", "(a, b[, changes[, {oneway = false}]])",
			"Changes the link between networks a and b from the next packet on. changes is a table of the keys of a " +
				"profile, over what the link is now: {delay = \"2s\", loss = 0.1}; up is from a to b. Without it, the " +
				"link becomes what was declared, which is no fault. With oneway only from a to b.", planLink},
		{"disk", "(match[, changes])",
			"Changes the disks of machines from the next operation on. changes is a table of the keys of sim.disk, over what " +
				"they are now, and stall, how long nothing begins on them: {slow = 10}, {capacity = \"64mb\"}, {stall = \"2s\"}. " +
				"What lies on them stays. Without it, disks become as declared and stalls end, which is no fault.", planDisk},
		{"rot", `(match[, {value = "*"}])`,
			"Lets something decay on the disks of machines, on each one thing: a bit of a value flips in one of the databases " +
				"that the glob means, which nothing notices; with meta = \"*\" the newest meta page of one, so that a power cut " +
				"before its next commit has finished takes its last one; with file = \"*\" a bit of a file.", planRot},
		{"swap_disks", "(a, b)",
			"Cuts the power of two machines and puts the disk of each into the other. They stay off until started.",
			planSwapDisks},
		{"go", "(name, fn, ...) -> process",
			"Starts another process of the plan, so that several kinds of chaos go on side by side: it calls fn with a " +
				"plan of its own, whose chance and faults are streams of their own, plan/NAME, and the other arguments. " +
				"Withholding a fault of one renames none of the others. A name is used once in a run, which has at " +
				"most 10,000 of them.", planGo},
		{"wait_for_bots", "()",
			"Waits until every bot has returned. The run then does not end with them, but when the function has returned " +
				"that waited so: time to heal, to look, to let things settle.", planWaitForBots},
		{"gauge", "(name) -> table",
			"The standing values of a gauge, as world:gauges gives them: for a plan that aims.", planGauge},
		{"wait_any", "(array[, timeout]) -> which, ...",
			"Waits for the first of some processes of the plan to end, as env:wait_any does.", planWaitAny},
		{"machines", "(match) -> array",
			"The names of the machines that match, in order of declaration.", planMachines},
		{"bots", "() -> array", "The names of the machines that run a bot.", planBots},
		{"networks", "() -> array",
			`The pairs of networks that sim.connect has connected, {{"botnet", "net"}, …}, in order of declaration; ` +
				"one that is connected with itself is there twice in its pair.", planNetworks},
		{"limits", "() -> table", "What bounds the run: {time, idle}, in seconds, as sim.limits has them or by default.",
			planLimits},
		{"stream", "(name) -> random",
			"The stream of chance of that name, from its beginning: for what is decided once, and must not depend on " +
				"what else the plan draws.", planStreamOf},
		{"sleep", "(duration)", "Waits.", planSleep},
		{"now", "() -> number", "True time, in seconds since the start of the run.", planNow},
		{"log", "(...)", "Writes a line to the log: the values with spaces between, tables by their contents.", planLog},
	},
}

var planClass = newClass(planSection)

// newPlan shows a Control to the function of the plan.
func (v *vm) newPlan(control *core.Control) lua.LValue {
	return v.planOf(planClass, control)
}

func (v *vm) planOf(class *class, control *core.Control) lua.LValue {
	return class.wrap(&planObject{v, control, class}, field{"random", newRandom(control.Random())},
		field{"name", lua.LString(control.Name())})
}

func checkPlan(L *lua.LState) *planObject { return checkSelf[*planObject](L, "plan") }

// matchArguments are what so many arguments of a verb are.
var matchArguments = []string{1: "a match of machines", 2: "a match of machines and a table"}

// match does something to the machines, or services, of argument 2. It has so many
// arguments at most: plan:pause("a*", "5s") does not pause for so long.
func (p *planObject) match(L *lua.LState, most int, what string, do func(match string) error) int {
	match := checkMatch(L)
	for n := L.GetTop(); n > 1+most; n-- {
		if L.Get(n) != lua.LNil {
			L.RaiseError("'%s' takes %s only, got %s as well", what, matchArguments[most], describe(L.Get(n)))
		}
	}
	p.v.wait(L, what, func() error { return do(match) })
	return 0
}

// checkMatch reads argument 2, which says which machines are meant.
func checkMatch(L *lua.LState) string {
	match, ok := L.Get(2).(lua.LString)
	if !ok {
		badArgument(L, 2, `a match of machines, such as "api*"`)
	}
	return string(match)
}

func planStart(L *lua.LState) int {
	p := checkPlan(L)
	return p.match(L, 1, "start", p.control.Start)
}

func planStop(L *lua.LState) int {
	p := checkPlan(L)
	o := readOptions(L, 3, "plan:stop", "grace")
	options := core.StopOptions{Grace: o.duration("grace", defaultGrace)}
	return p.match(L, 2, "stop", func(match string) error { return p.control.Stop(match, options) })
}

func planKill(L *lua.LState) int {
	p := checkPlan(L)
	return p.match(L, 1, "kill", p.control.Kill)
}

func planPowerFail(L *lua.LState) int {
	p := checkPlan(L)
	return p.match(L, 1, "power_fail", p.control.PowerFail)
}

func planReboot(L *lua.LState) int {
	p := checkPlan(L)
	o := readOptions(L, 3, "plan:reboot", "grace", "down", "wipe")
	options := core.RebootOptions{
		Grace: o.duration("grace", defaultGrace),
		Down:  o.duration("down", defaultDown),
		Wipe:  o.boolean("wipe", false),
	}
	return p.match(L, 2, "reboot", func(match string) error { return p.control.Reboot(match, options) })
}

func planWipe(L *lua.LState) int {
	p := checkPlan(L)
	return p.match(L, 1, "wipe", p.control.Wipe)
}

func planPause(L *lua.LState) int {
	p := checkPlan(L)
	return p.match(L, 1, "pause", p.control.Pause)
}

func planResume(L *lua.LState) int {
	p := checkPlan(L)
	return p.match(L, 1, "resume", p.control.Resume)
}

func planClock(L *lua.LState) int {
	p := checkPlan(L)
	if L.Get(3) == lua.LNil {
		return p.match(L, 2, "clock", p.control.RestoreClock)
	}
	o := readOptions(L, 3, "plan:clock", "offset", "drift_ppm")
	if !o.has("offset") && !o.has("drift_ppm") {
		badArgument(L, 3, "a table with offset, drift_ppm, or both")
	}
	var change core.ClockChange
	if o.has("offset") {
		offset := o.offset("offset", 0)
		change.Offset = &offset
	}
	if o.has("drift_ppm") {
		drift := o.integer("drift_ppm", -500_000, 500_000, 0)
		change.DriftPPM = &drift
	}
	return p.match(L, 2, "clock", func(match string) error { return p.control.Clock(match, change) })
}

func planPartition(L *lua.LState) int {
	p := checkPlan(L)
	a, b := checkSide(L, 2), checkSide(L, 3)
	o := readOptions(L, 4, "plan:partition", "oneway", "mode")
	options := core.PartitionOptions{
		OneWay: o.boolean("oneway", false),
		Mode:   core.PartitionMode(o.choice("mode", string(core.Drop), string(core.Reject), string(core.Clog))),
	}
	var apart *core.Partition
	p.v.wait(L, "partition", func() (err error) { apart, err = p.control.Partition(a, b, options); return err })
	L.Push(&lua.LUserData{Value: apart, Metatable: partitionMeta})
	return 1
}

var partitionMeta = printedBy((*core.Partition).String)

// checkSide reads argument n, a side of a partition: a network or a match, or an
// array of those.
func checkSide(L *lua.LState, n int) core.Side {
	const expected = "a network, a match of machines, or an array of those"
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		if name, ok := L.Get(n).(lua.LString); ok {
			return core.Side{string(name)}
		}
		badArgument(L, n, expected)
	}
	var side core.Side
	for i := 1; i <= t.Len(); i++ {
		name, ok := t.RawGetInt(i).(lua.LString)
		if !ok {
			L.RaiseError("bad argument #%d to '%s': element %d: expected a string, got %s", n-1, called(L), i,
				describe(t.RawGetInt(i)))
		}
		side = append(side, string(name))
	}
	if side == nil {
		badArgument(L, n, expected+" with something in it")
	}
	return side
}

// planLink changes a link, or makes it again what was declared.
func planLink(L *lua.LState) int {
	p := checkPlan(L)
	a, b := checkString(L, 2), checkString(L, 3)
	o := readOptions(L, 5, "plan:link", "oneway")
	options := core.LinkOptions{OneWay: o.boolean("oneway", false), Describe: profileChanges}
	if L.Get(4) == lua.LNil {
		p.v.wait(L, "link", func() error { return p.control.RestoreLink(a, b, options) })
		return 0
	}
	change := p.change(readProfile(L, 4, "plan:link"))
	p.v.wait(L, "link", func() error { return p.control.Link(a, b, options, change) })
	return 0
}

// change makes what core asks for the new profile of each direction.
func (p *planObject) change(t profileTable) func(now core.Profile, back bool) (core.Profile, error) {
	_, _ = t.over(t.up, core.Profile{}) // raises what cannot be read, while nothing waits
	_, _ = t.over(t.down, core.Profile{})
	return func(now core.Profile, back bool) (core.Profile, error) {
		own := t.up
		if back {
			own = t.down
		}
		changed, err := t.over(own, now)
		if err == nil && !p.loggable(changed.Log) {
			err = fmt.Errorf(`plan:link: log: "none", "faults", "all" or the name of a machine, not %q`, changed.Log)
		}
		return changed, err
	}
}

func (p *planObject) loggable(log string) bool {
	machines, err := p.control.Machines("*")
	return slices.Contains([]string{core.LogNone, core.LogFaults, core.LogAll}, log) ||
		err == nil && slices.Contains(machines, log)
}

func planHeal(L *lua.LState) int {
	p := checkPlan(L)
	if u, ok := L.Get(2).(*lua.LUserData); ok && L.Get(3) == lua.LNil {
		if apart, ok := u.Value.(*core.Partition); ok {
			p.v.wait(L, "heal", func() error { return p.control.HealOne(apart) })
			return 0
		}
	}
	var a, b core.Side
	if L.Get(2) != lua.LNil || L.Get(3) != lua.LNil {
		a, b = checkSide(L, 2), checkSide(L, 3)
	}
	p.v.wait(L, "heal", func() error { return p.control.Heal(a, b) })
	return 0
}

func planCalm(L *lua.LState) int {
	p := checkPlan(L)
	p.v.wait(L, "calm", p.control.Calm)
	return 0
}

func planGo(L *lua.LState) int {
	p := checkPlan(L)
	name, fn := checkString(L, 2), checkFunction(L, 3)
	var args []lua.LValue
	for i := 4; i <= L.GetTop(); i++ {
		args = append(args, L.Get(i))
	}
	process := p.v.newProcess(p.control)
	err := p.control.Go(name, func(control *core.Control) error {
		process.in = control
		return process.run(fn, append([]lua.LValue{p.v.planOf(p.class, control)}, args...)...)
	})
	if err != nil {
		L.RaiseError("plan:go: %v", err)
	}
	L.Push(process.self)
	return 1
}

func planWaitForBots(L *lua.LState) int {
	p := checkPlan(L)
	p.v.wait(L, "wait_for_bots", p.control.WaitForBots)
	return 0
}

func planWaitAny(L *lua.LState) int {
	p := checkPlan(L)
	return p.v.waitAny(L, p.control)
}

func planGauge(L *lua.LState) int {
	p := checkPlan(L)
	name := checkString(L, 2)
	L.Push(gaugesTable(L, p.control.GaugesOf(name)))
	return 1
}

func planMachines(L *lua.LState) int {
	p := checkPlan(L)
	names, err := p.control.Machines(checkMatch(L))
	if err != nil {
		p.v.raise(L, err)
	}
	return pushNames(L, names)
}

func pushNames(L *lua.LState, names []string) int {
	t := L.CreateTable(len(names), 0)
	for _, name := range names {
		t.Append(lua.LString(name))
	}
	L.Push(t)
	return 1
}

func planBots(L *lua.LState) int {
	return pushNames(L, checkPlan(L).control.Bots())
}

func planNetworks(L *lua.LState) int {
	pairs := newTable()
	for _, pair := range checkPlan(L).control.Networks() {
		both := newTable()
		both.Append(lua.LString(pair[0]))
		both.Append(lua.LString(pair[1]))
		pairs.Append(both)
	}
	L.Push(pairs)
	return 1
}

func planLimits(L *lua.LState) int {
	limits, t := checkPlan(L).control.Limits(), newTable()
	t.RawSetString("time", seconds(limits.Time))
	t.RawSetString("idle", seconds(limits.Idle))
	L.Push(t)
	return 1
}

func planStreamOf(L *lua.LState) int {
	random, err := checkPlan(L).control.Stream(checkString(L, 2))
	if err != nil {
		L.RaiseError("plan:stream: %v", err)
	}
	L.Push(newRandom(random))
	return 1
}

func planSleep(L *lua.LState) int {
	p := checkPlan(L)
	d := checkDuration(L, 2)
	p.v.wait(L, "sleep", func() error { return p.control.Sleep(d) })
	return 0
}

func planNow(L *lua.LState) int {
	L.Push(seconds(checkPlan(L).control.Now()))
	return 1
}

func planLog(L *lua.LState) int {
	p := checkPlan(L)
	p.control.Log(core.Info, argumentsText(L, 2))
	return 0
}
