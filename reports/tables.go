package reports

import (
	"fmt"

	"simlua.example/core"
)

// newTables says all that is known of a run, in the order reports show it.
func newTables(r *core.Result, o Options) []table {
	trace := r.Trace
	if trace == nil {
		trace = new(core.Trace)
	}
	return []table{
		newRun(r, trace, o),
		newSettings(r.Params),
		newMask(r.Mask, trace.Faults),
		newOperations(trace.Operations),
		newOperationList(trace.Operations),
		newHistories(trace.Histories),
		newHistoryCalls(trace.Histories),
		newFaults(trace.Faults),
		newFaultList(trace.Faults),
		newLinks(r.Links),
		newTCP(r.Links),
		newMachines(r.Machines),
		newDisks(r.Machines),
		newChecks(r.Checks),
		newWaiting(r.Waiting),
		newGauges(trace.Gauges),
		newGaugeList(trace.Facts),
		newEvents(trace.Facts),
	}
}

func newRun(r *core.Result, trace *core.Trace, o Options) table {
	return table{
		name: "run", doc: "The run as a whole.", single: true,
		columns: []column{
			{key: "scenario", kind: text, doc: "The scenario's name."},
			{"verdict", "verdict", text, "`pass`, `fail`, `stuck`, `crash`, `interrupted` or `void`.", false},
			{"reason", "reason", text, "Why the run ended, or what failed, on one line.", true},
			{"seed", "seed", text, "The seed, in decimal; a string, since it can exceed 2^53.", false},
			{"mask", "mask", text, "`withhold` or `only`, when the run had one: what it does with the faults of `mask`.", true},
			{"simulated_ns", "simulated time", duration, "Simulated time at the end.", false},
			{"steps", "steps", integer, "Events that the kernel executed.", false},
			{"facts_dropped", "facts not kept", integer,
				"Facts, faults and operations beyond the limit `facts`: counted, not kept.", true},
			{"digest", "digest", text, "Digest of all that happened, 16 hexadecimal digits; equal digests, same run.", false},
			{key: "replay", kind: text, doc: "The command line that plays the run again."},
			{key: "simlua", kind: text, doc: "The version of simlua; empty when it is not known."},
			{key: "script_digest", kind: text, doc: "What tells scripts apart: the SHA-256 of what " +
				"`sha256sum SCRIPT MODULE...` prints, for the script and the modules in its folder that it requires, ordered " +
				"by name; empty when unknown."},
			{key: "error", kind: text, doc: "What crashed: message, place, virtual time and Lua stack, on several lines."},
		},
		rows: [][]any{{r.Scenario, string(r.Verdict), r.Reason, fmt.Sprint(r.Seed), r.Mask.Kind(), r.Time, r.Steps,
			trace.Dropped, digest(r), o.Command.String(), o.Origin.Version, o.Origin.Script, errorText(r)}},
	}
}

func digest(r *core.Result) string { return fmt.Sprintf("%016x", r.Digest) }

func newSettings(settings []core.Setting) table {
	t := table{
		name: "settings", doc: "The parameters of the script, as this run had them.",
		columns: []column{
			{"name", "name", text, "Its name, as `--set` takes it.", false},
			{"value", "value", text, "Its value.", false},
		},
	}
	for _, s := range settings {
		t.rows = append(t.rows, []any{s.Name, s.Value})
	}
	return t
}

