package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
	"simlua.example/reports"
)

// workers play runs on other machines, beside some jobs of this one.
type workers struct {
	*remote.Submitter
	app   *app
	ctx   context.Context
	conn  *natsServer
	local *localJobs
	end   func()
}

// reach connects to the server. Local are the jobs that this process has itself.
func (a *app) reach(o *manyOptions, local *localJobs) (w *workers, err error) {
	w = &workers{app: a, local: local}
	w.ctx, w.end = a.whileHeeded(context.Background())
	if w.conn, err = a.connect(w.ctx, &o.nats); err != nil {
		return nil, stopped(errors.Join(err, w.discard()))
	}
	return w, nil
}

// newWorkers begins a sweep on the server.
func (a *app) newWorkers(w *order) (*workers, error) {
	local := newLocalJobs(newTask(w.variants, w.o), w.o.nats.here(w.o.jobs))
	x, err := a.reach(w.o, local)
	if err != nil {
		return nil, err
	}
	s, _, err := x.submission(a, w)
	if err == nil {
		err = x.attend(remote.Submit(x.ctx, x.conn.Conn, s.name, s.spec, s.files, x.here(), a.tellOfWorkers))
	}
	if err != nil {
		return nil, stopped(errors.Join(err, x.discard()))
	}
	return x, nil
}

// attend takes what has come of it to become the submitter of a sweep.
func (x *workers) attend(s *remote.Submitter, err error) error {
	if err == nil {
		x.Submitter = s
		abandon := x.abandon
		x.app.abandon.Store(&abandon)
	}
	return err
}

// ackWait is that of sweeps; tests, which kill workers, do not wait so long.
var ackWait = remote.DefaultAckWait

// submission is a sweep as it is put on a server.
type submission struct {
	name  string
	spec  remote.Spec
	files map[string][]byte
}

// submission makes one of what is to be played. took is how long its first run has
// taken.
func (x *workers) submission(a *app, w *order) (s *submission, took time.Duration, err error) {
	t, script := newTask(w.variants, w.o), w.variants[0].Script
	s = &submission{name: remote.NewName(script), spec: remote.Spec{Build: platform(), Title: w.title(), Total: w.total,
		Tries: int(w.o.nats.tries), AckWait: ackWait}}
	if s.spec.First, took, err = x.first(w.first); err != nil {
		return nil, 0, err
	}
	if err := a.packAll(&t); err != nil {
		return nil, 0, err
	}
	s.files, t.Archives = t.Archives, nil
	s.spec.Files = slices.Sorted(maps.Keys(s.files))
	if w.command != nil {
		s.spec.Command, err = json.Marshal(w.command)
	}
	text, err2 := json.Marshal(t)
	s.spec.Task = text
	return s, took, errors.Join(err, err2)
}

// title is what is played, for people.
func (w *order) title() string {
	if v := &w.variants[0]; len(w.variants) == 1 {
		return v.Script
	}
	return fmt.Sprintf("%s and others: %d variants", w.variants[0].Script, len(w.variants))
}

// first plays a run here, which each worker has to play alike. One of which nothing is
// known proves nothing.
func (x *workers) first(run sweep.Run) (*remote.First, time.Duration, error) {
	start := time.Now()
	row, err := x.local.Play(x.ctx, run)
	if err != nil || !sweep.Known(row.Verdict) {
		return nil, time.Since(start), err
	}
	return &remote.First{Run: run, Digest: row.Digest}, time.Since(start), nil
}

func (x *workers) here() remote.Here { return remote.Here{Play: x.local.Play, Jobs: x.local.n} }

// jobs is how many there are.
func (x *workers) jobs() int { return max(1, x.Jobs(x.ctx)+x.local.n) }

// calls is enough for full batches.
func (x *workers) calls() int { return 4096 }

func (x *workers) close() error {
	err := x.left(x.Close())
	x.app.abandon.Store(nil)
	return errors.Join(err, x.discard())
}

// left says what is left on the server, and what removes it.
func (x *workers) left(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the sweep %s is left on the server (%w): simlua sweeps --nats … --cancel %[1]s removes it",
		x.Name(), err)
}

// abandonWithin is for how long a process that is ended at once waits for a server.
const abandonWithin = time.Second

// abandon takes the sweep off the server when the process is ended at once.
func (x *workers) abandon() {
	if err := x.left(x.Abandon(abandonWithin)); err != nil {
		x.app.tellOfWorkers(err.Error())
	}
}

func (x *workers) discard() (err error) {
	_ = x.local.close() // never fails
	if x.conn != nil {
		err = x.conn.close()
	}
	x.end()
	return err
}

// tellOfWorkers tells on standard error what is to be known of workers.
func (a *app) tellOfWorkers(line string) { fmt.Fprintln(a.stderr, "simlua: "+reports.OneLine(line)) }

// platform tells apart builds whose runs could differ.
func platform() string { return build() + " " + runtime.GOOS + "/" + runtime.GOARCH }
