package history

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"
)

// Sequential says whether there is one order of all operations that keeps the
// order of each process and in which all answers are those that the model gives:
// Lamport, How to make a multiprocessor computer that correctly executes
// multiprocess programs, 1979. When operations happened does not matter, only which
// process they are of. Each key is an object of its own, but the order is one for
// all of them: keys cannot be judged one by one.
//
// A history that is linearizable passes soon. Else, of reads and writes of registers,
// each value written once, what the reads show decides nearly all of it, at a cost that
// grows little faster than the operations times the processes (16 million at most), and
// a counterexample is a circle of operations. What is left takes a search whose cost
// can grow beyond any budget.
func Sequential(h *History, m Model, o Options) Verdict {
	if v := h.unfit(); v != nil {
		return *v
	}
	objects, err := h.objects()
	if err != nil {
		return refused(err)
	}
	s := newSequencer(h, &m, objects)
	s.budget = o.defaults()
	found := s.inTime(objects)
	if !found && s.err == nil {
		if s.guide = newReadsFrom(s); s.guide != nil {
			if v := s.guide.judge(s); v != nil {
				return *v
			}
		}
		found = s.search()
	}
	switch {
	case s.err != nil:
		return refused(fmt.Errorf("history %q, model %s: %w", h.Name, m.Name, s.err))
	case s.over():
		return o.exhausted([]any{nil})
	case found:
		v := passed("sequentially consistent: %d operations", len(h.Ops))
		v.Details = counts("steps", s.spent.Steps, "states", s.spent.States)
		return v
	}
	return s.explain()
}

// sequencer searches an order, depth first, and goes no way twice.
type sequencer struct {
	m       *Model
	rows    [][]*Op // of each process, in its order
	row     []int   // of each operation of the history
	place   []int   // of its object
	at      []int   // how far each process has come
	states  []any   // of each object
	order   []*Op
	certain int   // operations in the order that are OK
	best    []*Op // the order that has most of them
	most    int   // of them, in best
	stuck   []*Op // what was next then, of each process
	there   []any // the states then
	kept    map[uint64][]position
	guide   *readsFrom // or nil
	budget  Options
	spent   Options
	err     error
}

// position is where a search has been.
type position struct {
	at     []int
	states []any
}

func newSequencer(h *History, m *Model, objects []object) *sequencer {
	n := len(h.Ops)
	s := &sequencer{m: m, row: make([]int, n), place: make([]int, n), kept: map[uint64][]position{}}
	for i, object := range objects {
		s.states = append(s.states, m.Init)
		for _, o := range object.ops {
			s.place[o.Index] = i
		}
	}
	rows := map[int]int{}
	for _, o := range m.effective(h.all()) {
		row, ok := rows[o.Process]
		if !ok {
			row = len(s.rows)
			rows[o.Process] = row
			s.rows = append(s.rows, nil)
		}
		s.row[o.Index] = row
		s.rows[row] = append(s.rows[row], o)
	}
	s.at = make([]int, len(s.rows))
	return s
}

func (s *sequencer) over() bool {
	return s.spent.Steps > s.budget.Steps || s.spent.States > s.budget.States
}

// inTime says whether the objects are linearizable, and that with a part of the
// budget: then they are sequentially consistent, too.
func (s *sequencer) inTime(objects []object) bool {
	for i, object := range objects {
		l := linearizer{m: s.m, ops: s.m.effective(object.ops)}
		left := s.budget
		left.spend(s.spent)
		l.budget = left.share(4 * (len(objects) - i))
		ok := l.judge(l.ops) == porcupine.Ok
		s.spent.Steps += l.spent.Steps
		s.spent.States += l.spent.States
		if s.err = l.err; !ok {
			return false
		}
	}
	return true
}

// search says whether what is left has an order. When it has not, all is as it was.
func (s *sequencer) search() bool {
	taken := len(s.order)
	s.takeReads()
	if !s.keep() {
		s.back(taken)
		return false
	}
	next := s.next()
	if len(next) == 0 || next[0].Type == Info {
		return true
	}
	for _, o := range next {
		before := s.states[s.place[o.Index]]
		if !s.take(o) {
			continue
		}
		if s.search() {
			return true
		}
		s.back(len(s.order) - 1)
		s.states[s.place[o.Index]] = before
	}
	if s.stuck == nil || s.certain > s.most || s.certain == s.most && len(s.order) < len(s.best) {
		s.best, s.most, s.stuck, s.there = slices.Clone(s.order), s.certain, next, slices.Clone(s.states)
	}
	s.back(taken)
	return false
}

