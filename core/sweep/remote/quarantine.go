package remote

import "context"

// quarantine lets a run that is under suspicion, since a worker has died while it was
// played, be the only one that its worker plays: when that dies, too, it was this run,
// and none of those beside it.
type quarantine struct {
	turn   chan struct{} // held by the one that is, or wants to be, alone
	places chan struct{} // one for each job
}

func newQuarantine(jobs int) *quarantine {
	return &quarantine{turn: make(chan struct{}, 1), places: make(chan struct{}, jobs)}
}

// enter waits until a run may be played, alone or beside others.
func (q *quarantine) enter(ctx context.Context, alone bool) (leave func(), err error) {
	taken, places := 0, 1
	leave = func() {
		for range taken {
			<-q.places
		}
		if alone {
			<-q.turn
		}
	}
	if alone {
		places = cap(q.places)
		select {
		case q.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	for ; taken < places; taken++ {
		select {
		case q.places <- struct{}{}:
		case <-ctx.Done():
			leave()
			return nil, context.Cause(ctx)
		}
	}
	return leave, nil
}
