package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Set says whether the last read of a set has all that was added: of operations
// "add" and "read", Jepsen's checker set. What was added for certain and is not
// there is lost; what nobody tried to add is unexpected; what was added with an
// outcome that nobody knows, and is there, was recovered.
func Set(h *History) Verdict { return h.perKey(setOf) }

func setOf(ops []*Op) Verdict {
	var final *Op
	attempted, added := map[any]bool{}, map[any]bool{}
	var adds []*Op
	for _, o := range ops {
		switch {
		case isAdd(o):
			adds = append(adds, o)
			attempted[comparableOf(o.Input)] = true
			added[comparableOf(o.Input)] = added[comparableOf(o.Input)] || o.Type == OK
		case o.F != "read":
			return refused(strange(o, "add", "read"))
		case o.Type == OK && (final == nil || o.Completed > final.Completed):
			final = o
		}
	}
	if final == nil {
		return unknown("the set was never read")
	}
	list, err := answered(final)
	if err != nil {
		return refused(fmt.Errorf("operation %d: %w", final.Index, err))
	}
	there := countEach(list)
	var lost, unexpected, recovered []any
	for _, o := range adds {
		switch k := comparableOf(o.Input); {
		case added[k] && there[k] == 0:
			lost = append(lost, o.Input)
			added[k] = false // told once
		case !added[k] && there[k] > 0:
			recovered = append(recovered, o.Input)
		}
	}
	for _, v := range list {
		if !attempted[comparableOf(v)] {
			unexpected = append(unexpected, v)
		}
	}
	v := passed("all of %d elements are there", len(attempted))
	if len(lost)+len(unexpected) > 0 {
		v = failed("the last read does not have what was added: %s", told("lost", lost, "unexpected", unexpected))
		v.Anomalies = names(len(lost), "lost", len(unexpected), "unexpected")
		v.Picture = picture(append(addsOf(adds, lost), final), marks{final: "the last read"})
	}
	v.Details = counts("attempted", len(attempted), "lost", len(lost), "unexpected", len(unexpected),
		"recovered", len(recovered))
	return v
}

// addsOf are the first additions of some elements, of a few.
func addsOf(adds []*Op, elements []any) []*Op {
	var found []*Op
	wanted := countEach(elements[:min(len(elements), maxShown-1)])
	for _, o := range adds {
		if k := comparableOf(o.Input); wanted[k] > 0 {
			delete(wanted, k)
			found = append(found, o)
		}
	}
	return found
}

// isAdd says whether an operation adds an element, in Maelstrom's words too.
func isAdd(o *Op) bool { return o.F == "add" || o.F == "broadcast" }

// answered is the list that an operation answered.
func answered(o *Op) ([]any, error) {
	list, ok := o.Output.([]any)
	if !ok && o.Output != nil {
		return nil, fmt.Errorf("a %s answered %s: want a list", o.F, shorten(Text(o.Output), maxDescribed))
	}
	return list, nil
}

// countEach counts how often each value is there.
func countEach(list []any) map[any]int {
	counts := make(map[any]int, len(list))
	for _, v := range list {
		counts[comparableOf(v)]++
	}
	return counts
}

// SetFull follows each element of a set through all reads: of operations "add"
// (or "broadcast") and "read", as Jepsen's checker set-full, but for two things: it
// counts latencies in whole milliseconds, so that what is stale for less is not; and it
// looks for elements twice in one read, but does not find them.
//
// An element is known once its add, or the first read that has it, is over. It is
// stable when a read has it and none that was invoked later has it not; lost when
// the last read, by its invocation, has it not, though it was invoked when the
// element was known; else it was never read. A stable element is stale when a
// read that was invoked after it was known had it not: that fails only a set
// that is to be linearizable. An element twice in one read fails always.
func SetFull(h *History, linearizable bool) Verdict {
	return h.perKey(func(ops []*Op) Verdict {
		s, err := newSetFull(ops)
		if err != nil {
			return refused(err)
		}
		return s.verdict(linearizable)
	})
}

// setFull is a set with all reads of it.
type setFull struct {
	elements   []*element
	reads      []*Op     // in the order of their invocations
	lists      [][]int32 // what each has read: places of values
	places     places
	values     []any
	added      []*element // of each place; nil: nobody tried to
	duplicated []any
	twice      *Op // the first read that has an element twice
}

// element is one of a set.
type element struct {
	value       any
	place       int32
	add         *Op
	known       *Op // the first that was over of those that show it
	lastPresent *Op // the read that was invoked last of those that have it
	lastAbsent  *Op
}

func newSetFull(ops []*Op) (*setFull, error) {
	s := &setFull{places: places{}}
	for _, o := range ops {
		switch {
		case isAdd(o):
			s.add(o)
		case o.F != "read":
			return nil, strange(o, "add", "read")
		case o.Type == OK:
			list, err := answered(o)
			if err != nil {
				return nil, fmt.Errorf("operation %d: %w", o.Index, err)
			}
			read := make([]int32, len(list))
			for i, v := range list {
				read[i] = s.place(v)
			}
			s.reads, s.lists = append(s.reads, o), append(s.lists, read)
		}
	}
	s.followPresent()
	s.followAbsent()
	slices.SortFunc(s.elements, func(a, b *element) int { return anyOrder(a.value, b.value) })
	return s, nil
}

func (s *setFull) place(v any) int32 {
	place, isNew := s.places.of(v)
	if isNew {
		s.values, s.added = append(s.values, v), append(s.added, nil)
	}
	return place
}

