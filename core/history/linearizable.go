package history

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// Linearizable says whether each operation can have happened at one moment
// between its beginning and its end, so that all answers are those that the model
// gives. Herlihy and Wing, Linearizability: a correctness condition for concurrent
// objects, 1990; the search is porcupine's, of Lowe, Testing for linearizability.
//
// Each key is an object of its own. Keys are judged in their order, each with its
// share of the budget and what those before it have left.
func Linearizable(h *History, m Model, o Options) Verdict {
	if v := h.unfit(); v != nil {
		return *v
	}
	objects, err := h.objects()
	if err != nil {
		return refused(err)
	}
	left := o.defaults()
	var spent Options
	var unknown []any
	for i, object := range objects {
		l := linearizer{m: &m, key: object.key, ops: m.effective(object.ops)}
		l.budget = left.share(len(objects) - i)
		result := l.judge(l.ops)
		left.spend(l.spent)
		spent = Options{spent.Steps + l.spent.Steps, spent.States + l.spent.States}
		switch {
		case l.err != nil:
			return refused(fmt.Errorf("history %q, model %s: %w", h.Name, m.Name, l.err))
		case result == porcupine.Illegal:
			return l.explain()
		case result == porcupine.Unknown:
			unknown = append(unknown, object.key)
		}
	}
	if len(unknown) > 0 {
		return o.exhausted(unknown)
	}
	v := passed("linearizable: %d operations", len(h.Ops))
	v.Details = counts("steps", spent.Steps, "states", spent.States)
	return v
}

// linearizer judges the operations on one key.
type linearizer struct {
	m      *Model
	key    any
	ops    []*Op
	budget Options
	spent  Options
	over   bool // the budget is used up
	err    error
	found  bool // watch is the operation whose end leaves no order
	watch  *Op  // whose refusals are noted
	seen   refusals
}

// judge searches an order. Once the budget is used up every step is refused, and
// the search comes back from where it is without going anywhere else.
func (l *linearizer) judge(ops []*Op) porcupine.CheckResult {
	l.spent, l.over = Options{}, false
	model := porcupine.Model{
		Init:  func() any { return l.m.Init },
		Equal: l.equal,
		Hash:  l.m.Hash,
		Step:  func(state, input, _ any) (bool, any) { return l.step(state, input.(*Op), len(ops)) },
	}
	ok := porcupine.CheckEvents(model, events(ops))
	switch {
	case l.over || l.err != nil:
		return porcupine.Unknown
	case ok:
		return porcupine.Ok
	}
	return porcupine.Illegal
}

// opsPerState is how many operations a state that is kept takes note of for the
// price of one.
const opsPerState = 1024

func (l *linearizer) step(state any, o *Op, ops int) (bool, any) {
	if l.over || l.err != nil {
		return false, nil
	}
	l.spent.Steps++
	next, ok, err := l.m.Step(state, o)
	l.err = err
	if l.watch == o {
		l.seen.note(l.m, state, ok)
	}
	if ok {
		l.spent.States += 1 + ops/opsPerState
	}
	l.over = l.spent.Steps > l.budget.Steps || l.spent.States > l.budget.States
	return ok && err == nil && !l.over, next
}

// equal compares states, which is a step of a model that compares them itself: it
// has no hash, so that a state is compared with all that were kept of its operations.
func (l *linearizer) equal(a, b any) bool {
	if l.m.Hash == nil {
		l.spent.Steps++
		l.over = l.over || l.spent.Steps > l.budget.Steps
	}
	return l.over || l.err != nil || l.m.equal(a, b)
}

// events are the beginnings and the ends of operations, in order. Those that
// nobody knows the end of end after all others.
func events(ops []*Op) []porcupine.Event {
	points := pointsOf(ops)
	events := make([]porcupine.Event, 0, 2*len(ops))
	for _, p := range points {
		events = append(events, porcupine.Event{
			Kind: porcupine.EventKind(p.end), Value: p.op, Id: p.place,
		})
	}
	return events
}
