package remote

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// take takes an item of the sweep whose turn it is, or of the next one that has one.
func (m *crewman) take(stop context.Context) *delivery {
	var passed []*assignment
	for _, a := range m.inTurn() {
		if stop.Err() != nil {
			return nil
		}
		if d := a.take(stop); d != nil {
			m.passOver(passed, a)
			return d
		}
		passed = append(passed, a)
	}
	return nil
}

// inTurn is the sweeps in the order in which they are due: that comes first which the
// fewest jobs play, and among those the one that jobs have played for the least time. So
// a sweep of long runs has no more of a worker than one of short runs.
func (m *crewman) inTurn() []*assignment {
	m.mu.Lock()
	defer m.mu.Unlock()
	due := slices.Clone(m.sweeps)
	slices.SortStableFunc(due, func(a, b *assignment) int {
		return cmp.Or(cmp.Compare(a.jobs, b.jobs), cmp.Compare(a.spent, b.spent))
	})
	return due
}

// passOver takes from sweeps that had nothing to play what they were due before another
// one: nobody saves up.
func (m *crewman) passOver(passed []*assignment, taken *assignment) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range passed {
		a.spent = max(a.spent, taken.spent)
	}
}

// join takes part in one more sweep, which begins as if it had had as much as the
// others. The mutex is held.
func (m *crewman) join(name string) {
	a := newAssignment(m, name)
	for i, other := range m.sweeps {
		if i == 0 || other.spent < a.spent {
			a.spent = other.spent
		}
	}
	m.sweeps = append(m.sweeps, a)
}

// done is told that a delivery is dealt with, and what it took.
func (a *assignment) done(took time.Duration) {
	a.mu.Lock()
	a.jobs--
	a.spent += took
	a.mu.Unlock()
	a.inHand.Done()
}
