package history

import "slices"

// TxnOptions say what is asked of transactions.
type TxnOptions struct {
	Consistency string // one of Consistencies; empty means DefaultConsistency
	Options            // Steps are those along edges of the graph; States are not counted
}

// ListAppend judges transactions over lists, with ["append" key value] and ["r"
// key]: Elle (Kingsbury and Alvaro, Elle: inferring isolation anomalies from
// experimental observations, 2020). Values are unique for each key, so that the
// longest read of a list is the order of its versions, and a read names the
// transaction whose append it has seen last. From there:
//
// T1 comes before T2 when T2's append follows T1's (ww), when T2 read what T1 had
// appended last (wr), and when T2 appended the next element to what T1 read (rw);
// and, when it is asked for, when both are of one process, and when T1 was over
// before T2 began. What was appended and never read follows all that was read.
// A cycle is an anomaly, named by the edges that it has: G-single has one rw,
// G-single-process one rw and the order of a process, too. That is
// looked for before what only time shows, which Elle calls all -realtime.
//
// Verdicts are those of Elle, but that garbage-read is one, where Elle gives up, that
// the order of a process goes on to a transaction that nobody knows the end of, and that
// what a transaction has read after its own append is no lost update. An edge that is of
// two kinds may give a cycle two names. Once lists have incompatible orders or elements
// twice, an order is picked, and Elle may pick another.
func ListAppend(h *History, o TxnOptions) Verdict {
	return judgeTxns(h, o, "append", func(a *analysis) {
		l := lists{analysis: a, longest: make([][]int32, len(a.keys))}
		l.order()
		l.reads()
		l.dirtyUpdates()
		l.link()
	})
}

// lists are the versions of lists.
type lists struct {
	*analysis
	longest [][]int32 // read of each key: the order of its versions
}

// order finds the longest read of each key. A key with one append and no read of it
// needs none.
func (l *lists) order() {
	reads := make([]*txn, len(l.keys))
	for _, one := range l.nodes {
		for _, m := range one.mops {
			if !m.write && len(m.list) > len(l.longest[m.key]) {
				l.longest[m.key], reads[m.key] = m.list, one
			}
		}
	}
	appended := l.appended()
	for key, versions := range l.longest {
		if len(versions) == 0 && len(appended[key]) == 1 {
			l.longest[key] = []int32{appended[key][0].version}
		}
	}
	for _, one := range l.nodes {
		for _, m := range one.mops {
			longest := l.longest[m.key]
			if len(m.list) > 0 && !slices.Equal(m.list, longest[:len(m.list)]) {
				l.note("incompatible-order", "key "+Text(l.keys[m.key])+" was read as "+l.list(m.list)+" and as "+
					l.list(longest), one, reads[m.key])
			}
		}
	}
}

// appended are, of each key, what transactions that may have happened appended.
func (l *lists) appended() [][]target {
	all := make([][]target, len(l.keys))
	for _, one := range l.nodes {
		for _, m := range one.mops {
			if m.write {
				all[m.key] = append(all[m.key], target{one.node, m.version})
			}
		}
	}
	return all
}

// reads looks at what each transaction has read: the same element twice, what
// nobody appended, what failed or was not the last of its transaction.
func (l *lists) reads() {
	seen := make([]int32, len(l.versions))
	stamp := int32(0)
	for _, one := range l.nodes {
		for _, m := range one.mops {
			stamp++
			for _, v := range m.list {
				if seen[v] == stamp {
					l.note("duplicate-elements", l.hasRead(m)+", with "+l.value(v)+" twice", one)
				}
				seen[v] = stamp
				l.readOf(one, m, v)
			}
			if len(m.list) > 0 {
				l.intermediate(one, m, m.list[len(m.list)-1])
			}
		}
	}
}

// dirtyUpdates finds appends of transactions that failed before those of others
// that happened.
func (l *lists) dirtyUpdates() {
	for key, versions := range l.longest {
		var aborted *txn
		from := int32(noVersion)
		for _, v := range versions {
			w := l.versions[v].writer
			switch {
			case w == nil || w.op.Type == Info:
			case w.op.Type == Fail && aborted == nil:
				aborted, from = w, v
			case w.op.Type == OK && aborted != nil:
				l.note("dirty-update", "key "+Text(l.keys[key])+" has "+l.value(from)+", which failed, and later "+
					l.value(v), aborted, w)
				aborted = nil
			}
		}
	}
}

// link makes the graph.
func (l *lists) link() {
	readers := make([][]int32, len(l.versions))
	first := make([][]int32, len(l.keys)) // who read the empty list
	for _, one := range l.nodes {
		for _, m := range one.mops {
			switch {
			case !m.known:
			case len(m.list) == 0:
				first[m.key] = append(first[m.key], one.node)
			default:
				v := m.list[len(m.list)-1]
				readers[v] = append(readers[v], one.node)
				if w, ok := l.writer(v); ok {
					l.g.link(w, one.node, wr, v, v)
				}
			}
		}
	}
	placed := make([]bool, len(l.versions)) // in the order of its key
	for key, appends := range l.appended() {
		before, read := int32(noVersion), first[key]
		for _, v := range l.longest[key] {
			if placed[v] {
				continue // twice
			}
			placed[v] = true
			l.follow(before, read, []target{{l.node(v), v}})
			before, read = v, readers[v]
		}
		unread := slices.DeleteFunc(appends, func(t target) bool { return placed[t.version] })
		l.follow(before, read, unread)
	}
}

// follow links who wrote and who read a version to those who wrote after it.
func (l *lists) follow(before int32, readers []int32, after []target) {
	after = slices.DeleteFunc(after, func(t target) bool { return t.node < 0 })
	if w, ok := l.writer(before); ok {
		l.g.linkAll([]int32{w}, after, ww, before)
	}
	l.g.linkAll(readers, after, rw, before)
}
