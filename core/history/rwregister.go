package history

import (
	"cmp"
	"slices"
	"strings"
)

// RegisterOptions say what is asked of transactions over registers, and what may
// be assumed about the order of versions, which reads of registers do not show.
// That each key is nil at first is assumed always.
type RegisterOptions struct {
	TxnOptions
	// WFRKeys: writes follow reads: a transaction that reads a version of a key and
	// writes the key writes a later one.
	WFRKeys bool
	// SequentialKeys: each process goes through the versions of a key in their order.
	SequentialKeys bool
	// LinearizableKeys: of two transactions, of which one was over before the other
	// began, the second has no earlier version of a key.
	LinearizableKeys bool
}

// The kinds of edges between versions: what they are assumed from.
const (
	initialState kind = 1 << iota
	wfrKeys
	sequentialKeys
	linearizableKeys
)

// assumption is one that was made, by its name in Lua.
type assumption struct {
	kind kind
	name string
}

// assumptions are those that were made beside the first state, in the order in which
// they are used.
func (o *RegisterOptions) assumptions() (all []assumption) {
	if o.WFRKeys {
		all = append(all, assumption{wfrKeys, "wfr_keys"})
	}
	if o.SequentialKeys {
		all = append(all, assumption{sequentialKeys, "sequential_keys"})
	}
	if o.LinearizableKeys {
		all = append(all, assumption{linearizableKeys, "linearizable_keys"})
	}
	return all
}

func (o *RegisterOptions) assumed() string {
	all := "initial_state"
	for _, a := range o.assumptions() {
		all += ", " + a.name
	}
	return " (order of versions from " + all + ")"
}

// RWRegister judges transactions over registers, with ["w" key value] and ["r"
// key], as Elle's rw-register does. Values are unique for each key, so that a read
// names the transaction that wrote it (wr). Which version of a key comes before
// which is known only from what is assumed: it gives ww and rw. What was not
// assumed may hide anomalies, and what does not hold makes some up, most likely
// cyclic-versions: Verdicts say what they assume.
//
// More is found than by Elle, which does not tell garbage-read and future-read, and
// leaves out what transactions wrote that nobody knows the end of, versions that their
// transaction has overwritten itself, a first read of nothing before a write, and, where
// keys are in order, what a transaction writes to a key after it has read it. An
// assumption that makes the versions of a key come in a circle is dropped, for that key:
// Elle drops it for all.
func RWRegister(h *History, o RegisterOptions) Verdict {
	return judgeTxns(h, o.TxnOptions, "w", func(a *analysis) {
		a.assumed = o.assumed()
		r := registers{analysis: a, o: &o, accesses: make([][]access, len(a.keys))}
		r.read()
		r.assume()
		r.link()
	})
}

// registers are the versions of registers.
type registers struct {
	*analysis
	o        *RegisterOptions
	accesses [][]access // to each key
	readers  [][]int32  // of each version, the first one of each key after all others
	order    graph      // of versions
}

// access is what a transaction does to a key, as others can see it: what it reads
// before it has written it, and what it writes last.
type access struct {
	txn         *txn
	reads       bool
	read, wrote int32
	writes      bool
}

// first and last are the versions that an access comes to.
func (x *access) first() int32 {
	if x.reads {
		return x.read
	}
	return x.wrote
}

func (x *access) last() int32 {
	if x.writes {
		return x.wrote
	}
	return x.read
}

// initial is the first state of a key among the versions.
func (r *registers) initial(key int32) int32 { return int32(len(r.versions)) + key }

// read finds what each transaction does to each key.
func (r *registers) read() {
	r.readers = make([][]int32, len(r.versions)+len(r.keys))
	for _, one := range r.nodes {
		for i, m := range one.mops {
			seenKey := func(n microOp) bool { return n.key == m.key }
			if !m.write && m.known && m.version != noVersion {
				r.readOf(one, m, m.version)
				r.intermediate(one, m, m.version)
			}
			if !slices.ContainsFunc(one.mops[:i], seenKey) {
				r.access(one, m.key)
			}
		}
	}
}

// access notes what a transaction does to a key.
func (r *registers) access(one *txn, key int32) {
	x := access{txn: one}
	for _, m := range one.mops {
		switch {
		case m.key != key:
		case m.write:
			x.writes, x.wrote = true, m.version
		case !x.writes && !x.reads && m.known:
			x.reads, x.read = true, m.version
		}
	}
	if x.reads && x.read == noVersion {
		x.read = r.initial(key)
	}
	if !x.reads && !x.writes {
		return
	}
	r.accesses[key] = append(r.accesses[key], x)
	if x.reads {
		r.readers[x.read] = append(r.readers[x.read], one.node)
		if w, ok := r.writer(r.real(x.read)); ok && r.versions[x.read].last {
			r.g.link(w, one.node, wr, x.read, x.read)
		}
	}
}

