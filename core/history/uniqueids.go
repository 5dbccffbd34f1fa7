package history

import (
	"fmt"
	"slices"
)

// UniqueIDs says whether all answers to "generate" are different: Jepsen's checker
// unique-ids. Two that are the same are certain also when the history was cut.
func UniqueIDs(h *History) Verdict {
	if err := h.Validate(); err != nil {
		return refused(err)
	}
	first := map[any]*Op{}
	again := map[any][]*Op{}
	var duplicated []any
	acknowledged := 0
	for i := range h.Ops {
		o := &h.Ops[i]
		if o.F != "generate" {
			return refused(fmt.Errorf("history %q: %w", h.Name, strange(o, "generate")))
		}
		if o.Type != OK {
			continue
		}
		acknowledged++
		switch k := comparableOf(o.Output); {
		case first[k] == nil:
			first[k] = o
		default:
			if again[k] == nil {
				duplicated = append(duplicated, o.Output)
			}
			again[k] = append(again[k], o)
		}
	}
	v := passed("%d ids, each once", len(first))
	switch {
	case len(duplicated) > 0:
		v = failed("%d ids were given more than once: %s", len(duplicated), some(duplicated))
		k := comparableOf(duplicated[0])
		ops := slices.Concat([]*Op{first[k]}, again[k])
		v.Picture = picture(ops[:min(len(ops), maxShown)], nil)
		v.Anomalies = []string{"duplicated"}
	case h.Cut:
		v = *h.unfit()
	}
	v.Details = counts("attempted", len(h.Ops), "acknowledged", acknowledged, "duplicated", len(duplicated))
	return v
}
