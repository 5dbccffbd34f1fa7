package reports

import "simlua.example/core"

// eventKinds are what the kinds of facts are called that are events of a run.
var eventKinds = map[core.FactKind]string{
	core.FactLog: "log", core.FactBoot: "boot", core.FactStopping: "stopping", core.FactStopped: "stopped",
	core.FactReturned: "returned", core.FactKilled: "killed", core.FactFailed: "failed", core.FactPowerOff: "power_off",
	core.FactResume: "resumed", core.FactHeal: "healed", core.FactViolation: "violation", core.FactExpect: "expect",
	core.FactHalt: "halt", core.FactReached: "reached",
}

// unlessKept says what a table of facts is without them.
const unlessKept = " Empty unless the run kept them, as `simlua run` does for JSON and CSV (`core.KeepGauges` in Go)."

func newEvents(facts []core.Fact) table {
	t := table{
		name: "events", long: true,
		doc: "What happened, in order: the lines of the log but for faults, which `fault_list` has." + unlessKept,
		columns: []column{
			{key: "at_ns", kind: duration, doc: "When."},
			{key: "kind", kind: text, doc: "`log`, `boot`, `stopping`, `stopped`, `returned`, `killed`, `failed`, " +
				"`power_off`, `resumed`, `healed`, `violation`, `expect`, `reached` or `halt`."},
			{key: "machine", kind: text, doc: "The machine; empty for the plan, for partitions and what is asked of the world."},
			{key: "service", kind: text, doc: "The service; empty when it is about the machine."},
			{key: "level", kind: text, doc: "Of `log`: `info`, `warn` or `error`."},
			{key: "text", kind: text, doc: "What was logged, or the reason; of `stopping` the grace period."},
		},
	}
	for i := range facts {
		f := &facts[i]
		kind, level := eventKinds[f.Kind], ""
		if kind == "" {
			continue
		}
		if f.Kind == core.FactLog {
			level = [...]string{core.Info: "info", core.Warn: "warn", core.Error: "error"}[f.Level]
		}
		t.rows = append(t.rows, []any{f.At, kind, f.Machine, f.Service, level, f.Text})
	}
	return t
}

func newGaugeList(facts []core.Fact) table {
	t := table{
		name: "gauge_list", doc: "Every change of a gauge, in order." + unlessKept, long: true,
		columns: []column{
			{key: "at_ns", kind: duration, doc: "When."},
			{key: "name", kind: text, doc: "The gauge."},
			{key: "machine", kind: text, doc: "The machine that published it."},
			{key: "service", kind: text, doc: "The service that published it."},
			{key: "value", kind: value, doc: "Its value from then on; none when it was withdrawn."},
		},
	}
	for i := range facts {
		if g := facts[i].Gauge; g != nil && facts[i].Kind == core.FactGauge {
			t.rows = append(t.rows, []any{g.At, g.Name, g.Machine, g.Service, g.Value})
		}
	}
	return t
}
