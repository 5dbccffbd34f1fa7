package history

import (
	"fmt"
	"slices"
	"strings"
)

// FinalCounter says whether each "final_read" of a counter is a sum that it can have
// come to: of all "add"s that were over before, and any of those that may have happened,
// which are those whose end nobody knows, and those at the same time. Others, "read",
// may be of the past, and are not judged. It is Maelstrom's checker of g-counter and
// pn-counter, whose exact set of sums it keeps as ranges.
func FinalCounter(h *History, o Options) Verdict {
	o = o.defaults()
	left := o
	return h.perKey(func(ops []*Op) Verdict { return finalCounterOf(ops, o, &left) })
}

func finalCounterOf(ops []*Op, o Options, left *Options) Verdict {
	reads := 0
	for _, read := range ops {
		if read.F != "final_read" && read.F != "add" && read.F != "read" {
			return refused(strange(read, "add", "read", "final_read"))
		}
		if read.F != "final_read" || read.Type != OK {
			continue
		}
		reads++
		n, err := wholeOf(read, read.Output)
		if err != nil {
			return refused(err)
		}
		sums, err := sumsAt(ops, read, left)
		switch {
		case err != nil:
			return refused(err)
		case sums == nil:
			return o.exhausted([]any{nil})
		case !sums.has(n):
			return misread(ops, read, "not_a_sum", "can be "+sums.String(), sums.String())
		}
	}
	if reads == 0 {
		return unknown("nobody has read the counter at the end")
	}
	v := passed("%d final reads are sums of what was added", reads)
	v.Details = counts("reads", reads)
	return v
}

// opsPerStep is how many operations are looked at for the price of a step.
const opsPerStep = 64

// sumsAt are the sums that a read can have answered, nil when the budget is used up.
func sumsAt(ops []*Op, read *Op, left *Options) (ranges, error) {
	left.Steps -= len(ops) / opsPerStep
	sure, maybe := int64(0), []int64(nil)
	for _, add := range ops {
		if add.F != "add" || add.Type == Fail || add.Invoked > read.Completed {
			continue
		}
		n, err := wholeOf(add, add.Input)
		switch {
		case err != nil:
			return nil, err
		case add.Type == OK && add.Completed < read.Invoked:
			sure += n
		default:
			maybe = append(maybe, n)
		}
	}
	if left.Steps < 0 {
		return nil, nil
	}
	sums := ranges{{sure, sure}}
	for _, n := range maybe {
		if left.Steps -= len(sums); left.Steps < 0 || len(sums) > left.States {
			return nil, nil
		}
		sums = sums.orPlus(n)
	}
	return sums, nil
}

// ranges are whole numbers, in order and apart.
type ranges []stretch

type stretch struct{ first, last int64 }

func (r ranges) has(n int64) bool {
	return slices.ContainsFunc(r, func(s stretch) bool { return s.first <= n && n <= s.last })
}

// orPlus has all numbers of r, and each with n added.
func (r ranges) orPlus(n int64) ranges {
	var both ranges
	for i, j := 0, 0; i < len(r) || j < len(r); {
		var next stretch
		if j == len(r) || i < len(r) && r[i].first <= r[j].first+n {
			next = r[i]
			i++
		} else {
			next = stretch{r[j].first + n, r[j].last + n}
			j++
		}
		if last := len(both) - 1; last >= 0 && next.first <= both[last].last+1 {
			both[last].last = max(both[last].last, next.last)
			continue
		}
		both = append(both, next)
	}
	return both
}

// String is the ranges as people write them: "3, 5 to 7".
func (r ranges) String() string {
	var texts []string
	for _, each := range r[:min(len(r), 8)] {
		text := fmt.Sprint(each.first)
		if each.last > each.first {
			text += fmt.Sprintf(" to %d", each.last)
		}
		texts = append(texts, text)
	}
	if len(r) > 8 {
		texts = append(texts, "…")
	}
	return strings.Join(texts, ", ")
}