// takeReads takes what is right as it is and changes nothing: to wait with it
// gains nothing.
func (s *sequencer) takeReads() {
	for row, ops := range s.rows {
		for s.at[row] < len(ops) && slices.Contains(s.m.Reads, ops[s.at[row]].F) && s.take(ops[s.at[row]]) {
		}
	}
}

// take lets an operation happen, if it can.
func (s *sequencer) take(o *Op) bool {
	if s.over() || s.err != nil || s.guide != nil && !s.guide.ready(o) {
		return false
	}
	s.spent.Steps++
	place := s.place[o.Index]
	next, ok, err := s.m.Step(s.states[place], o)
	if s.err = err; !ok || err != nil {
		return false
	}
	s.states[place] = next
	s.order = append(s.order, o)
	s.at[s.row[o.Index]]++
	if s.guide != nil {
		s.guide.come(o)
	}
	if o.Type == OK {
		s.certain++
	}
	return true
}

// back forgets the order beyond its first operations, not what they did.
func (s *sequencer) back(length int) {
	for _, o := range slices.Backward(s.order[length:]) {
		s.at[s.row[o.Index]]--
		if s.guide != nil {
			s.guide.back(o)
		}
		if o.Type == OK {
			s.certain--
		}
	}
	s.order = s.order[:length]
}

// next are the operations that come next, of each process: in the order of their
// invocations, but those that need not happen last.
func (s *sequencer) next() []*Op {
	var next []*Op
	for row, ops := range s.rows {
		if s.at[row] < len(ops) {
			next = append(next, ops[s.at[row]])
		}
	}
	slices.SortFunc(next, func(a, b *Op) int {
		if (a.Type == Info) != (b.Type == Info) {
			if b.Type == Info {
				return -1
			}
			return 1
		}
		return a.Index - b.Index
	})
	return next
}

// keep notes where the search is, unless it has been there.
func (s *sequencer) keep() bool {
	hash := uint64(basis)
	for _, n := range s.at {
		hash = fold(hash, int64(n))
	}
	if s.m.Hash != nil {
		for _, state := range s.states {
			hash = (hash ^ s.m.Hash(state)) * prime
		}
	}
	for _, p := range s.kept[hash] {
		if slices.Equal(p.at, s.at) && slices.EqualFunc(p.states, s.states, s.equal) {
			return false
		}
	}
	s.spent.States += 1 + (len(s.at)+len(s.states))/128
	s.kept[hash] = append(s.kept[hash], position{slices.Clone(s.at), slices.Clone(s.states)})
	return true
}

// equal compares states, which is a step of a model without a hash.
func (s *sequencer) equal(a, b any) bool {
	if s.m.Hash == nil {
		s.spent.Steps++
	}
	return s.over() || s.m.equal(a, b)
}

// explain tells where the longest order ends.
func (s *sequencer) explain() Verdict {
	m := marks{}
	for _, o := range s.stuck {
		if o.Type != Info {
			m[o] = "next, where " + onKey(o.Key) + "the state is " + s.m.show(s.there[s.place[o.Index]])
		}
	}
	shown := slices.Clone(s.stuck[:min(len(s.stuck), maxShown)])
	shown = append(shown, s.best[max(0, len(s.best)-maxShown+len(shown)):]...)
	slices.SortFunc(shown, func(a, b *Op) int { return a.Index - b.Index })
	first := s.stuck[0]
	return Verdict{
		Valid: Failed,
		Message: fmt.Sprintf("not sequentially consistent: no order that each process has seen; the longest has %d of %d "+
			"operations, where %s of process %d is next and %sthe state is %s", s.most, s.total(), describe(first),
			first.Process, onKey(first.Key), s.m.show(s.there[s.place[first.Index]])),
		Picture:   picture(shown, m),
		Anomalies: []string{"nonsequential"},
	}
}

func (s *sequencer) total() int {
	total := 0
	for _, ops := range s.rows {
		for _, o := range ops {
			if o.Type == OK {
				total++
			}
		}
	}
	return total
}
