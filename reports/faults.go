package reports

import (
	"cmp"
	"slices"

	"simlua/core"
)

func newFaults(faults []core.Fault) table {
	t := table{
		name: "faults", doc: "Faults by kind and place.",
		columns: []column{
			{"kind", "kind", text, "What harm it did, for example `loss`, `kill` or `partition`.", false},
			{"where", "where", text, "A machine, a service, a link, the two sides of a partition, or a fault point.", false},
			{"count", "count", integer, "How often it happened.", false},
			{"masked", "withheld", integer, "How often the mask withheld it, beside `count`.", true},
		},
	}
	for _, g := range groupFaults(faults) {
		t.rows = append(t.rows, []any{string(g.kind), g.where, g.count, g.masked})
	}
	return t
}

type place struct {
	kind  core.FaultKind
	where string
}

type faultGroup struct {
	place
	count, masked int
}

// groupFaults counts faults by place, ordered by kind, then where.
func groupFaults(faults []core.Fault) []faultGroup {
	var groups []faultGroup
	index := map[place]int{}
	for i := range faults {
		f := &faults[i]
		p := place{f.Kind, f.Where}
		if f.Kind == core.FaultPoint {
			p.where = f.ID.Stream
		}
		i, known := index[p]
		if !known {
			i = len(groups)
			index[p] = i
			groups = append(groups, faultGroup{place: p})
		}
		if f.Masked {
			groups[i].masked++
		} else {
			groups[i].count++
		}
	}
	slices.SortFunc(groups, func(a, b faultGroup) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.where, b.where))
	})
	return groups
}

func newFaultList(faults []core.Fault) table {
	t := table{
		name: "fault_list", doc: "Every fault, in the order they happened.", long: true,
		columns: []column{
			{key: "id", kind: text, doc: "Stream and ordinal, for example `plan#3`; it survives masking."},
			{key: "kind", kind: text, doc: "What harm it did."},
			{key: "where", kind: text, doc: "A machine, a service, a link, or the two sides of a partition."},
			{key: "at_ns", kind: duration, doc: "When."},
			{key: "masked", kind: boolean, doc: "Whether the mask withheld it."},
		},
	}
	for i := range faults {
		f := &faults[i]
		t.rows = append(t.rows, []any{f.ID.String(), string(f.Kind), f.Where, f.At, f.Masked})
	}
	return t
}

func newMask(mask core.Mask, faults []core.Fault) table {
	t := table{
		name: "mask", doc: "The faults that the mask names: to withhold, or the only ones to happen.",
		columns: []column{
			{"id", "fault", text, "Stream and ordinal, as in `fault_list`.", false},
			{"at_ns", "came up", duration, "When the run came to it; none when it never did.", false},
		},
	}
	at := map[core.FaultID]any{}
	for i := range faults {
		f := &faults[i]
		at[f.ID] = f.At
	}
	for _, id := range mask.IDs {
		t.rows = append(t.rows, []any{id.String(), at[id]})
	}
	return t
}