// real is a version, or noVersion for a first state.
func (r *registers) real(v int32) int32 {
	if int(v) >= len(r.versions) {
		return noVersion
	}
	return v
}

// assume orders versions by what is assumed.
func (r *registers) assume() {
	r.order.nodes = len(r.versions) + len(r.keys)
	for key, accesses := range r.accesses {
		last := map[int]int32{} // of each process
		for _, x := range accesses {
			r.before(r.initial(int32(key)), x, initialState)
			if r.o.WFRKeys && x.reads && x.writes && r.real(x.read) != noVersion {
				r.order.link(x.read, x.wrote, wfrKeys, 0, 0)
			}
			if before, ok := last[x.txn.op.Process]; ok && r.o.SequentialKeys {
				r.before(before, x, sequentialKeys)
			}
			last[x.txn.op.Process] = x.last()
		}
		if r.o.LinearizableKeys {
			r.inTime(accesses)
		}
	}
	r.order.settle()
}

// before says that a version comes before all that an access comes to.
func (r *registers) before(v int32, x access, assumed kind) {
	r.order.link(v, x.first(), assumed, 0, 0)
	if x.last() != x.first() {
		r.order.link(v, x.last(), assumed, 0, 0)
	}
}

// inTime orders versions by transactions that were over before others began. It
// leaves out what follows from the rest.
func (r *registers) inTime(accesses []access) {
	over := slices.Clone(accesses)
	over = slices.DeleteFunc(over, func(x access) bool { return x.txn.op.Type != OK })
	slices.SortFunc(over, func(x, y access) int { return cmp.Compare(x.txn.op.Completed, y.txn.op.Completed) })
	var front []access // those that were over, but not before another one of them began
	for _, x := range accesses {
		for len(over) > 0 && over[0].txn.op.before(x.txn.op) {
			front = slices.DeleteFunc(front, func(y access) bool { return y.txn.op.before(over[0].txn.op) })
			front = append(front, over[0])
			over = over[1:]
		}
		for _, y := range front {
			r.before(y.last(), x, linearizableKeys)
		}
	}
}

// link makes the graph.
func (r *registers) link() {
	kept := r.withoutCircles()
	for key := range r.accesses {
		first := r.initial(int32(key))
		var after []target
		for _, x := range r.accesses[key] {
			if x.writes {
				after = append(after, target{x.txn.node, x.wrote})
			}
		}
		r.g.linkAll(r.readers[first], after, rw, noVersion)
	}
	for v := range r.versions {
		for _, e := range r.order.out(int32(v)) {
			to, ok := r.writer(r.real(e.to))
			if !ok || e.kind&kept[r.versions[v].key] == 0 {
				continue
			}
			if w, ok := r.writer(e.from); ok {
				r.g.link(w, to, ww, e.from, e.to)
			}
			r.g.linkAll(r.readers[v], []target{{to, e.to}}, rw, e.from)
		}
	}
}

// withoutCircles are, of each key, the assumptions that are kept: one by one, those
// with which its versions do not come in a circle. The others are told.
func (r *registers) withoutCircles() []kind {
	versions := make([][]int32, len(r.keys))
	for v := range r.versions {
		key := r.versions[v].key
		versions[key] = append(versions[key], int32(v))
	}
	kept := make([]kind, len(r.keys))
	search := newTarjan(&r.order)
	for key := range kept {
		nodes := append(versions[key], r.initial(int32(key)))
		kept[key] = initialState
		for _, a := range r.o.assumptions() {
			circles := search.components(kept[key]|a.kind, nodes, func(int32) bool { return true })
			for _, members := range circles {
				r.circle(int32(key), a.name, members)
			}
			if len(circles) == 0 {
				kept[key] |= a.kind
			}
		}
	}
	return kept
}

// circle tells versions of a key that come before each other.
func (r *registers) circle(key int32, assumed string, versions []int32) {
	var values []string
	var txns []*txn
	for _, v := range versions {
		values = append(values, r.value(r.real(v)))
		if w := r.real(v); w != noVersion && r.versions[w].writer != nil {
			txns = append(txns, r.versions[w].writer)
		}
	}
	r.note("cyclic-versions", "of key "+Text(r.keys[key])+", each of the values "+strings.Join(values, ", ")+
		" comes before the others by "+assumed, txns...)
}
