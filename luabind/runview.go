package luabind

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// runObject is what a check sees of a finished run.
type runObject struct{ result *core.Result }

func (*runObject) kind() string { return "run" }

var runSection = section{
	name: "run:",
	doc: "What a check, the function given to sim.check, sees of the finished run. Times and latencies are in " +
		"seconds.",
	entries: []entry{
		{"time", "", "How long the run took, in simulated seconds.", nil},
		{"seed", "", "The seed: a number, or a string of digits when it is beyond 2^53.", nil},
		{"reason", "", "Why the run ended, a line of text.", nil},
		{"gauges", "(name) -> table, down",
			"The values of a gauge that stand at the end, as world:gauges gives them; and, apart from them, the last " +
				"values of those whose service is down.", runGauges},
		{"operations", "([name]) -> table",
			"What env:measure recorded of one operation: {count, ok, errors, p50, p90, p99, max, " +
				"kinds = {timeout = 2}}. Percentiles are over all calls, the failed ones included; an operation " +
				"that never happened has none: p50 to max are nil, and the counts 0. Without a name, a table of those by " +
				"name.", runOperations},
		{"faults", "([kind]) -> array",
			"The faults that happened, in order: {id, kind, where, at, ended, parameters, took}. ended is when it was undone " +
				"(healed, resumed, up again, set anew), nil when it was not; parameters are what it was in particular, in " +
				"the words of the plan: {mode = \"drop\", oneway = false}; took is what it took from disks, or damaged " +
				"there, a line of text, or nil. Kinds: " + faultKindsText() + ".", runFaults},
		{"machines", "() -> table",
			"By name of the machine: {boots, kills, wipes, downtime, open}, and of its disk {commits, syncs, bytes_read, " +
				"bytes_written, disk_busy, disk_full, disk_errors}.", runMachines},
		{"links", "() -> table",
			`By name of the link, "botnet>public": {messages, sent, duplicated, delivered, lost, corrupted, ` +
				"queue_dropped, partitioned, power_failed, off, in_flight, bytes, goodput, retransmitted, " +
				"fast_retransmitted, reordered, no_port, buffer_full}.",
			runLinks},
	},
}

var runClass = newClass(runSection)

func (v *vm) newRun(result *core.Result) lua.LValue {
	return runClass.wrap(&runObject{result},
		field{"time", seconds(result.Time)},
		field{"reason", lua.LString(result.Reason)},
		field{"seed", seedValue(result.Seed)})
}

func seedValue(seed uint64) lua.LValue {
	if seed <= maxExact {
		return lua.LNumber(seed)
	}
	return lua.LString(strconv.FormatUint(seed, 10))
}

func checkRun(L *lua.LState) *core.Result { return checkSelf[*runObject](L, "run").result }

func runGauges(L *lua.LState) int {
	r, name := checkRun(L), checkString(L, 2)
	var standing, down []core.GaugeValue
	for _, g := range r.Trace.Gauges {
		switch {
		case g.Name != name:
		case g.Down:
			down = append(down, g)
		default:
			standing = append(standing, g)
		}
	}
	L.Push(gaugesTable(L, standing))
	L.Push(gaugesTable(L, down))
	return 2
}

func runOperations(L *lua.LState) int {
	r := checkRun(L)
	if L.Get(2) != lua.LNil {
		L.Push(operationTable(L, named(r.Trace.Operations, checkString(L, 2))))
		return 1
	}
	byName := map[string][]*core.Operation{}
	for i := range r.Trace.Operations {
		o := &r.Trace.Operations[i]
		byName[o.Name] = append(byName[o.Name], o)
	}
	t := L.CreateTable(0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		t.RawSetString(name, operationTable(L, byName[name]))
	}
	L.Push(t)
	return 1
}

func named(operations []core.Operation, name string) []*core.Operation {
	var found []*core.Operation
	for i := range operations {
		if operations[i].Name == name {
			found = append(found, &operations[i])
		}
	}
	return found
}

// operationTable sums up the calls of one operation.
func operationTable(L *lua.LState, operations []*core.Operation) *lua.LTable {
	var latencies []time.Duration
	kinds := L.CreateTable(0, 0)
	failed := 0
	for _, o := range operations {
		latencies = append(latencies, o.Latency)
		if o.Err != "" {
			failed++
			kinds.RawSetString(o.Err, lua.LNumber(1+lua.LVAsNumber(kinds.RawGetString(o.Err))))
		}
	}
	slices.Sort(latencies)
	t := L.CreateTable(0, 8)
	setNumber(t, "count", len(latencies))
	setNumber(t, "ok", len(latencies)-failed)
	setNumber(t, "errors", failed)
	for _, p := range percentiles {
		if len(latencies) == 0 {
			break
		}
		t.RawSetString(p.name, seconds(core.Percentile(latencies, p.percent)))
	}
	t.RawSetString("kinds", kinds)
	return t
}

