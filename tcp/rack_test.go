package tcp

import "fmt"

// check adds up what the queue holds, and wants the sums that are kept.
func (r *rack) check(una, next Seq) error {
	var sum struct {
		pipe, lost, all int
		sacked, resent  uint32
	}
	for i := r.sent.head; i < len(r.sent.list); i++ {
		n, m := r.sent.size(i), r.sent.list[i].mark
		sum.all += n
		switch {
		case n <= 0 || m.has(lost) && m.has(sacked):
			return fmt.Errorf("segment %d has %d bytes and the marks %b", i, n, m)
		case m.has(lost):
			if sum.lost += n; r.sent.from(i).before(r.lostFrom) {
				return fmt.Errorf("segment %d is lost, before %d", i, r.lostFrom)
			}
		case m.has(sacked):
			sum.sacked++
		default:
			sum.pipe += n
		}
		if m.has(resent) {
			sum.resent++
		}
	}
	if sum.pipe != r.pipe || sum.lost != r.lost || sum.sacked != r.sacked || sum.resent != r.resent {
		return fmt.Errorf("pipe %d, lost %d, %d SACKed, %d sent again; but it keeps %d, %d, %d, %d",
			sum.pipe, sum.lost, sum.sacked, sum.resent, r.pipe, r.lost, r.sacked, r.resent)
	}
	if end := r.sent.start.plus(sum.all); r.sent.start != una || end != next {
		return fmt.Errorf("%d to %d is not acknowledged, the queue holds %d to %d", una, next, r.sent.start, end)
	}
	return nil
}
