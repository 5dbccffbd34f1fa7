package history

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// txnGen plays random transactions on a small database that isolates them well or
// badly, and then changes some answers.
type txnGen struct {
	r     *rand.Rand
	write string
	state map[string]any
	next  int64
	order uint64
}

type running struct {
	op       *Op
	at       int
	snapshot map[string]any
	writes   map[string]any
}

// history has n transactions of three processes; some have an end that nobody
// knows, when it may.
func (g *txnGen) history(n int, info bool) *History {
	g.state, g.next, g.order = map[string]any{}, 0, 0
	mode := g.r.IntN(3) // serial, snapshots, each read as it comes
	changes := g.r.IntN(2) == 0
	var ops []*Op
	var open []*running
	free := []int{0, 1, 2}
	for started := 0; started < n || len(open) > 0; {
		g.order++
		if started < n && len(free) > 0 && (len(open) == 0 || g.r.IntN(3) == 0) {
			o := &Op{Process: free[0], F: "txn", Invoked: g.order, Input: g.input(), Type: OK}
			free = free[1:]
			ops = append(ops, o)
			open = append(open, &running{op: o, snapshot: clone(g.state)})
			started++
			continue
		}
		i := 0
		if mode > 0 {
			i = g.r.IntN(len(open))
		}
		x := open[i]
		if !g.step(x, mode, changes) {
			continue
		}
		open = slices.Delete(open, i, i+1)
		x.op.Completed = g.order
		switch {
		case info && g.r.IntN(8) == 0:
			x.op.Type, x.op.Output = Info, nil
			free = append(free, 10+int(g.order))
		case info && g.r.IntN(12) == 0:
			x.op.Type, x.op.Output = Fail, nil
			free = append(free, x.op.Process)
		default:
			free = append(free, x.op.Process)
		}
	}
	plain := make([]Op, len(ops))
	for i, o := range ops {
		plain[i] = *o
	}
	h, err := New("random", plain)
	if err != nil {
		panic(err)
	}
	return h
}

