package reports

import (
	"encoding/json"
	"fmt"
	"math"

	"simlua.example/core"
)

func newHistories(histories []core.History) table {
	t := table{
		name: "histories", doc: "The histories that clients have recorded (`sim.history`), in Jepsen's words.",
		columns: []column{
			{"name", "name", text, "Its name.", false},
			{"operations", "operations", integer, "How many it has.", false},
			{"ok", "ok", integer, "Those that happened.", false},
			{"fail", "fail", integer, "Those that did not, for certain.", false},
			{"info", "info", integer, "Those of which nobody knows.", false},
			{"cut", "cut", boolean, "Whether some were not kept, or a value was too large: no verdict passes then.", true},
		},
	}
	for i := range histories {
		h := &histories[i]
		counts := map[string]int{}
		for j := range h.Calls {
			counts[h.Calls[j].Ended()]++
		}
		t.rows = append(t.rows, []any{h.Name, len(h.Calls), counts["ok"], counts["fail"], counts["info"], h.Cut})
	}
	return t
}

func newHistoryCalls(histories []core.History) table {
	t := table{
		name: "history_operations", doc: "The operations of all histories, each in the order in which they were invoked.",
		long: true,
		columns: []column{
			{key: "history", kind: text, doc: "The history."},
			{key: "index", kind: integer, doc: "Its place there, from 0."},
			{key: "process", kind: integer, doc: "The client; after `info` a process goes on as another one."},
			{key: "service", kind: text, doc: "Whose process it was."},
			{key: "type", kind: text, doc: "How it ended: `ok`, `fail` or `info`."},
			{key: "f", kind: text, doc: "What was done."},
			{key: "key", kind: value, doc: "The object that was meant; none when there is only one."},
			{key: "value", kind: object, doc: "What was asked."},
			{key: "output", kind: object, doc: "What was answered, when it is `ok`."},
			{key: "error", kind: text, doc: "The kind of its error; empty when it is `ok`."},
			{key: "invoked", kind: integer, doc: "Orders the beginnings and ends of all operations of the run."},
			{key: "completed", kind: integer, doc: "Likewise; none when it never ended."},
			{key: "start_ns", kind: duration, doc: "When it began."},
			{key: "end_ns", kind: duration, doc: "When it ended; none when it never did."},
		},
	}
	for i := range histories {
		for j := range histories[i].Calls {
			t.rows = append(t.rows, historyRow(histories[i].Name, j, &histories[i].Calls[j]))
		}
	}
	return t
}

func historyRow(history string, index int, c *core.HistoryCall) []any {
	row := []any{history, index, c.Process, c.Service, c.Ended(), c.F, c.Key, plainJSON(c.Input), plainJSON(c.Output),
		c.Err, c.Invoked, nil, c.Start, nil}
	if c.Completed != 0 {
		row[11], row[13] = c.Completed, c.Start+c.Latency
	}
	return row
}

// plainJSON is a value as core.Plain makes it, for a column of objects.
func plainJSON(v any) any {
	if v == nil {
		return nil
	}
	return json.RawMessage(encode(finite(v)))
}

// finite is a value without numbers that JSON does not have: they are strings.
func finite(v any) any {
	switch x := v.(type) {
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Sprint(x)
		}
	case []any:
		list := make([]any, len(x))
		for i, e := range x {
			list[i] = finite(e)
		}
		return list
	case map[string]any:
		table := make(map[string]any, len(x))
		for k, e := range x { //tidy:sorted into another map
			table[k] = finite(e)
		}
		return table
	}
	return v
}
