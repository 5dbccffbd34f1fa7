package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// maxRefusals is how many states in which an operation cannot happen are told.
const maxRefusals = 6

// refusals are the states in which an operation was tried.
type refusals struct {
	states   []any // that refused it, the first ones
	more     bool  // of them
	accepted bool  // by another one
}

func (r *refusals) note(m *Model, state any, ok bool) {
	switch {
	case ok:
		r.accepted = true
	case slices.ContainsFunc(r.states, func(s any) bool { return m.equal(s, state) }):
	case len(r.states) == maxRefusals:
		r.more = true
	default:
		r.states = append(r.states, state)
	}
}

func (r *refusals) text(m *Model) string {
	var shown []string
	for _, s := range r.states {
		shown = append(shown, m.show(s))
	}
	slices.Sort(shown)
	if r.more {
		shown = append(shown, "…")
	}
	return strings.Join(shown, " or ")
}

// explain finds the operation whose end leaves no order: the operations up to
// there have none, and it is the last of them that ended.
func (l *linearizer) explain() Verdict {
	ends := slices.Clone(l.ops)
	ends = slices.DeleteFunc(ends, func(o *Op) bool { return o.Type == Info })
	slices.SortFunc(ends, func(a, b *Op) int { return cmp.Compare(a.Completed, b.Completed) })
	l.budget = l.budget.share(4) // of each look; one that takes more may have an order
	looks := map[*Op]porcupine.CheckResult{}
	k, _ := slices.BinarySearchFunc(ends, porcupine.Illegal, func(o *Op, _ porcupine.CheckResult) int {
		if looks[o] = l.judge(until(l.m, l.ops, o)); looks[o] == porcupine.Illegal {
			return 1
		}
		return -1
	})
	k = min(k, len(ends)-1)
	l.watch = ends[k]
	if looks[l.watch] == porcupine.Illegal && (k == 0 || looks[ends[k-1]] == porcupine.Ok) {
		l.found = true
		l.judge(until(l.m, l.ops, l.watch)) // for its refusals
	}
	shown := around(l.ops, l.watch)
	message, mark := l.inWords(clockOf(shown))
	return Verdict{
		Valid:     Failed,
		Message:   fmt.Sprintf("not linearizable: %s%s", onKey(l.key), message),
		Picture:   picture(shown, marks{l.watch: mark}),
		Anomalies: []string{"nonlinearizable"},
	}
}

// inWords says what is wrong, and what stands beside the operation in the picture.
func (l *linearizer) inWords(c *clock) (message, mark string) {
	o := l.watch
	who := fmt.Sprintf("%s of process %d, %s, ", describe(o), o.Process, c.span(o))
	switch {
	case !l.found:
		return "the operations up to the end of " + who + "have no order", "no order up to here"
	case l.seen.accepted:
		return who + "leaves no order that explains the answers to the others", "leaves no order"
	case len(l.seen.states) == 0:
		return who + "leaves no order", "leaves no order"
	}
	return who + "fits nowhere: there the state is " + l.seen.text(l.m), "fits nowhere"
}

// until is what was known when an operation had just ended: of those that had not,
// nobody knew the answer.
func until(m *Model, ops []*Op, last *Op) []*Op {
	var known []*Op
	for _, o := range ops {
		switch {
		case o.Invoked > last.Completed:
			return m.effective(known)
		case o.over() <= last.Completed:
			known = append(known, o)
		default:
			open := *o
			open.Type, open.Output, open.Completed = Info, nil, 0
			known = append(known, &open)
		}
	}
	return m.effective(known)
}

// maxShown is how many operations a picture has.
const maxShown = 12

// around picks, of operations in the order of their invocations, those that tell
// why one cannot be: those beside it, those that asked for the value it has, and
// the last ones that were over when it began.
func around(ops []*Op, mark *Op) []*Op {
	var beside, before, same []*Op
	for _, o := range ops {
		switch {
		case o == mark || o.Invoked > mark.over():
		case !o.before(mark):
			beside = append(beside, o)
		default:
			before = append(before, o)
		}
		if o != mark && o.Invoked < mark.over() && o.Input != nil && equal(last(o.Input), mark.Output) {
			same = append(same, o)
		}
	}
	slices.SortStableFunc(before, func(a, b *Op) int { return cmp.Compare(b.over(), a.over()) })
	slices.Reverse(beside)
	slices.Reverse(same)
	shown := []*Op{mark}
	for _, some := range [][]*Op{same[:min(2, len(same))], beside[:min(6, len(beside))], before} {
		for _, o := range some {
			if len(shown) < maxShown && !slices.Contains(shown, o) {
				shown = append(shown, o)
			}
		}
	}
	slices.SortFunc(shown, func(a, b *Op) int { return cmp.Compare(a.Invoked, b.Invoked) })
	return shown
}

// last is the value that an operation leaves: of a cas, the new one.
func last(input any) any {
	if _, to, ok := fromTo(input); ok {
		return to
	}
	return input
}
