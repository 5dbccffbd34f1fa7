package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// newSweepTables says all that is known of a sweep, in the order reports show it.
func newSweepTables(s *sweep.Summary, o *SweepOptions) []table {
	return []table{
		newSweep(s, o),
		newSweepSettings(o.Variant.Set),
		newVerdicts(s),
		newFailures(s, o),
		newCorpus(o),
		newSweepChecks(s.Checks()),
		newProperties(s),
		newCalls(s.Operations()),
		newMeasures(s.Measures()),
		newSeeds(s.Seeds(), o),
	}
}

func newSweep(s *sweep.Summary, o *SweepOptions) table {
	t := table{
		name: "sweep", doc: "The sweep as a whole.", single: true,
		columns: []column{
			{key: "script", kind: text, doc: "The script, as it was given."},
			{key: "plan", kind: text, doc: "The plan that was played in place of the script's, as `--plan` was given."},
			{"seeds", "seeds", text, "The seeds that were asked for.", false},
			{"shard", "shard", text, "The part of them that was to be played, `I/N`; empty for all.", true},
			{"played", "played", integer, "How many of them the tables are about: the longest prefix that has finished.", false},
			{"asked", "asked for", integer, "How many were to be played; none when the seeds have no end.", true},
			{"last_seed", "last seed", text, "The last of those that were played, in decimal; none when there is none.", true},
			{key: "stop_after", kind: integer, doc: "After so many failures the sweep was to end; none when it was not."},
			{key: "until_reached", kind: boolean, doc: "Whether it was to end as soon as every sometimes and reachable was."},
			{key: "digest", kind: text, doc: "Digest of all runs that are known; equal digests, same runs."},
			{key: "simlua", kind: text, doc: "The version of simlua; empty when it is not known."},
			{key: "script_digest", kind: text, doc: "What tells scripts apart, as in the report of a run."},
		},
	}
	sweeping := sweep.Sweep{Seeds: o.Seeds, Shard: o.Shard}
	row := []any{o.Variant.Script, o.Variant.Plan, o.Seeds.String(), "", s.Runs, sweeping.Len(), nil, nil,
		o.UntilReached, s.Digest().String(), o.Version, o.Variant.Digest}
	if !o.Shard.IsAll() {
		row[3] = o.Shard.String()
	}
	if o.Seeds.Open() {
		row[5] = nil
	}
	if s.Runs > 0 {
		row[6] = fmt.Sprint(s.Last)
	}
	if o.StopAfter > 0 {
		row[7] = o.StopAfter
	}
	t.rows = [][]any{row}
	return t
}

func newSweepSettings(set []string) table {
	t := table{
		name: "settings", doc: "The parameters that were set.",
		columns: []column{
			{"name", "name", text, "Its name, as `--set` takes it.", false},
			{"value", "value", text, "Its value.", false},
		},
	}
	for _, setting := range set {
		name, value, found := strings.Cut(setting, "=")
		if !found {
			value = "true"
		}
		row := slices.IndexFunc(t.rows, func(row []any) bool { return row[0] == name })
		if row < 0 {
			t.rows = append(t.rows, []any{name, value})
		} else {
			t.rows[row][1] = value // what is set later counts
		}
	}
	return t
}

// shareColumns are a share of the runs that are known, with its interval.
var shareColumns = []column{
	{"share", "share", share, "Its share of the runs that are known: not void, and no defect. None for those.", false},
	{"share_low", "low", share, "The lower end of the 95 % interval of that share (Wilson); none when the " +
		"sweep was to end at a failure, which biases shares.", false},
	{"share_high", "high", share, "The upper end.", false},
}

// shares are the values of shareColumns.
func shares(s *sweep.Summary, verdict core.Verdict, count int) []any {
	value, low, high, hasInterval := s.Share(count)
	switch {
	case !sweep.Known(verdict) || s.Known() == 0:
		return []any{nil, nil, nil}
	case !hasInterval:
		return []any{value, nil, nil}
	}
	return []any{value, low, high}
}

func newVerdicts(s *sweep.Summary) table {
	t := table{
		name: "verdicts", doc: "How runs came out. `void`, ended by a guard on the host, and `defect`, ended by a " +
			"defect of simlua, say nothing about the program: they count in no share.",
		columns: append([]column{
			{"verdict", "verdict", text, "As of a run; or `defect`.", false},
			{"count", "runs", integer, "How many runs.", false},
		}, shareColumns...),
	}
	for _, v := range []core.Verdict{core.Pass, core.Fail, core.Stuck, core.Crash, core.Void, sweep.Defect} {
		if count := s.Verdicts[v]; count > 0 || v == core.Pass {
			t.rows = append(t.rows, append([]any{string(v), count}, shares(s, v, count)...))
		}
	}
	return t
}