var percentiles = []struct {
	name    string
	percent int
}{{"p50", 50}, {"p90", 90}, {"p99", 99}, {"max", 100}}

func setNumber[N int | uint64](t *lua.LTable, name string, n N) {
	t.RawSetString(name, lua.LNumber(n))
}

func faultKindNames() []string {
	names := make([]string, len(core.FaultKinds))
	for i, kind := range core.FaultKinds {
		names[i] = string(kind)
	}
	return names
}

func faultKindsText() string { return quoted(faultKindNames()) }

func runFaults(L *lua.LState) int {
	r := checkRun(L)
	kind := core.FaultKind(optString(L, 2, ""))
	if kind != "" && !slices.Contains(core.FaultKinds, kind) {
		L.RaiseError("run:faults: %s", core.Unknown("kind of fault", string(kind), faultKindNames()))
	}
	t := L.CreateTable(0, 0)
	for i := range r.Trace.Faults {
		f := &r.Trace.Faults[i]
		if !f.Masked && f.Kind == cmp.Or(kind, f.Kind) {
			t.Append(faultTable(L, f))
		}
	}
	L.Push(t)
	return 1
}

func faultTable(L *lua.LState, f *core.Fault) *lua.LTable {
	t := L.CreateTable(0, 6)
	t.RawSetString("id", lua.LString(f.ID.String()))
	t.RawSetString("kind", lua.LString(f.Kind))
	t.RawSetString("where", lua.LString(f.Where))
	t.RawSetString("at", seconds(f.At))
	if f.End > 0 {
		t.RawSetString("ended", seconds(f.End))
	}
	parameters := L.CreateTable(0, len(f.Params))
	for _, p := range f.Params {
		parameters.RawSetString(p.Name, parameterValue(L, p.Value))
	}
	t.RawSetString("parameters", parameters)
	if f.Took != "" {
		t.RawSetString("took", lua.LString(f.Took))
	}
	return t
}

// parameterValue is the value of a core.FaultParam as scripts see it.
func parameterValue(L *lua.LState, value any) lua.LValue {
	if d, ok := value.(time.Duration); ok {
		return seconds(d)
	}
	return luaOf(L, value)
}

func runMachines(L *lua.LState) int {
	r := checkRun(L)
	all := L.CreateTable(0, len(r.Machines))
	for i := range r.Machines {
		m := &r.Machines[i]
		t := L.CreateTable(0, 12)
		setNumber(t, "boots", m.Boots)
		setNumber(t, "kills", m.Kills)
		setNumber(t, "wipes", m.Wipes)
		t.RawSetString("downtime", seconds(m.Downtime))
		setNumber(t, "commits", m.Disk.Commits)
		setNumber(t, "syncs", m.Disk.Syncs)
		setNumber(t, "bytes_read", uint64(m.Disk.Read))
		setNumber(t, "bytes_written", uint64(m.Disk.Written))
		t.RawSetString("disk_busy", seconds(m.Disk.Busy))
		setNumber(t, "disk_full", m.Disk.Full)
		setNumber(t, "disk_errors", m.Disk.Errors)
		setNumber(t, "open", m.Open)
		all.RawSetString(m.Name, t)
	}
	L.Push(all)
	return 1
}

func runLinks(L *lua.LState) int {
	r := checkRun(L)
	all := L.CreateTable(0, len(r.Links))
	for i := range r.Links {
		l := &r.Links[i]
		t := L.CreateTable(0, 18)
		setNumber(t, "sent", l.Sent)
		setNumber(t, "delivered", l.Delivered)
		setNumber(t, "duplicated", l.Duplicated)
		setNumber(t, "lost", l.Lost)
		setNumber(t, "corrupted", l.Corrupted)
		setNumber(t, "queue_dropped", l.QueueDropped)
		setNumber(t, "partitioned", l.Partitioned)
		setNumber(t, "power_failed", l.PowerFailed)
		setNumber(t, "off", l.Off)
		setNumber(t, "in_flight", l.InFlight)
		setNumber(t, "bytes", l.Bytes)
		setNumber(t, "goodput", l.Goodput)
		setNumber(t, "retransmitted", l.Retransmitted)
		setNumber(t, "fast_retransmitted", l.FastRetransmit)
		setNumber(t, "reordered", l.Reordered)
		setNumber(t, "no_port", l.NoPort)
		setNumber(t, "buffer_full", l.BufferFull)
		setNumber(t, "messages", l.Messages)
		all.RawSetString(l.Name, t)
	}
	L.Push(all)
	return 1
}
