package luabind

import (
	"math"
	"reflect"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// declaration is what one evaluation of the script declares.
type declaration struct {
	scenario              core.Scenario
	software              []software // what the services of scenario run
	plan                  *lua.LFunction
	always                []*lua.LFunction // of each invariant in scenario
	sometimes, eventually []*lua.LFunction // of each property in scenario
	checks                []declaredCheck  // of each check in scenario
	params                []Param
	values                []core.Setting // of the params, as this run has them
	limited               bool
	printed               []string
	usage                 error // a mistake in a setting

	index    map[string]int           // of each service in scenario, by its full name
	judged   map[string]bool          // the names of checks and invariants
	expects  map[core.Expectation]int // of each expectation in scenario, by name and kind
	expected map[string]bool          // those that were declared, not found in the text
}

func newDeclaration() *declaration {
	return &declaration{index: map[string]int{}, judged: map[string]bool{}, expects: map[core.Expectation]int{},
		expected: map[string]bool{}}
}

// software is what one call of sim.service or sim.bot declares, for one service
// or for a range.
type software struct {
	names
	from   int                // the first of its services in the scenario
	fn     *lua.LFunction     // nil for an engine in Go
	engine func() core.Engine // nil for a function
}

// maxLinks bounds the links of a scenario; core.MaxNames the rest.
const maxLinks = 100_000

func bounded(L *lua.LState, what string, most, n int) {
	if n > most {
		L.RaiseError("a scenario has at most %d %s; with these it would have %d", most, what, n)
	}
}

// declaring is the declaration being made. It raises an error once the script
// has been evaluated.
func declaring(L *lua.LState, what string) *declaration {
	v := vmOf(L)
	d := v.declare
	if v.undeclared != "" {
		L.RaiseError("%s is part of the declaration: it belongs in the script, not in a file with a plan, "+
			"which only returns a function(plan)", what)
	}
	if d == nil {
		L.RaiseError("%s is part of the declaration: call it at the top level of the script, "+
			"not from a function that runs later", what)
	}
	if L.Get(1) == v.modules["sim"] {
		L.RaiseError("%s is no method: call it with a dot, as %s(…)", called(L), what)
	}
	return d
}

// caller is where the running Go function was called, "file:line".
func caller(L *lua.LState) string {
	return strings.TrimSuffix(L.Where(1), ":")
}

func simConnect(L *lua.LState) int {
	d := declaring(L, "sim.connect")
	a, b := checkNames(L, 1), checkNames(L, 2)
	link := core.LinkSpec{Declared: caller(L)}
	link.AtoB, link.BtoA = checkProfile(L, 3)
	if L.Get(4) != lua.LNil {
		_, link.BtoA = checkProfile(L, 4)
	}
	mesh := a.one == b.one
	if mesh && !reflect.DeepEqual(link.AtoB, link.BtoA) {
		L.RaiseError("the link of network %q with itself has one direction: give one profile, without up and down", a.one)
	}
	bounded(L, "links", maxLinks, len(d.scenario.Links)+a.len()*b.len())
	for i := range a.len() {
		for j := range b.len() {
			if mesh && j < i {
				continue // it is there already, from the other side
			}
			link.A, link.B = a.at(i), b.at(j)
			d.scenario.Links = append(d.scenario.Links, link)
		}
	}
	return 0
}

func simMachine(L *lua.LState) int {
	d := declaring(L, "sim.machine")
	spec, names := core.MachineSpec{Declared: caller(L)}, checkNames(L, 1)
	o := readOptions(L, 2, "sim.machine", "clock", "tcp", "disk", "cores")
	if o.has("tcp") {
		if spec.TCP = o.tcp("tcp", false); spec.TCP.Validate() != nil {
			L.RaiseError("sim.machine: %s", oneLine(spec.TCP.Validate()))
		}
	}
	if o.has("disk") {
		spec.Disk = o.disk("disk")
	}
	spec.Cores = int(o.integer("cores", 1, core.MaxCores, 0))
	if clock := o.sub("clock", "offset", "drift_ppm"); clock.table != nil {
		spec.Clock.Offset = clock.offset("offset", 0)
		spec.Clock.DriftPPM = clock.integer("drift_ppm", math.MinInt64, math.MaxInt64, 0)
	}
	bounded(L, "machines", core.MaxNames, len(d.scenario.Machines)+names.len())
	for i := range names.len() {
		spec.Name = names.at(i)
		d.scenario.Machines = append(d.scenario.Machines, spec)
	}
	return 0
}

func simService(L *lua.LState) int {
	d := declaring(L, "sim.service")
	names, o := checkNames(L, 1), readOptions(L, 3, "sim.service", "restart")
	if inside, moved := names.within(L, "internal"); moved {
		L.RaiseError("machine %q is on no network: write machine.network, for example %q", names.one, inside.one)
	}
	spec := core.ServiceSpec{Declared: caller(L)}
	if restart := o.sub("restart", "after"); restart.table != nil {
		if !restart.has("after") {
			restart.bad("after", aDuration)
		}
		if spec.Restart = restart.duration("after", 0); spec.Restart == 0 {
			restart.bad("after", "a duration above 0")
		}
	}
	d.add(L, spec, names)
	return 0
}

func simBot(L *lua.LState) int {
	d := declaring(L, "sim.bot")
	names, o := checkNames(L, 1), readOptions(L, 3, "sim.bot", "network")
	names, moved := names.within(L, o.str("network", "botnet"))
	if !moved && o.has("network") {
		L.RaiseError("sim.bot: %q names its network already; leave out the option \"network\"", names.one)
	}
	d.add(L, core.ServiceSpec{Declared: caller(L), Bot: true}, names)
	return 0
}

// add declares services whose engine, or function, is argument 2.
func (d *declaration) add(L *lua.LState, spec core.ServiceSpec, names names) {
	s := software{names: names, from: len(d.scenario.Services)}
	switch x := L.Get(2).(type) {
	case *lua.LFunction:
		if x.IsG {
			L.RaiseError("a function of the API is no service: call it to make an engine, as in sim.engine.commit_log{}")
		}
		s.fn = x
	case *lua.LUserData:
		if e, ok := x.Value.(*engineValue); ok {
			s.engine = e.open
		}
	}
	if s.fn == nil && s.engine == nil {
		badArgument(L, 2, "a function(env), or an engine such as sim.engine.commit_log{}")
	}
	bounded(L, "services", core.MaxNames, s.from+names.len())
	for i := range names.len() {
		spec.Machine, spec.Name, _ = strings.Cut(names.at(i), ":")
		if i, taken := d.index[spec.FullName()]; taken {
			L.RaiseError("service %q is declared twice; the first time at %s", spec.FullName(), d.scenario.Services[i].Declared)
		}
	}
	for i := range names.len() {
		spec.Machine, spec.Name, _ = strings.Cut(names.at(i), ":")
		d.index[spec.FullName()] = len(d.scenario.Services)
		d.scenario.Services = append(d.scenario.Services, spec)
	}
	d.software = append(d.software, s)
}

func simPlan(L *lua.LState) int {
	d := declaring(L, "sim.plan")
	if d.plan != nil {
		L.RaiseError("there is a plan already: a scenario has one")
	}
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok {
		badArgument(L, 1, "a function(plan), such as chaos.graceful_monkey{} gives")
	}
	d.plan = fn
	return 0
}

func simAlways(L *lua.LState) int {
	d := declaring(L, "sim.always")
	name, fn := d.checkName(L), checkFunction(L, 2)
	d.scenario.Always = append(d.scenario.Always, core.Invariant{Name: d.taken(name)})
	d.always = append(d.always, fn)
	return 0
}

func simSometimes(L *lua.LState) int {
	d := declaring(L, "sim.sometimes")
	name, fn := d.checkName(L), checkFunction(L, 2)
	d.scenario.Sometimes = append(d.scenario.Sometimes, core.Sometimes{Name: d.taken(name)})
	d.sometimes = append(d.sometimes, fn)
	return 0
}

func simEventually(L *lua.LState) int {
	d := declaring(L, "sim.eventually")
	name := d.checkName(L)
	if _, ok := L.Get(2).(*lua.LTable); !ok {
		badArgument(L, 2, `a table of options, such as {within = "10s"}`)
	}
	o := readOptions(L, 2, "sim.eventually", "within", "after")
	o.choice("after", "heal")
	within := o.duration("within", 0)
	if within == 0 {
		o.bad("within", "a duration above 0")
	}
	fn := checkFunction(L, 3)
	d.scenario.Eventually = append(d.scenario.Eventually, core.Eventually{Name: d.taken(name), Within: within})
	d.eventually = append(d.eventually, fn)
	return 0
}

func simCheck(L *lua.LState) int {
	d := declaring(L, "sim.check")
	name, check := d.checkName(L), readCheck(L, 2)
	d.scenario.Checks = append(d.scenario.Checks, core.Check{Name: d.taken(name)})
	d.checks = append(d.checks, check)
	return 0
}

// checkName reads argument 1, a name that no other check or invariant has.
func (d *declaration) checkName(L *lua.LState) string {
	name := checkString(L, 1)
	if name == "" || d.judged[name] {
		badArgument(L, 1, "a name that no other check has")
	}
	return name
}

// taken notes that a name is that of a check or an invariant.
func (d *declaration) taken(name string) string {
	d.judged[name] = true
	return name
}

func simLimits(L *lua.LState) int {
	d := declaring(L, "sim.limits")
	if d.limited {
		L.RaiseError("sim.limits was called already: give all limits at once")
	}
	checkTable(L, 1)
	o := readOptions(L, 1, "sim.limits", "time", "idle", "steps", "processes", "facts",
		"stop_at_first_failure")
	limits := core.Limits{
		Time:      o.duration("time", 0),
		Idle:      o.duration("idle", 0),
		Steps:     uint64(o.integer("steps", 1, 1<<53, 0)),
		Processes: int(o.integer("processes", 1, 1<<31-1, 0)),
		Facts:     int(o.integer("facts", 1, 1<<31-1, 0)),

		StopAtFirstFailure: o.boolean("stop_at_first_failure", false),
	}
	for _, name := range []string{"time", "idle"} {
		if o.has(name) && o.duration(name, 0) == 0 {
			o.bad(name, "a duration above 0")
		}
	}
	d.scenario.Limits, d.limited = limits, true
	return 0
}

func simParam(L *lua.LState) int {
	d := declaring(L, "sim.param")
	name, fallback := checkString(L, 1), L.Get(2)
	switch fallback.(type) {
	case lua.LNumber, lua.LString, lua.LBool:
	default:
		badArgument(L, 2, "a default: a number, a string, true or false")
	}
	if !parameterName(name) {
		badArgument(L, 1, "a name of letters, digits and _")
	}
	if slices.ContainsFunc(d.params, func(p Param) bool { return p.Name == name }) {
		L.RaiseError("parameter %q is declared twice", name)
	}
	v := vmOf(L)
	value := fallback
	if given, ok := v.params.get(name); ok {
		parsed, err := given.parse(fallback)
		if err != nil {
			d.usage = err
			L.RaiseError("%v", err)
		}
		value = parsed
	}
	d.params = append(d.params, Param{name, fallback.String(), fallback.Type().String(), optString(L, 3, "")})
	d.values = append(d.values, core.Setting{Name: name, Value: value.String()})
	behind(simTable(L, "params")).RawSetString(name, value)
	L.Push(value)
	return 1
}

func parameterName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isLetter(c) && c != '_' && (i == 0 || !isDigit(c)) {
			return false
		}
	}
	return name != ""
}
