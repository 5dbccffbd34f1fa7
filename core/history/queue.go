package history

import "fmt"

// TotalQueue says whether what goes into a queue comes out: of operations
// "enqueue", "dequeue" (nil says that it was empty) and "drain", which answers a
// list of all that was left. The history has to end with the queue empty. What was
// enqueued for certain and never came out is lost; what came out and nobody had
// tried to enqueue is unexpected; what came out more often than it was enqueued
// is duplicated, which fails only when it has to come out once; what came out,
// and nobody knew that it was in, was recovered. Jepsen's checker total-queue. What a
// drain took that nobody knows the end of is not known: nothing is lost for certain.
func TotalQueue(h *History, once bool) Verdict {
	return h.perKey(func(ops []*Op) Verdict {
		t := total{all: map[any]*traffic{}}
		for _, o := range ops {
			if err := t.add(o); err != nil {
				return refused(err)
			}
		}
		return t.verdict(once)
	})
}

// total is what went into a queue and came out of it.
type total struct {
	order []*traffic
	all   map[any]*traffic
	open  *Op // a drain that nobody knows the end of
}

// traffic is how often one value went in and came out.
type traffic struct {
	value                        any
	attempted, certain, dequeued int
	ops                          []*Op
}

func (t *total) of(v any, o *Op) *traffic {
	k := comparableOf(v)
	if t.all[k] == nil {
		t.all[k] = &traffic{value: v}
		t.order = append(t.order, t.all[k])
	}
	t.all[k].ops = append(t.all[k].ops, o)
	return t.all[k]
}

func (t *total) add(o *Op) error {
	switch o.F {
	case "enqueue":
		one := t.of(o.Input, o)
		one.attempted++
		if o.Type == OK {
			one.certain++
		}
	case "dequeue":
		if o.Type == OK && o.Output != nil {
			t.of(o.Output, o).dequeued++
		}
	case "drain":
		list, err := answered(o)
		if err != nil {
			return fmt.Errorf("operation %d: %w", o.Index, err)
		}
		if o.Type == Info {
			t.open = o
		}
		for _, v := range list {
			t.of(v, o).dequeued++
		}
	default:
		return strange(o, "enqueue", "dequeue", "drain")
	}
	return nil
}

func (t *total) verdict(once bool) Verdict {
	var lost, unexpected, duplicated, recovered []any
	certain := 0
	bad := map[string]*traffic{}
	note := func(list *[]any, name string, one *traffic) {
		*list = append(*list, one.value)
		if bad[name] == nil {
			bad[name] = one
		}
	}
	for _, one := range t.order {
		if one.certain > 0 {
			certain++
		}
		if one.dequeued < one.certain {
			note(&lost, "lost", one)
		}
		switch {
		case one.attempted == 0:
			note(&unexpected, "unexpected", one)
		case one.dequeued > one.attempted:
			note(&duplicated, "duplicated", one)
		}
		if min(one.dequeued, one.attempted) > one.certain {
			note(&recovered, "recovered", one)
		}
	}
	v := passed("all of %d values that went in for certain came out", certain)
	if t.open != nil && len(lost) > 0 {
		v = unknown("%d values may be lost, or the drain of process %d has them, which nobody knows the end of", len(lost),
			t.open.Process)
		lost = nil
	}
	if len(lost)+len(unexpected) > 0 || once && len(duplicated) > 0 {
		v = failed("the queue did not keep what it was given: %s",
			told("lost", lost, "unexpected", unexpected, "duplicated", duplicated))
		v.Anomalies = names(len(lost), "lost", len(unexpected), "unexpected", len(duplicated), "duplicated")
		ops := bad[v.Anomalies[0]].ops
		v.Picture = picture(ops[:min(len(ops), maxShown)], nil)
	}
	v.Details = counts("values", len(t.order), "lost", len(lost), "unexpected", len(unexpected),
		"duplicated", len(duplicated), "recovered", len(recovered))
	return v
}
