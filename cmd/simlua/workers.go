package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
	"simlua.example/reports"
)

// workers play runs on other machines, beside some jobs of this one.
type workers struct {
	*remote.Submitter
	ctx   context.Context
	conn  *remote.Conn
	local *localJobs
	end   func()
}

// newWorkers begins a sweep on the server.
func (a *app) newWorkers(variants []sweep.Variant, o *manyOptions, first sweep.Run) (w *workers, err error) {
	t := newTask(variants, o)
	w = &workers{local: newLocalJobs(t, o.nats.here(o.jobs))}
	w.ctx, w.end = a.whileHeeded(context.Background())
	if w.conn, err = o.nats.connect(w.ctx); err == nil {
		err = w.submit(a, t, o, first)
	}
	if err != nil {
		w.discard()
		return nil, err
	}
	return w, nil
}

func (w *workers) submit(a *app, t task, o *manyOptions, first sweep.Run) error {
	spec := remote.Spec{Build: platform(), Title: t.Variants[0].Script, Tries: int(o.nats.tries)}
	var err error
	if spec.First, err = w.first(first); err != nil {
		return err
	}
	if err := a.packAll(&t); err != nil {
		return err
	}
	files := t.Archives
	t.Archives, spec.Files = nil, slices.Sorted(maps.Keys(files))
	if spec.Task, err = json.Marshal(t); err != nil {
		return err
	}
	name, here := remote.NewName(t.Variants[0].Script), remote.Here{Play: w.local.Play, Jobs: w.local.n}
	w.Submitter, err = remote.Submit(w.ctx, w.conn, name, spec, files, here, a.tellOfWorkers)
	return o.nats.wrap(err)
}

// first plays a run here, which each worker has to play alike. One of which nothing is
// known proves nothing.
func (w *workers) first(run sweep.Run) (*remote.First, error) {
	row, err := w.local.Play(w.ctx, run)
	if err != nil || !sweep.Known(row.Verdict) {
		return nil, err
	}
	return &remote.First{Run: run, Digest: row.Digest}, nil
}

// jobs is how many there are.
func (w *workers) jobs() int { return max(1, w.Jobs(w.ctx)+w.local.n) }

// calls is enough for full batches.
func (w *workers) calls() int { return 4096 }

func (w *workers) close() error {
	err := w.Close()
	w.discard()
	if err != nil {
		return fmt.Errorf("something of the sweep is left on the server: %w", err)
	}
	return nil
}

func (w *workers) discard() {
	_ = w.local.close() // never fails
	if w.conn != nil {
		w.conn.Close()
	}
	w.end()
}

// tellOfWorkers tells on standard error what is to be known of workers.
func (a *app) tellOfWorkers(line string) { fmt.Fprintln(a.stderr, "simlua: "+reports.OneLine(line)) }

// platform tells apart builds whose runs could differ.
func platform() string { return build() + " " + runtime.GOOS + "/" + runtime.GOARCH }

// hostPlayer plays the runs of others here.
type hostPlayer struct{ *localJobs }

func (p hostPlayer) Close() error { return p.close() }

// openTask makes what plays the runs of a sweep, as a worker.
func openTask(spec *remote.Spec, files map[string][]byte, jobs int) (remote.Player, error) {
	var t task
	if err := json.Unmarshal(spec.Task, &t); err != nil {
		return nil, fmt.Errorf("what is to be played is not understood: %w", err)
	}
	if len(t.Sources) != len(t.Variants) || len(t.Variants) == 0 {
		return nil, errors.New("what is to be played is not complete")
	}
	t.Memory = min(t.Memory, mostMemory, memorySize(hostMemory()/2))
	t.Archives = files
	return hostPlayer{newLocalJobs(t, jobs)}, nil
}
