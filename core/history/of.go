package history

import (
	"slices"

	"simlua.example/core"
)

// Of is the history of a name in what a run has recorded. One that nobody recorded
// is empty.
func Of(t *core.Trace, name string) (*History, error) {
	place := slices.IndexFunc(t.Histories, func(h core.History) bool { return h.Name == name })
	if place < 0 {
		return New(name, nil)
	}
	recorded := &t.Histories[place]
	ops := make([]Op, len(recorded.Calls))
	for i := range recorded.Calls {
		ops[i] = op(&recorded.Calls[i])
	}
	h, err := New(name, ops)
	h.Cut = recorded.Cut
	return h, err
}

func op(c *core.HistoryCall) Op {
	p := Op{
		Process: c.Process, Service: c.Service, F: c.F, Key: c.Key, Input: c.Input, Output: c.Output,
		Type: Type(c.Ended()), Err: c.Err, Invoked: c.Invoked, Completed: c.Completed, Start: c.Start,
	}
	if p.Completed != 0 {
		p.End = c.Start + c.Latency
	}
	return p
}
