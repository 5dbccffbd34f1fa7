package reports

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"simlua.example/core"
)

func newFaults(faults []core.Fault) table {
	t := table{
		name: "faults", doc: "Faults by kind and place.",
		columns: []column{
			{"kind", "kind", text, "What harm it did, for example `loss`, `kill` or `partition`.", false},
			{"where", "where", text, "A machine, a service, a link, the two sides of a partition, two machines " +
				"that swap disks, or a fault point.", false},
			{"count", "count", integer, "How often it happened.", false},
			{"masked", "withheld", integer, "How often the mask withheld it, beside `count`.", true},
			{"took", "took", text, "What the first of them took from a disk, or damaged there, that took anything, and how " +
				"many did.", true},
		},
	}
	for _, g := range groupFaults(faults) {
		t.rows = append(t.rows, []any{string(g.kind), g.where, g.count, g.masked, g.took()})
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
	first         string // what the first that took something took
	taking        int    // those that did
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
		groups[i].add(f)
	}
	slices.SortFunc(groups, func(a, b faultGroup) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.where, b.where))
	})
	return groups
}

func (g *faultGroup) add(f *core.Fault) {
	if f.Masked {
		g.masked++
		return
	}
	g.count++
	if f.Took != "" {
		g.first = cmp.Or(g.first, f.Took)
		g.taking++
	}
}

func (g *faultGroup) took() string {
	if g.taking < 2 {
		return g.first
	}
	return fmt.Sprintf("%s (first of %d)", g.first, g.taking)
}

func newFaultList(faults []core.Fault) table {
	t := table{
		name: "fault_list", doc: "Every fault, in the order they happened.", long: true,
		columns: []column{
			{key: "id", kind: text, doc: "Stream and ordinal, for example `plan#3`; it survives masking."},
			{key: "kind", kind: text, doc: "What harm it did."},
			{key: "where", kind: text, doc: "A machine, a service, a link, the two sides of a partition, or two machines " +
				"that swap disks."},
			{key: "at_ns", kind: duration, doc: "When."},
			{key: "end_ns", kind: duration, doc: "When it was undone: healed, resumed, up again, set anew. None when it was " +
				"not, and for what is over at once, as the loss of a packet."},
			{key: "masked", kind: boolean, doc: "Whether the mask withheld it."},
			{key: "parameters", kind: object, doc: "What it was in particular, in the words of the plan: of a `stop` its " +
				"`grace_ns`; of a `reboot` its `grace_ns`, `down_ns` and `wipe`; of a `clock` the `offset_ns` and `drift_ppm` " +
				"that were set; of a `partition` its `mode` and whether it is `oneway`; of a `link` the keys of its profile " +
				"that changed; of a `disk` likewise, and its `stall_ns`; of a `rot` the `value`, `meta` or `file` it meant; of a " +
				"`crash` or `power_fail` of a service's own making its `down_ns`, when there was one."},
			{key: "took", kind: text, doc: "What it took from disks, or damaged there: `1 commit lost on api1.public/db`; " +
				"empty when nothing."},
		},
	}
	for i := range faults {
		f := &faults[i]
		var end any
		if f.End > 0 {
			end = f.End
		}
		t.rows = append(t.rows, []any{f.ID.String(), string(f.Kind), f.Where, f.At, end, f.Masked, parameters(f.Params),
			f.Took})
	}
	return t
}

// parameters are those of a fault as an object of JSON, in their order.
func parameters(params []core.FaultParam) json.RawMessage {
	b := []byte{'{'}
	for i, p := range params {
		if i > 0 {
			b = append(b, ',')
		}
		name, value := p.Name, p.Value
		if d, ok := value.(time.Duration); ok {
			name, value = name+"_ns", int64(d)
		}
		b = append(append(append(b, encode(name)...), ':'), encode(value)...)
	}
	return append(b, '}')
}

// mostMasked is how many faults of a mask people are shown; of more, none.
const mostMasked = 50

func newMask(mask core.Mask, faults []core.Fault) table {
	t := table{
		name: "mask", doc: "The faults that the mask names: to withhold, or the only ones to happen.",
		long: len(mask.IDs) > mostMasked,
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
