package history

import (
	"fmt"
	"slices"
	"strings"
)

// judgeTxns reads transactions, analyses them, and says which anomalies are
// forbidden.
func judgeTxns(h *History, o TxnOptions, write string, analyse func(*analysis)) Verdict {
	bad, err := forbidden(o.Consistency)
	if err != nil {
		return refused(err)
	}
	if v := h.unfit(); v != nil {
		return *v
	}
	t, err := readTxns(h, write)
	if err != nil {
		return refused(err)
	}
	o.Options = o.Options.defaults()
	if o.Consistency == "" {
		o.Consistency = DefaultConsistency
	}
	a := &analysis{txns: t, found: map[string][]finding{}}
	a.g.nodes = len(t.nodes)
	a.internal()
	a.lostUpdates()
	analyse(a)
	j := judgement{analysis: a, bad: bad, o: o}
	j.findCycles()
	return j.verdict()
}

// judgement is an analysis with the cycles in its graph.
type judgement struct {
	*analysis
	cycles *cycles
	bad    map[string]bool
	o      TxnOptions
}

func (j *judgement) findCycles() {
	if j.bad["G0-process"] {
		j.sessions()
	}
	if j.bad["G0-realtime"] {
		j.times()
	}
	j.g.settle()
	wanted := func(name string) bool { return j.bad[name] }
	j.cycles = findCycles(&j.g, len(j.nodes), wanted, j.o.Steps)
	if cycle := j.cycles.shortest["G2-item"]; j.isWriteSkew(cycle) {
		j.cycles.count["write-skew"] = 1
	}
}

// isWriteSkew says whether two transactions each overwrote what the other one had
// read, of two keys.
func (j *judgement) isWriteSkew(cycle []edge) bool {
	return len(cycle) == 2 && cycle[0].kind == rw && cycle[1].kind == rw && j.keyOf(cycle[0]) != j.keyOf(cycle[1])
}

// keyOf is the key of the versions of a dependency.
func (j *judgement) keyOf(e edge) int32 { return j.versions[e.b].key }

func (j *judgement) verdict() Verdict {
	v := passed("%d transactions are %s%s", len(j.all), j.o.Consistency, j.assumed)
	var told []string
	for _, name := range anomalies {
		n := len(j.found[name]) + j.cycles.count[name]
		if n > 0 && j.bad[name] {
			v.Anomalies = append(v.Anomalies, name)
			told = append(told, name)
			v.Details = append(v.Details, Detail{name, int64(n)})
		}
	}
	var open []string
	for _, name := range anomalies {
		if j.cycles.open[name] && j.cycles.count[name] == 0 {
			open = append(open, name)
		}
	}
	switch {
	case len(told) > 0:
		v.Valid = Failed
		v.Message = fmt.Sprintf("not %s: %s%s", j.o.Consistency, strings.Join(told, ", "), j.assumed)
		v.Picture = j.pictures(told)
	case len(open) > 0:
		v = unknown("the budget of %d steps is used up in the search for %s", j.o.Steps, strings.Join(open, ", "))
	}
	return v
}

// maxPictures is how many anomalies are shown.
const maxPictures = 4

func (j *judgement) pictures(names []string) string {
	var all []string
	for _, name := range names[:min(len(names), maxPictures)] {
		switch cycle := j.cycles.shortest[name]; {
		case cycle != nil:
			all = append(all, name+":\n"+j.cycle(cycle))
		case len(j.found[name]) > 0:
			all = append(all, name+": "+j.finding(j.found[name][0]))
		}
	}
	return strings.Join(all, "")
}

func (j *judgement) finding(f finding) string {
	var ops []*Op
	for _, one := range f.txns[:min(len(f.txns), maxShown)] {
		if !slices.Contains(ops, one.op) {
			ops = append(ops, one.op)
		}
	}
	slices.SortFunc(ops, func(a, b *Op) int { return a.Index - b.Index })
	return f.text + "\n" + picture(ops, nil)
}

// cycle shows the transactions of a cycle, and why each comes before the next.
func (j *judgement) cycle(cycle []edge) string {
	first := 0
	for i := range cycle {
		if cycle[i].from < cycle[first].from {
			first = i
		}
	}
	cycle = slices.Concat(cycle[first:], cycle[:first])
	names := map[int32]string{}
	var ops []*Op
	for i, e := range cycle {
		names[e.from] = fmt.Sprintf("T%d", i+1)
		ops = append(ops, j.nodes[e.from].op)
	}
	bars, c := barsOf(ops), clockOf(ops)
	rows := make([][]string, len(ops))
	for i, o := range ops {
		rows[i] = []string{fmt.Sprintf("T%d", i+1), who(o), describe(o), c.column(o), bars[i]}
	}
	var why [][]string
	for _, e := range cycle {
		from, to := names[e.from], names[e.to]
		why = append(why, []string{from + " -" + kindNames[e.kind] + "-> " + to, j.why(e, from, to, c)})
	}
	return columns(rows) + columns(why)
}

func (j *judgement) why(e edge, from, to string, c *clock) string {
	a, b := j.nodes[e.from].op, j.nodes[e.to].op
	switch e.kind {
	case process:
		return fmt.Sprintf("process %d did %s before %s", a.Process, from, to)
	case realtime:
		return fmt.Sprintf("%s was over at %s, %s began at %s", from, c.at(a.End), to, c.at(b.Start))
	}
	did := map[string]string{"append": "appended", "w": "wrote"}[j.write]
	key := Text(j.keys[j.keyOf(e)])
	switch e.kind {
	case ww:
		return fmt.Sprintf("%s %s %s to key %s, %s %s after it", from, did, j.value(e.a), key, to, j.value(e.b))
	case wr:
		return fmt.Sprintf("%s %s %s to key %s, %s read it", from, did, j.value(e.b), key, to)
	}
	return fmt.Sprintf("%s read %s of key %s, %s %s %s after it", from, j.value(e.a), key, to, did, j.value(e.b))
}
