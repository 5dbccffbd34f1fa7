package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// analysis is what is found in transactions.
type analysis struct {
	*txns
	g       graph
	found   map[string][]finding
	assumed string // of the order of versions
}

// finding is an anomaly that is no cycle of several transactions.
type finding struct {
	text string
	txns []*txn
}

func (a *analysis) note(name, text string, txns ...*txn) {
	a.found[name] = append(a.found[name], finding{text, txns})
}

func (a *analysis) node(v int32) int32 {
	n, _ := a.writer(v)
	return n
}

// readOf looks at one version that a transaction has read.
func (a *analysis) readOf(one *txn, m microOp, v int32) {
	switch w := a.versions[v].writer; {
	case w == nil:
		a.note("garbage-read", a.hasRead(m)+", and nobody wrote "+a.value(v), one)
	case w.op.Type == Fail:
		a.note("G1a", a.hasRead(m)+", and "+a.value(v)+" was written by a transaction that failed", one, w)
	}
}

// intermediate looks whether the version that a read shows is one that its
// transaction has overwritten itself.
func (a *analysis) intermediate(one *txn, m microOp, v int32) {
	if w := a.versions[v].writer; w != nil && w != one && !a.versions[v].last {
		a.note("G1b", a.hasRead(m)+", and "+a.value(v)+" was not the last that its transaction wrote", one, w)
	}
}

func (a *analysis) hasRead(m microOp) string {
	return "key " + Text(a.keys[m.key]) + " was read as " + a.answer(m)
}

func (a *analysis) answer(m microOp) string {
	if a.write == "append" {
		return a.list(m.list)
	}
	return a.value(m.version)
}

// list shows the end of a list of versions.
func (a *analysis) list(versions []int32) string {
	const most = 8
	var shown []string
	if len(versions) > most {
		shown = []string{"…"}
		versions = versions[len(versions)-most:]
	}
	for _, v := range versions {
		shown = append(shown, a.value(v))
	}
	return "[" + strings.Join(shown, " ") + "]"
}

// internal looks whether transactions agree with themselves: the axiom INT. A read
// shows what the transaction has read or written before, and nothing that it
// writes later.
func (a *analysis) internal() {
	for _, one := range a.nodes {
		if one.op.Type != OK {
			continue
		}
		expected := map[int32]expectation{}
		for i, m := range one.mops {
			e, ok := expected[m.key]
			switch {
			case m.write:
				e.write(m.version, a.write == "append")
				expected[m.key] = e
				continue
			case ok && !e.fits(m):
				a.note("internal", a.hasRead(m)+", where "+a.expects(e)+" was to be expected", one)
			}
			a.future(one, m, one.mops[i+1:])
			expected[m.key] = expectation{list: m.list, version: m.version, known: true}
		}
	}
}

// expectation is what a transaction must read next of a key.
type expectation struct {
	list    []int32
	ending  bool // the list ends so; what is before is not known
	version int32
	known   bool
}

func (e *expectation) write(v int32, isList bool) {
	if isList {
		e.ending = e.ending || !e.known
		e.list = append(slices.Clip(e.list), v)
	}
	e.version, e.known = v, true
}

func (e *expectation) fits(m microOp) bool {
	switch {
	case e.ending:
		n := len(m.list) - len(e.list)
		return n >= 0 && slices.Equal(m.list[n:], e.list)
	case len(e.list) > 0 || len(m.list) > 0:
		return slices.Equal(m.list, e.list)
	}
	return e.version == m.version
}

func (a *analysis) expects(e expectation) string {
	switch {
	case e.ending:
		return "[… " + strings.TrimPrefix(a.list(e.list), "[")
	case a.write == "append":
		return a.list(e.list)
	}
	return a.value(e.version)
}

// future looks whether a read shows what its transaction writes only later: the
// axiom EXT forbids it.
func (a *analysis) future(one *txn, m microOp, later []microOp) {
	for _, w := range later {
		if w.write && w.key == m.key && (w.version == m.version || slices.Contains(m.list, w.version)) {
			a.note("future-read", a.hasRead(m)+", and the transaction wrote "+a.value(w.version)+" only later", one)
			return
		}
	}
}

// lostUpdates finds transactions that read the same of a key and wrote it: Adya's
// H-lost-update, found as Elle finds it.
func (a *analysis) lostUpdates() {
	type seen struct{ key, version, other int32 }
	updates := map[seen][]*txn{}
	lists := map[seen][]int32{}
	var order []seen
	for _, one := range a.nodes {
		if one.op.Type != OK {
			continue
		}
		for i, m := range one.mops {
			isSame := func(n microOp) bool { return n.key == m.key }
			isWrite := func(n microOp) bool { return n.key == m.key && n.write }
			if m.write || slices.ContainsFunc(one.mops[:i], isSame) || !slices.ContainsFunc(one.mops[i:], isWrite) {
				continue
			}
			k := seen{m.key, m.version, 0}
			if n := len(m.list); n > 0 {
				k.version = m.list[n-1]
			}
			for updates[k] != nil && !slices.Equal(lists[k], m.list) {
				k.other++ // ends alike only, in an incompatible order
			}
			if updates[k] == nil {
				order = append(order, k)
				lists[k] = m.list
			}
			updates[k] = append(updates[k], one)
		}
	}
	for _, k := range order {
		if txns := updates[k]; len(txns) > 1 {
			a.note("lost-update", fmt.Sprintf("%d transactions read %s of key %s and wrote the key", len(txns),
				a.value(k.version), Text(a.keys[k.key])), txns...)
		}
	}
}

// sessions links each transaction of a process to its next.
func (a *analysis) sessions() {
	last := map[int]*txn{}
	for _, one := range a.nodes {
		if before := last[one.op.Process]; before != nil {
			a.g.link(before.node, one.node, process, noVersion, noVersion)
		}
		last[one.op.Process] = one
	}
}

// times links transactions that were over to those that began after: by nodes that
// stand for the moments at which one was over.
func (a *analysis) times() {
	over := slices.DeleteFunc(slices.Clone(a.nodes), func(one *txn) bool { return one.op.Type != OK })
	slices.SortFunc(over, func(x, y *txn) int { return cmp.Compare(x.op.Completed, y.op.Completed) })
	moments := make([]int32, len(over))
	for i, one := range over {
		moments[i] = a.g.node()
		a.g.link(one.node, moments[i], realtime, noVersion, noVersion)
		if i > 0 {
			a.g.link(moments[i-1], moments[i], onward, noVersion, noVersion)
		}
	}
	next := 0
	for _, one := range a.nodes {
		for next < len(over) && over[next].op.Completed < one.op.Invoked {
			next++
		}
		if next > 0 {
			a.g.link(moments[next-1], one.node, onward, noVersion, noVersion)
		}
	}
}