func newFailures(s *sweep.Summary, o *SweepOptions) table {
	t := table{
		name: "failures", doc: "What did not pass, a row for each way of failing: verdict, check, and what was said " +
			"without what differs from seed to seed.",
		columns: append(append([]column{
			{"count", "runs", integer, "How many runs failed so.", false},
		}, shareColumns...), []column{
			{"verdict", "verdict", text, "The verdict.", false},
			{"check", "check", text, "The check that does not hold; empty when none is to blame.", true},
			{"reason", "reason", text, "What the check said, or why the run ended. `<n>` stands for a number, `<time>` for a " +
				"time, `<machine>` for machines and their services.", true},
			{"seed", "seed", text, "The smallest seed that fails so, in decimal.", false},
			{"failed_at_ns", "failed at", duration, "When that one failed: its check first, or its end. None " +
				"when it is void or a defect.", false},
			{"failed_step", "step", integer, "In which step.", false},
			{key: "message", kind: text, doc: "What that one said."},
			{key: "replay", kind: text, doc: "The command line that plays that one again; empty when it was void."},
		}...),
	}
	for _, g := range s.Groups() {
		row := append([]any{g.Count}, shares(s, g.Verdict, g.Count)...)
		at, step := failedAt(&g.First)
		row = append(row, string(g.Verdict), g.Check, g.Reason, fmt.Sprint(g.First.Seed), at, step, g.First.Message,
			replay(o, &g.First))
		t.rows = append(t.rows, row)
	}
	if s.Others > 0 {
		t.rows = append(t.rows, []any{s.Others, nil, nil, nil, "others", nil, fmt.Sprintf("beyond %d ways to fail",
			sweep.MaxSignatures), nil, nil, nil, nil, nil})
	}
	return t
}

// failedAt is when and in which step a run failed; none when it did not, or when
// nothing is known of it.
func failedAt(r *sweep.SeedRow) (at, step any) {
	if r.Verdict == core.Pass || !sweep.Known(r.Verdict) {
		return nil, nil
	}
	return r.FailedAt, r.Step
}

// replay is the command that plays a seed again that did not pass.
func replay(o *SweepOptions, r *sweep.SeedRow) string {
	if r.Verdict == core.Pass || r.Verdict == core.Void {
		return ""
	}
	return o.command(r.Seed).String()
}

func newSweepChecks(checks []*sweep.CheckCount) table {
	t := table{
		name: "checks", doc: "Checks that failed in some run, or were never evaluated in some.",
		columns: []column{
			{"name", "name", text, "The check, invariant or expectation.", false},
			{"failed", "failed", integer, "Runs in which it does not hold, whatever their verdict.", false},
			{"untested", "untested", integer, "Runs in which it was never evaluated.", false},
		},
	}
	for _, c := range checks {
		t.rows = append(t.rows, []any{c.Name, c.Failed, c.Untested})
	}
	return t
}