func newLinks(links []core.LinkStats) table {
	t := table{
		name: "links", doc: "Messages and packets by link, one direction each.",
		columns: []column{
			{"name", "name", text, "From network > to network.", false},
			{"messages", "messages", integer,
				"Whole values sent (`conn:send`), whatever packets they took, and datagrams.", true},
			{"sent", "sent", integer, "Packets handed to the link.", false},
			{"duplicated", "duplicated", integer, "Copies the link made of them (`duplicate`).", true},
			{"delivered", "delivered", integer, "Packets and copies that reached their machine.", false},
			{"lost", "lost", integer, "Packets lost by chance (`loss`, `gemodel`).", true},
			{"corrupted", "corrupt", integer, "Packets dropped because their checksum was wrong (`corrupt`).", true},
			{"queue_dropped", "queue drop", integer, "Packets that found the queue before the `rate` full.", true},
			{"partitioned", "partitioned", integer, "Packets dropped or rejected by a partition.", true},
			{"power_failed", "power fail", integer, "Packets dropped because an end lost power.", true},
			{"off", "off", integer, "Packets dropped because the target was off.", true},
			{"in_flight", "in flight", integer, "Packets still under way, or clogged, at the end.", true},
			{"no_port", "no port", integer, "Datagrams delivered to a port that nobody has.", true},
			{"buffer_full", "buffer full", integer, "Datagrams delivered that found the receive buffer full.", true},
			{"bytes", "bytes", volume, "Bytes delivered, headers included.", false},
		},
	}
	for _, l := range links {
		t.rows = append(t.rows, []any{l.Name, l.Messages, l.Sent, l.Duplicated, l.Delivered, l.Lost, l.Corrupted,
			l.QueueDropped, l.Partitioned, l.PowerFailed, l.Off, l.InFlight, l.NoPort, l.BufferFull, l.Bytes})
	}
	return t
}

func newTCP(links []core.LinkStats) table {
	t := table{
		name: "tcp", doc: "What TCP made of the packets, by link, one direction each.",
		columns: []column{
			{"link", "link", text, "From network > to network.", false},
			{"goodput_bytes", "goodput", volume, "Bytes handed to readers, each once.", false},
			{"retransmitted", "retransmitted", integer, "Segments sent again.", true},
			{"fast_retransmitted", "fast", integer, "Those of them that no timeout caused.", true},
			{"reordered", "reordered", integer, "Segments that arrived before an earlier one.", true},
		},
	}
	for _, l := range links {
		t.rows = append(t.rows, []any{l.Name, l.Goodput, l.Retransmitted, l.FastRetransmit, l.Reordered})
	}
	return t
}

func newMachines(machines []core.MachineStats) table {
	t := table{
		name: "machines", doc: "What happened to each machine.",
		columns: []column{
			{"name", "name", text, "The machine.", false},
			{"boots", "boots", integer, "Boots of its services.", false},
			{"crashes", "crashes", integer, "Boots of its services that ended with an error.", true},
			{key: "first_crash", kind: text, doc: "The first of these errors."},
			{"kills", "kills", integer, "Kills of its services, power cuts included.", false},
			{"wipes", "wipes", integer, "How often its disk was erased.", false},
			{"downtime_ns", "downtime", duration,
				"Time with no service running, after the first boot, unless the last one returned by itself.", false},
			{"open_sockets", "open sockets", integer, "Sockets not closed at the end.", false},
		},
	}
	for _, c := range diskColumns {
		c.title = ""
		t.columns = append(t.columns, c)
	}
	for _, m := range machines {
		row := []any{m.Name, m.Boots, m.Crashes, m.Crash, m.Kills, m.Wipes, m.Downtime, m.Open}
		t.rows = append(t.rows, append(row, diskRow(&m.Disk)...))
	}
	return t
}

// diskColumns are what is counted of the disk that a machine has at the end.
var diskColumns = []column{
	{"commits", "commits", integer, "Read-write transactions of its databases.", false},
	{"syncs", "syncs", integer, "Syncs of its disk; a commit has two.", false},
	{"bytes_read", "read", volume, "Bytes read from its disk, as the software wrote them; likewise:", true},
	{"bytes_written", "written", volume, "Bytes written to its disk.", false},
	{"disk_busy_ns", "busy", duration, "Time with an operation of its disk under way.", false},
	{"disk_full", "full", integer, "Operations that found no space on its disk.", true},
	{"disk_errors", "errors", integer, "Operations of its disk that failed otherwise.", true},
}

