package reports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"simlua.example/core"
)

// latencyColumns are how long calls took, and how they failed.
var latencyColumns = []column{
	{"p50_ns", "p50", duration, "Half of the calls took at most this long.", false},
	{"p90_ns", "p90", duration, "90 % of the calls took at most this long.", false},
	{"p99_ns", "p99", duration, "99 % of the calls took at most this long.", false},
	{"max_ns", "max", duration, "The slowest call.", false},
	{"error_kinds", "kinds of errors", text, "Failed calls by kind of error: `3 timeout, 1 reset`.", true},
}

func newOperations(operations []core.Operation) table {
	t := table{
		name: "operations",
		doc: "What services measured, by operation. Percentiles are exact (nearest rank), over all calls, " +
			"the failed ones included; those of kind `unfinished` with the time until their process or the run ended. They " +
			"are of calls that were made: one that hangs keeps its process from making others (coordinated omission).",
		columns: append([]column{
			{"name", "name", text, "The operation.", false},
			{"count", "count", integer, "Calls.", false},
			{"ok", "ok", integer, "Calls that succeeded.", false},
			{"errors", "errors", integer, "Calls that failed.", false},
		}, latencyColumns...),
	}
	for _, g := range groupOperations(operations) {
		t.rows = append(t.rows, g.row())
	}
	return t
}

func newOperationList(operations []core.Operation) table {
	t := table{
		name: "operation_list", doc: "Every call that was measured, in the order they ended.", long: true,
		columns: []column{
			{key: "name", kind: text, doc: "The operation."},
			{key: "service", kind: text, doc: "Who called it."},
			{key: "process", kind: integer, doc: "Numbers the processes that measured; each is at one call at a time."},
			{key: "start_ns", kind: duration, doc: "When it began."},
			{key: "latency_ns", kind: duration, doc: "How long it took."},
			{key: "error", kind: text, doc: "The kind of its error, or `error`, or `unfinished`; empty when it succeeded."},
		},
	}
	for i := range operations {
		o := &operations[i]
		t.rows = append(t.rows, []any{o.Name, o.Service, o.Process, o.Start, o.Latency, o.Err})
	}
	return t
}

type operationGroup struct {
	name      string
	latencies []time.Duration
	errors    map[string]int
}

// groupOperations gathers calls by operation, ordered by name.
func groupOperations(operations []core.Operation) []*operationGroup {
	var groups []*operationGroup
	index := map[string]*operationGroup{}
	for _, o := range operations {
		g := index[o.Name]
		if g == nil {
			g = &operationGroup{name: o.Name, errors: map[string]int{}}
			index[o.Name] = g
			groups = append(groups, g)
		}
		g.latencies = append(g.latencies, o.Latency)
		if o.Err != "" {
			g.errors[o.Err]++
		}
	}
	slices.SortFunc(groups, func(a, b *operationGroup) int { return cmp.Compare(a.name, b.name) })
	return groups
}

func (g *operationGroup) row() []any {
	slices.Sort(g.latencies)
	failed := 0
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(g.errors)) {
		failed += g.errors[kind]
		kinds = append(kinds, fmt.Sprintf("%d %s", g.errors[kind], kind))
	}
	count := len(g.latencies)
	return []any{g.name, count, count - failed, failed,
		core.Percentile(g.latencies, 50), core.Percentile(g.latencies, 90), core.Percentile(g.latencies, 99),
		core.Percentile(g.latencies, 100), strings.Join(kinds, ", ")}
}
