package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// mostLocated is of how many seeds verify finds the step in which they part.
const mostLocated = 10

// locate finds the first steps that differ, of the first seeds that do. When it is
// interrupted, the others go without.
func (v *verifier) locate(ctx context.Context, report *reports.Verified) error {
	task := v.pool.task
	task.Steps = true
	pool := newPool(task)
	defer pool.close()
	for i, parting := range report.Partings {
		if i == mostLocated {
			break
		}
		err := v.part(ctx, pool, parting)
		if cause := context.Cause(ctx); cause != nil {
			v.code = exitInterrupted
			fmt.Fprintf(v.stderr, "simlua: %v: where they part is known of %d of %d seeds\n", cause, i, len(report.Partings))
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// part plays a run here and in another process, side by side, up to the step in
// which they part.
func (v *verifier) part(ctx context.Context, pool *pool, parting *reports.Parting) error {
	other, err := pool.start()
	if err != nil {
		return err
	}
	defer other.end()
	defer context.AfterFunc(ctx, func() { other.in.Close() })()
	run := sweep.Run{Seed: parting.Seed}
	_ = other.send(run) // if it fails, so does the answer
	l := &lockstep{other: other}
	options := runOptionsOf(&v.variant, run)
	options.Brake, options.Databases = &l.brake, pool.task.Databases
	newStepper(l.compare).join(&options)
	defer v.o.guards.watch(options.Brake, v.abort)()
	_, err = v.program.Run(ctx, options)
	if stop := l.brake.Pulled(); stop != nil && stop.Verdict == core.Void {
		return stop
	}
	if err == nil && !l.parted {
		l.compare(nil)
	}
	if l.parted {
		parting.Step, parting.Here.Step, parting.There.Step = l.same+1, l.here, l.there
	}
	return cmp.Or(err, l.err)
}

// lockstep is a run in this process beside the same one in another.
type lockstep struct {
	other       *process
	brake       core.Brake    // of the run here
	same        uint64        // steps
	parted      bool          // the next ones differ
	here, there *reports.Step // those; nil is the end of a run
	err         error
}

// compare takes the next step of the run here, nil when it has ended, and reads that
// of the other one. When they differ, it ends the run here.
func (l *lockstep) compare(here *reports.Step) {
	if l.parted {
		return
	}
	there, err := l.other.step()
	if err == nil && here != nil && there != nil && here.Digest == there.Digest {
		l.same++
		return
	}
	l.parted = err == nil && (here != nil || there != nil)
	l.here, l.there, l.err = here, there, err
	l.brake.Pull(&core.Stop{Verdict: core.Interrupted, Reason: "the two runs have parted"})
}

// step is what a process tells of its next step; nil when its run has ended.
func (w *process) step() (*reports.Step, error) {
	line, err := w.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("a job has ended: %w", err)
	}
	var said answer
	if err := json.Unmarshal(line, &said); err != nil {
		return nil, fmt.Errorf("what a job says is not understood: %w", err)
	}
	if said.Error != "" {
		return nil, errors.New(said.Error)
	}
	return said.Step, nil
}
