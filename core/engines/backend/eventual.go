package backend

import (
	"simlua.example/core"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

// eventual decides a command on whatever the projection holds, applies the
// totals that come of it there, and appends them wherever the end of the log
// may be. When that fails the projection is ahead of a log that does not know.
func (s *session) eventual(r *request, deadline *message.Deadline) any {
	var shortage string
	var totals []event
	err := s.projection.db.Update(func(tx core.Tx) error {
		v := inventory{tx}
		if shortage = v.shortage(r); shortage != "" {
			return nil
		}
		totals = v.totals(r)
		return v.applyAll(totals)
	})
	if err == nil && shortage != "" {
		return refuse(rejected, "%s", shortage)
	}
	if err == nil {
		err = s.append(totals, deadline)
	}
	if err != nil {
		return refuse(unavailable, "%v", err)
	}
	return done{true}
}

func (s *session) append(totals []event, deadline *message.Deadline) error {
	events, err := encode(totals...)
	if err != nil {
		return err
	}
	return insist(deadline, func() error {
		_, err := s.client.Append("", commitlog.AnyPosition, events, timeout(deadline))
		return err
	})
}

// totals is what there is of each item after a command.
func (v inventory) totals(r *request) []event {
	now := func(item *int64, change int64) event {
		return event{Type: total, Client: r.Client, Sequence: *r.Sequence, Item: item, Quantity: v.quantity(*item) + change}
	}
	if r.Op == addItem {
		return []event{now(r.Item, *r.Quantity)}
	}
	return []event{now(r.From, -*r.Quantity), now(r.To, *r.Quantity)}
}

func (v inventory) applyAll(totals []event) error {
	for _, e := range totals {
		if err := v.set(*e.Item, e.Quantity); err != nil {
			return err
		}
	}
	return nil
}
