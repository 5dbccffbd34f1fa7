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

// newExecutor is where the flags say that the runs of variants are played. First is
// one of those that will be.
func (a *app) newExecutor(variants []sweep.Variant, o *manyOptions, first sweep.Run) (executor, error) {
	if o.nats.given() {
		return a.newWorkers(variants, o, first)
	}
	return newLocalJobs(newTask(variants, o), int(o.jobs)), nil
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