func diskRow(d *core.DiskStats) []any {
	return []any{d.Commits, d.Syncs, uint64(d.Read), uint64(d.Written), d.Busy, d.Full, d.Errors}
}

// newDisks is for those machines whose disks have done something.
func newDisks(machines []core.MachineStats) table {
	t := table{
		name: "disks", doc: "What the disks of machines did.", aside: true,
		columns: append([]column{{"name", "name", text, "The machine.", false}}, diskColumns...),
	}
	for _, m := range machines {
		if m.Disk != (core.DiskStats{}) {
			t.rows = append(t.rows, append([]any{m.Name}, diskRow(&m.Disk)...))
		}
	}
	return t
}

func newChecks(checks []core.CheckResult) table {
	t := table{
		name: "checks", doc: "What had to hold, and whether it did.",
		columns: []column{
			{"name", "name", text, "The check, invariant, property or expectation.", false},
			{"kind", "kind", text, "`always`, `sometimes`, `eventually`, `check`, `expect`, `reachable` or `unreachable`.",
				false},
			{"verdict", "verdict", text, "`pass`, `fail`, `untested` when it was never evaluated, `unreached` of one that is " +
				"to hold once in some run, and did not in this one, or `unknown` of one that could not tell.", false},
			{"evaluated", "evaluated", integer, "How often it was evaluated.", false},
			{"reached_at_ns", "reached", duration, "When one that is to hold once first did; of `eventually`, since when it " +
				"held in the end. None of others.", true},
			{"failed_at_ns", "first failure", duration, "When it first failed; none when it held.", true},
			{"message", "message", text, "What the first failure said; of a check that held, what it said.", true},
			{key: "required", kind: boolean, doc: "Whether a run that does not come to it fails; of an expectation."},
			{key: "picture", kind: text, doc: "Of a history that is not allowed: what shows it, on several lines."},
			{key: "failed_step", kind: integer, doc: "In which step it first failed; none when it held."},
		},
	}
	for _, c := range checks {
		t.rows = append(t.rows, checkRow(c))
	}
	return t
}

func checkRow(c core.CheckResult) []any {
	verdict, failedAt, step, reachedAt := "pass", any(nil), any(nil), any(nil)
	switch {
	case c.Unreached():
		verdict = "unreached"
	case c.Evaluated == 0:
		verdict = "untested"
	case c.Unknown:
		verdict = "unknown"
	case !c.Held:
		verdict = "fail"
	}
	if verdict != "untested" && !c.Held {
		failedAt, step = c.FailedAt, c.FailedStep
	}
	if c.Reached {
		reachedAt = c.ReachedAt
	}
	return []any{c.Name, c.Kind, verdict, c.Evaluated, reachedAt, failedAt, c.Message, c.Required, c.Picture, step}
}

func newWaiting(waiting []core.Waiting) table {
	t := table{
		name: "waiting", doc: "Of a stuck run: what the bots that had not returned were waiting for.",
		columns: []column{
			{"service", "bot", text, "The bot.", false},
			{"where", "where", text, "A place in its script, or the name of the process.", false},
			{"since_ns", "since", duration, "When it began to wait.", false},
		},
	}
	for _, w := range waiting {
		t.rows = append(t.rows, []any{w.Service, w.Where, w.Since})
	}
	return t
}

func newGauges(gauges []core.GaugeValue) table {
	t := table{
		name: "gauges", doc: "The gauges that stood at the end, and the last ones of services that were down.",
		columns: []column{
			{"name", "name", text, "The gauge.", false},
			{key: "machine", kind: text, doc: "The machine that published it."},
			{"service", "service", text, "The service that published it.", false},
			{"value", "value", value, "Its value.", false},
			{"at_ns", "since", duration, "When it was last set.", false},
			{"down", "down", boolean, "Whether its service was down: then this is the last value it had.", true},
		},
	}
	for _, g := range gauges {
		t.rows = append(t.rows, []any{g.Name, g.Machine, g.Service, g.Value, g.At, g.Down})
	}
	return t
}