func clone(m map[string]any) map[string]any {
	c := map[string]any{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

func (g *txnGen) input() any {
	var mops []any
	for range 1 + g.r.IntN(3) {
		key := []string{"x", "y"}[g.r.IntN(2)]
		if g.r.IntN(2) == 0 {
			mops = append(mops, []any{"r", key})
			continue
		}
		g.next++
		mops = append(mops, []any{g.write, key, g.next})
	}
	return mops
}

// step does the next micro-operation of a transaction, or its end.
func (g *txnGen) step(x *running, mode int, changes bool) (ended bool) {
	input := x.op.Input.([]any)
	if x.at == 0 {
		x.writes = map[string]any{}
		if mode == 0 {
			x.snapshot = clone(g.state)
		}
	}
	db := x.snapshot
	if mode == 2 {
		db = g.state
	}
	for x.at < len(input) {
		m := slices.Clone(input[x.at].([]any))
		key := m[1].(string)
		if m[0] == "r" {
			answer := db[key]
			if changes && g.r.IntN(8) == 0 {
				answer = g.changed(answer)
			}
			m = append(m[:2:2], answer)
		} else {
			db[key] = applied(g.write, db[key], m[2])
			x.writes[key] = m[2]
			if mode == 1 {
				g.state[key] = applied(g.write, g.state[key], m[2])
			}
		}
		out, _ := x.op.Output.([]any)
		x.op.Output = append(out, m)
		x.at++
		if mode == 2 {
			return x.at == len(input)
		}
	}
	if mode == 0 {
		g.state = x.snapshot
	}
	return true
}

func applied(write string, old, value any) any {
	if write != "append" {
		return value
	}
	list, _ := old.([]any)
	return append(slices.Clip(list), value)
}

func (g *txnGen) changed(v any) any {
	list, isList := v.([]any)
	switch {
	case g.write != "append":
		if g.next == 0 {
			return nil
		}
		return 1 + g.r.Int64N(g.next)
	case isList && len(list) > 0 && g.r.IntN(2) == 0:
		return list[:len(list)-1]
	case g.next > 0:
		return append(slices.Clip(list), 1+g.r.Int64N(g.next))
	}
	return v
}

// serial says whether some order of the transactions, with any of those that
// nobody knows the end of, explains all reads.
func serial(h *History, write string, precedes func(a, b *Op) bool) bool {
	m := Model{Init: map[string]any{}, Step: func(state any, o *Op) (any, bool, error) {
		s := clone(state.(map[string]any))
		return s, replay(write, s, o), nil
	}}
	return bruteForce(m, happened(h), precedes)
}

// replay lets a transaction happen to a state, and says whether its reads are right.
func replay(write string, s map[string]any, o *Op) bool {
	for i, v := range o.Input.([]any) {
		mop := v.([]any)
		key := mop[1].(string)
		if mop[0] != "r" {
			s[key] = applied(write, s[key], mop[2])
			continue
		}
		if o.Type != OK {
			continue
		}
		answer := o.Output.([]any)[i].([]any)[2]
		if list, ok := answer.([]any); ok && len(list) == 0 {
			answer = nil
		}
		if !equal(s[key], answer) {
			return false
		}
	}
	return true
}

var sessionOrder = func(a, b *Op) bool { return a.Process == b.Process && a.Index < b.Index }

func TestListAppendIsBruteForce(t *testing.T) {
	for consistency, precedes := range map[string]func(a, b *Op) bool{
		"serializable":                func(a, b *Op) bool { return false },
		"strong-session-serializable": sessionOrder,
		"strict-serializable":         func(a, b *Op) bool { return a.before(b) },
	} {
		t.Run(consistency, func(t *testing.T) {
			g := &txnGen{r: rand.New(rand.NewPCG(3, 4)), write: "append"}
			count := map[Validity]int{}
			for range rounds(2500) {
				h := g.history(2+g.r.IntN(4), true)
				want := Failed
				if serial(h, "append", precedes) {
					want = Pass
				}
				count[want]++
				v := ListAppend(h, TxnOptions{Consistency: consistency})
				if v.Valid != want {
					t.Fatalf("%s, want %s: %s\n%s\n%s", v.Valid, want, v.Message, v.Picture, picture(h.all(), nil))
				}
			}
			if count[Pass] < rounds(250) || count[Failed] < rounds(250) {
				t.Errorf("the histories are no test: %v", count)
			}
		})
	}
}

// snapshots says whether some order of beginnings and ends explains all reads by
// what was there at the beginning, with no two transactions side by side that
// write the same key: snapshot isolation as Berenson and others define it (A
// critique of ANSI SQL isolation levels, 1995), with snapshots of any age.
func snapshots(h *History) bool {
	ops := happened(h)
	type begun struct {
		state    map[string]any
		versions map[string]int
	}
	begins := make([]*begun, len(ops))
	ended := make([]bool, len(ops))
	state, versions := map[string]any{}, map[string]int{}
	var search func(left int) bool
	search = func(left int) bool {
		if left == 0 {
			return true
		}
		for i, o := range ops {
			if ended[i] {
				continue
			}
			if begins[i] == nil {
				if !replay("append", clone(state), o) {
					continue
				}
				begins[i] = &begun{clone(state), cloneInts(versions)}
				if search(left - 1) {
					return true
				}
				begins[i] = nil
				continue
			}
			before, beforeVersions := state, versions
			state, versions = clone(state), cloneInts(versions)
			if commits(o, state, versions, begins[i].versions) {
				ended[i] = true
				if search(left - 1) {
					return true
				}
				ended[i] = false
			}
			state, versions = before, beforeVersions
		}
		return false
	}
	return search(2 * len(ops))
}

func commits(o *Op, state map[string]any, versions, begun map[string]int) bool {
	written := map[string]bool{}
	for _, v := range o.Input.([]any) {
		m := v.([]any)
		key := m[1].(string)
		if m[0] == "r" {
			continue
		}
		if versions[key] != begun[key] && !written[key] {
			return false
		}
		state[key] = applied("append", state[key], m[2])
		if !written[key] {
			versions[key]++
		}
		written[key] = true
	}
	return true
}

func cloneInts(m map[string]int) map[string]int {
	c := map[string]int{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

// TestSnapshotIsolationIsBruteForce has histories that end with a read of all, so
// that the order of all versions is known: else snapshot isolation is not decided
// by the edges that are known.
func TestSnapshotIsolationIsBruteForce(t *testing.T) {
	g := &txnGen{r: rand.New(rand.NewPCG(5, 6)), write: "append"}
	count := map[Validity]int{}
	for range rounds(2500) {
		h := g.history(2+g.r.IntN(3), false)
		last := Op{Index: len(h.Ops), Process: 99, F: "txn", Type: OK, Invoked: g.order + 1, Completed: g.order + 2}
		last.Input = []any{[]any{"r", "x"}, []any{"r", "y"}}
		last.Output = []any{[]any{"r", "x", g.state["x"]}, []any{"r", "y", g.state["y"]}}
		h.Ops = append(h.Ops, last)
		want := Failed
		if snapshots(h) {
			want = Pass
		}
		count[want]++
		v := ListAppend(h, TxnOptions{Consistency: "snapshot-isolation"})
		if v.Valid != want {
			t.Fatalf("%s, want %s: %s\n%s\n%s", v.Valid, want, v.Message, v.Picture, picture(h.all(), nil))
		}
	}
	if count[Pass] < rounds(250) || count[Failed] < rounds(250) {
		t.Errorf("the histories are no test: %v", count)
	}
}

// TestRWRegisterIsSound: what it calls wrong is wrong, when what it assumes is what
// the consistency that is asked for implies. It cannot find all: versions that no
// read orders can be in any order.
func TestRWRegisterIsSound(t *testing.T) {
	for _, c := range []struct {
		o        RegisterOptions
		precedes func(a, b *Op) bool
	}{
		{RegisterOptions{TxnOptions{Consistency: "serializable"}, true, false, false},
			func(a, b *Op) bool { return false }},
		{RegisterOptions{TxnOptions{Consistency: "strong-session-serializable"}, true, true, false}, sessionOrder},
		{RegisterOptions{TxnOptions{Consistency: "strict-serializable"}, true, true, true},
			func(a, b *Op) bool { return a.before(b) }},
	} {
		t.Run(c.o.Consistency, func(t *testing.T) {
			g := &txnGen{r: rand.New(rand.NewPCG(7, 8)), write: "w"}
			var wrong, found int
			for range rounds(2500) {
				h := g.history(2+g.r.IntN(4), true)
				right := serial(h, "w", c.precedes)
				v := RWRegister(h, c.o)
				if v.Valid == Failed && right {
					t.Fatalf("%s\n%s\n%s", v.Message, v.Picture, picture(h.all(), nil))
				}
				if !right {
					wrong++
				}
				if v.Valid == Failed {
					found++
				}
			}
			if wrong < rounds(250) || found < wrong*9/10 {
				t.Errorf("%d are wrong, %d were found", wrong, found)
			}
		})
	}
}