func (s *setFull) add(o *Op) {
	place := s.place(o.Input)
	if s.added[place] == nil {
		s.added[place] = &element{value: o.Input, place: place, add: o}
		s.elements = append(s.elements, s.added[place])
	}
	if o.Type == OK {
		s.added[place].knownBy(o)
	}
}

// followPresent finds, of each element, the last read that has it, and what is twice
// in one. Reads that were over before it was added say nothing.
func (s *setFull) followPresent() {
	seen, again := make([]*Op, len(s.values)), make([]*Op, len(s.values))
	for i, o := range s.reads {
		for _, place := range s.lists[i] {
			if seen[place] == o && again[place] != o {
				again[place] = o
				s.duplicated = append(s.duplicated, s.values[place])
				s.twice = cmp.Or(s.twice, o)
			}
			seen[place] = o
			if e := s.added[place]; e != nil && o.Completed > e.add.Invoked {
				e.lastPresent = o
				e.knownBy(o)
			}
		}
	}
}

// followAbsent finds, of each element, the last read that has it not: from the last
// read on back, of those that all later ones have.
func (s *setFull) followAbsent() {
	has := make([]*Op, len(s.values))
	open := slices.Clone(s.elements)
	for i, o := range slices.Backward(s.reads) {
		for _, place := range s.lists[i] {
			has[place] = o
		}
		open = slices.DeleteFunc(open, func(e *element) bool {
			if has[e.place] != o && o.Completed > e.add.Invoked {
				e.lastAbsent = o
			}
			return e.lastAbsent != nil
		})
	}
}

func (e *element) knownBy(o *Op) {
	if e.known == nil || o.Completed < e.known.Completed {
		e.known = o
	}
}

func (e *element) stable() bool {
	return e.lastPresent != nil && (e.lastAbsent == nil || e.lastAbsent.Invoked < e.lastPresent.Invoked)
}

func (e *element) lost() bool {
	return e.known != nil && e.lastAbsent != nil && e.lastAbsent.Invoked > e.known.Completed &&
		(e.lastPresent == nil || e.lastPresent.Invoked < e.lastAbsent.Invoked)
}

// latency is how long after it was known an element was still missing, when it is
// stable, or still there, when it is lost.
func (e *element) latency() time.Duration {
	last := e.lastAbsent
	if !e.stable() {
		last = e.lastPresent
	}
	if last == nil || last.Invoked < e.known.Completed {
		return 0
	}
	return max(0, last.Start+1-e.known.End)
}

func (s *setFull) verdict(linearizable bool) Verdict {
	var stable, lost, stale []*element
	for _, e := range s.elements {
		switch {
		case e.stable():
			stable = append(stable, e)
			if e.latency() > 0 {
				stale = append(stale, e)
			}
		case e.lost():
			lost = append(lost, e)
		}
	}
	slices.SortStableFunc(stale, func(a, b *element) int { return cmp.Compare(b.latency(), a.latency()) })
	v := s.judge(stable, lost, stale, linearizable)
	v.Details = counts("attempted", len(s.elements), "stable", len(stable), "lost", len(lost),
		"never_read", len(s.elements)-len(stable)-len(lost), "stale", len(stale), "duplicated", len(s.duplicated))
	v.Details = append(v.Details, quantiles("stable_latency", stable)...)
	v.Details = append(v.Details, quantiles("lost_latency", lost)...)
	return v
}

func (s *setFull) judge(stable, lost, stale []*element, linearizable bool) Verdict {
	var v Verdict
	switch {
	case len(lost) > 0:
		v = failed("%d of %d elements are lost: %s", len(lost), len(s.elements), some(valuesOf(lost)))
		v.Picture = lost[0].picture("does not have it")
	case len(s.duplicated) > 0:
		v = failed("a read has an element twice: %s", some(s.duplicated))
		v.Picture = picture([]*Op{s.twice}, nil)
	case len(stable) == 0:
		return unknown("no read is known to have an element for good")
	case linearizable && len(stale) > 0:
		v = failed("%d of %d elements were missing from a read after they were known, %s for %s", len(stale),
			len(s.elements), Text(stale[0].value), about(stale[0].latency()))
		v.Picture = stale[0].picture("does not have it yet")
	default:
		return passed("all of %d elements that were read are there for good", len(stable))
	}
	v.Anomalies = names(len(lost), "lost", len(s.duplicated), "duplicated", len(stale), "stale")
	return v
}

// picture shows what made an element known and the last reads.
func (e *element) picture(absent string) string {
	m := marks{}
	ops := []*Op{e.add}
	for _, o := range []*Op{e.known, e.lastPresent, e.lastAbsent} {
		if o != nil && !slices.Contains(ops, o) {
			ops = append(ops, o)
		}
	}
	if e.lastPresent != nil {
		m[e.lastPresent] = "has " + Text(e.value)
	}
	m[e.lastAbsent] = absent
	slices.SortFunc(ops, func(a, b *Op) int { return a.Index - b.Index })
	return picture(ops, m)
}

func valuesOf(elements []*element) []any {
	var values []any
	for _, e := range elements {
		values = append(values, e.value)
	}
	return values
}

// quantiles are those of latencies that Jepsen tells.
func quantiles(name string, elements []*element) []Detail {
	if len(elements) == 0 {
		return nil
	}
	var latencies []time.Duration
	for _, e := range elements {
		latencies = append(latencies, e.latency())
	}
	slices.Sort(latencies)
	n := len(latencies)
	var all []Detail
	for _, percent := range []int{0, 50, 95, 99, 100} {
		all = append(all, Detail{fmt.Sprintf("%s_p%d", name, percent), latencies[min(n-1, n*percent/100)]})
	}
	return all
}