// newProperties is about what is to hold once in some run.
func newProperties(s *sweep.Summary) table {
	t := table{
		name: "properties", doc: "What is to hold once in some run of many: `sometimes` and `reachable`.",
		columns: []column{
			{"name", "name", text, "Its name.", false},
			{"kind", "kind", text, "`sometimes` or `reachable`.", false},
			{"runs", "runs", integer, "Runs that are known, in which it could have been reached.", false},
			{"reached", "reached", integer, "Runs in which it was.", false},
			{"first_seed", "first seed", text, "The first seed that reached it, in decimal; none when none did.", false},
			{"warning", "warning", text, "Of one that no seed reached: what that says of the plan.", true},
		},
	}
	for _, p := range s.Properties() {
		row := []any{p.Name, p.Kind, p.Runs, p.Reached, nil, ""}
		if p.Reached > 0 {
			row[4] = fmt.Sprint(p.First)
		} else {
			row[5] = "never reached: the plan is too weak"
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func newCalls(operations []*sweep.Calls) table {
	t := table{
		name: "operations",
		doc: "What services measured, by operation, the calls of all runs pooled. Percentiles are of the calls that " +
			"ended, the failed ones included, at most 0.1 % too high.",
		columns: append([]column{
			{"name", "name", text, "The operation.", false},
			{"runs", "runs", integer, "Runs that called it.", false},
			{"count", "calls", integer, "Calls.", false},
			{"ok", "ok", integer, "Calls that succeeded.", false},
			{"errors", "errors", integer, "Calls that failed.", false},
			{"unfinished", "unfinished", integer, "Calls that never ended.", false},
		}, latencyColumns...),
	}
	for _, c := range operations {
		failed := c.Errors.Sum()
		row := []any{c.Name, c.Runs, int(c.OK + failed + c.Unfinished), int(c.OK), int(failed), int(c.Unfinished)}
		for _, percent := range []int{50, 90, 99, 100} {
			row = append(row, mergedTime(c.Latency, percent))
		}
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(c.Errors)) {
			kinds = append(kinds, fmt.Sprintf("%d %s", c.Errors[kind], kind))
		}
		t.rows = append(t.rows, append(row, strings.Join(kinds, ", ")))
	}
	return t
}

// mergedTime is a percentile of times, or none.
func mergedTime(m sweep.Merged, percent int) any {
	value, ok := m.Percentile(percent)
	if !ok {
		return nil
	}
	return time.Duration(value)
}

func newMeasures(measures []*sweep.Measure) table {
	t := table{
		name: "distributions",
		doc: "Numbers of a run, and how they are distributed over the runs that are known, at most 0.1 % too high. " +
			"Each is in nanoseconds or a count, as `unit` says.",
		columns: []column{
			{"name", "name", text, "What was measured of each run. `downtime`, of its machines, and `retransmitted`, of " +
				"its links, are sums; `faults: KIND` are those of one kind.", false},
			{key: "unit", kind: text, doc: "`nanoseconds` or `count`."},
			{"p50", "p50", integer, "Half of the runs have at most so much.", false},
			{"p90", "p90", integer, "90 % of the runs have at most so much.", false},
			{"p99", "p99", integer, "99 % of the runs have at most so much.", false},
			{"max", "max", integer, "The largest, exactly.", false},
			{"max_seed", "seed", text, "The first seed that has it, in decimal.", false},
		},
	}
	for _, m := range measures {
		unit := "count"
		if m.IsTime {
			unit = "nanoseconds"
		}
		row := []any{m.Name, unit}
		for _, percent := range []int{50, 90, 99} {
			value, _ := m.Values.Percentile(percent)
			row = append(row, measured(m, min(value, m.Max)))
		}
		t.rows = append(t.rows, append(row, measured(m, m.Max), fmt.Sprint(m.MaxAt)))
	}
	return t
}

// measured is a value in the unit of its measure.
func measured(m *sweep.Measure, value int64) any {
	if m.IsTime {
		return time.Duration(value)
	}
	return uint64(value)
}

func newSeeds(rows []sweep.SeedRow, o *SweepOptions) table {
	t := table{
		name: "seeds", doc: "Runs of their own: all with `--per-seed`, else the first that fail, those that took the most " +
			"simulated time, and those with the most faults.",
		columns: []column{
			{"seed", "seed", text, "The seed, in decimal; a string, since it can exceed 2^53.", false},
			{"verdict", "verdict", text, "The verdict.", false},
			{"check", "check", text, "The check that does not hold.", true},
			{"failed_at_ns", "failed at", duration, "When it failed: its check first, or its end; none when it passed.", true},
			{"failed_step", "step", integer, "In which step.", true},
			{"simulated_ns", "simulated time", duration, "Simulated time at the end.", false},
			{"steps", "steps", integer, "Events that the kernel executed.", false},
			{"faults", "faults", integer, "Faults that happened.", false},
			{"downtime_ns", "downtime", duration, "Of all machines together.", false},
			{"notable", "notable", text, "`fails`, `slowest`, `most faults`; empty with `--per-seed`.", true},
			{key: "message", kind: text, doc: "What the check said, or why the run ended; empty when it passed."},
			{key: "digest", kind: text, doc: "Digest of the run."},
			{key: "replay", kind: text, doc: "The command line that plays it again; empty when it passed or was void."},
		},
	}
	for i := range rows {
		r := &rows[i]
		at, step := failedAt(r)
		t.rows = append(t.rows, []any{fmt.Sprint(r.Seed), string(r.Verdict), r.Check, at, step, r.Time, r.Steps,
			int(r.Faults), r.Downtime, r.Notable, r.Message, r.Digest.String(), replay(o, r)})
	}
	return t
}
