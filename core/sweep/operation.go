package sweep

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"simlua.example/core"
)

// Operation is what one run has measured under one name.
type Operation struct {
	Name       string  `json:"name"`
	OK         int64   `json:"ok,omitempty"`
	Errors     Counts  `json:"errors,omitempty"` // calls that failed, by kind of error
	Unfinished int64   `json:"unfinished,omitempty"`
	Latency    Latency `json:"latency_ns,omitempty"` // of the calls that ended, failed ones included
}

// Count is how many calls there were.
func (o *Operation) Count() int64 { return o.OK + o.Errors.Sum() + o.Unfinished }

// newOperations gathers calls by name.
func newOperations(calls []core.Operation) []Operation {
	byName := map[string]*Operation{}
	latencies := map[string][]time.Duration{}
	for i := range calls {
		call := &calls[i]
		o := byName[call.Name]
		if o == nil {
			o = &Operation{Name: call.Name}
			byName[call.Name] = o
		}
		switch call.Err {
		case core.Unfinished:
			o.Unfinished++
			continue
		case "":
			o.OK++
		default:
			o.Errors.add(call.Err, 1)
		}
		latencies[call.Name] = append(latencies[call.Name], call.Latency)
	}
	operations := make([]Operation, 0, len(byName))
	for _, o := range slices.SortedFunc(maps.Values(byName), byOperationName) {
		o.Latency = NewLatency(latencies[o.Name])
		operations = append(operations, *o)
	}
	return operations
}

func byOperationName(a, b *Operation) int { return cmp.Compare(a.Name, b.Name) }

// Operation is what was measured under a name, or nil.
func (r *Row) Operation(name string) *Operation {
	for i := range r.Operations {
		if r.Operations[i].Name == name {
			return &r.Operations[i]
		}
	}
	return nil
}
