package main

import (
	"context"

	"simlua.example/core/sweep"
)

// executor is where runs are played.
type executor interface {
	Play(ctx context.Context, run sweep.Run) (*sweep.Row, error)
	jobs() int  // runs that are played at once, as far as it is known
	calls() int // calls of Play that it has use for at once
	close() error
}

// order is what is to be played, and how.
type order struct {
	variants []sweep.Variant
	o        *manyOptions
	first    sweep.Run     // one of the runs
	total    uint64        // runs; zero: nobody knows
	command  *sweepCommand // that one can attach to; nil: one cannot
}

// newExecutor is where the flags say that the runs are played.
func (a *app) newExecutor(w *order) (executor, error) {
	if w.o.nats.given() {
		return a.newWorkers(w)
	}
	if err := w.o.nats.unused(); err != nil {
		return nil, err
	}
	return newLocalJobs(newTask(w.variants, w.o), int(w.o.jobs)), nil
}

// localJobs play runs in processes of this machine.
type localJobs struct {
	sweep.Guarded
	pool *pool
	n    int
}

func newLocalJobs(t task, n int) *localJobs {
	p := newPool(t)
	return &localJobs{Guarded: sweep.Guarded{Beside: p.Play, Alone: p.Fresh}, pool: p, n: n}
}

func (l *localJobs) jobs() int  { return l.n }
func (l *localJobs) calls() int { return l.n }

func (l *localJobs) close() error {
	l.pool.close()
	return nil
}
