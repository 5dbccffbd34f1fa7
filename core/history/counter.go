package history

import "fmt"

// Counter says whether each read of a counter is within what it can be: of
// operations "add", whose input is a whole number, and "read". It is at least what
// was added for certain before the read began, less what may have been taken away
// until it was over; and at most the other way round. Jepsen's checker counter,
// which knows no negative numbers.
func Counter(h *History) Verdict { return h.perKey(counterOf) }

// bounds are sums of additions: those that are over, and all that have begun.
type bounds struct{ over, begun int64 }

func (b *bounds) add(n int64, isOver bool) {
	if isOver {
		b.over += n
	} else {
		b.begun += n
	}
}

func counterOf(ops []*Op) Verdict {
	var more, less bounds // by positive and by negative numbers
	then := map[*Op][2]int64{}
	reads := 0
	for _, p := range pointsOf(ops) {
		n, err := countOf(p.op)
		switch o := p.op; {
		case err != nil:
			return refused(err)
		case o.Type == Fail || p.end && o.Type == Info:
		case o.F == "add" && n > 0:
			more.add(n, p.end)
		case o.F == "add":
			less.add(n, p.end)
		case !p.end:
			then[o] = [2]int64{more.over, less.over}
		default:
			reads++
			least, most := then[o][0]+less.begun, then[o][1]+more.begun
			if n < least || n > most {
				return misread(ops, o, "out_of_bounds", fmt.Sprintf("is at least %d and at most %d", least, most),
					fmt.Sprintf("from %d to %d", least, most))
			}
		}
	}
	v := passed("%d reads are within their bounds", reads)
	v.Details = counts("reads", reads)
	return v
}

// countOf is the number that an operation adds or has read.
func countOf(o *Op) (int64, error) {
	switch {
	case o.F == "add":
		return wholeOf(o, o.Input)
	case o.F != "read":
		return 0, strange(o, "add", "read")
	case o.Type != OK:
		return 0, nil
	}
	return wholeOf(o, o.Output)
}

// wholeOf is the number that an operation adds or reads.
func wholeOf(o *Op, v any) (int64, error) {
	n, isWhole := v.(int64)
	if !isWhole {
		return 0, fmt.Errorf("operation %d: %s: want a whole number", o.Index, describe(o))
	}
	return n, nil
}

// misread is of a read that has answered what it cannot: it says what it is instead, or can be.
func misread(ops []*Op, read *Op, anomaly, is, not string) Verdict {
	shown := around(ops, read)
	v := failed("%s of process %d, %s: it %s", describe(read), read.Process, clockOf(shown).span(read), is)
	v.Picture = picture(shown, marks{read: "not " + not})
	v.Anomalies = []string{anomaly}
	return v
}
