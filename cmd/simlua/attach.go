package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
	"simlua.example/disk"
)

// withAttach are the flags that go with --attach; and those of the server.
var withAttach = []string{"attach", "jobs", "out", "resume", "time-budget", "per-seed", "require-reached", "format",
	"color"}

// onlyAttach says when the command line says what is played, though the sweep does.
func onlyAttach(cmd *cobra.Command, args []string, o *sweepOptions) (err error) {
	usage := func(text string) error { return &usageError{text, cmd.CommandPath()} }
	switch {
	case len(args) > 0:
		return usage("--attach " + o.attach + " says which script is played; " + args[0] + " is too much")
	case !o.nats.given():
		return usage("--attach: expected --nats URL, too: the server that has the sweep")
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && !slices.Contains(withAttach, f.Name) && !strings.HasPrefix(f.Name, "nats") {
			err = usage("--attach " + o.attach + " says what is played, and --" + f.Name + " does not change that")
		}
	})
	return err
}

// attachment is a sweep that a submitter goes on with.
type attachment struct {
	*app
	o       *sweepOptions
	found   *remote.Detached
	task    *task
	command sweepCommand
	workers *workers
}

// attach goes on with a sweep that is on the server.
func (a *app) attach(cmd *cobra.Command, args []string, o *sweepOptions) error {
	if err := onlyAttach(cmd, args, o); err != nil {
		return err
	}
	x, err := a.reach(&o.manyOptions, newLocalJobs(task{}, o.nats.here(o.jobs)))
	if err != nil {
		return err
	}
	at := &attachment{app: a, o: o, workers: x}
	scenario, err := at.find()
	if err != nil {
		return stopped(errors.Join(fmt.Errorf("--attach %s: %w", o.attach, err), x.discard()))
	}
	at.settle(cmd)
	many := &manyRuns{app: a, o: &o.manyOptions, variants: []sweep.Variant{at.command.Variant}}
	clean, err := at.begin(many)
	if err != nil {
		return stopped(errors.Join(fmt.Errorf("--attach %s: %w", o.attach, err), x.discard()))
	}
	return errors.Join(a.sweepOf(many, scenario, o), clean())
}

// find finds the sweep, and loads what it plays.
func (at *attachment) find() (scenario *core.Scenario, err error) {
	if at.found, err = remote.Find(at.workers.ctx, at.workers.conn.Conn, at.o.attach); err != nil {
		return nil, err
	}
	spec := at.found.Spec()
	if spec.Build != platform() {
		return nil, fmt.Errorf("it is of simlua %s, and this is %s", spec.Build, platform())
	}
	if len(spec.Command) == 0 {
		return nil, errors.New("it is no sweep, but what another command has played: that cannot be gone on with")
	}
	if err := json.Unmarshal(spec.Command, &at.command); err != nil {
		return nil, fmt.Errorf("what it is, is not understood: %w", err)
	}
	if at.task, err = taskOf(spec, at.found.Files()); err != nil {
		return nil, err
	}
	at.workers.local.pool.task = *at.task
	source, v := &at.task.Sources[0], &at.command.Variant
	defer at.o.guards.watch(&at.brake, at.abort)()
	program, err := source.load(v, at.task.Archives[source.Archive], &at.brake)
	if err != nil {
		return nil, err
	}
	return program.Check(v.Set)
}

// settle lets the sweep say what the flags do not.
func (at *attachment) settle(cmd *cobra.Command) {
	c, o := &at.command, at.o
	o.seeds.Seeds, o.shard.Shard, o.stopAfter = c.Seeds, c.Shard, countFlag(c.StopAfter)
	o.reached.until, o.reached.require = c.UntilReached, c.RequireReached || o.reached.require
	o.perSeed = c.PerSeed || o.perSeed
	if !cmd.Flags().Changed("format") {
		o.format.value = c.Format
	}
}

// begin takes the sweep over, with the rows that lie on the server: they are put into
// the folder of --out, or into one that clean removes.
func (at *attachment) begin(many *manyRuns) (clean func() error, err error) {
	clean = func() error { return nil }
	o := at.o
	if o.out == "" {
		root, remove, err := disk.TempRoot()
		if err != nil {
			return nil, err
		}
		o.out, clean = filepath.Join(root, "rows"), remove // the root is locked itself
	}
	o.resume = true
	if err := at.take(many); err != nil {
		return nil, errors.Join(err, clean())
	}
	many.begun = at.workers
	return clean, nil
}

func (at *attachment) take(many *manyRuns) error {
	c := &at.command
	store, err := many.open(&sweep.Sweep{Seeds: c.Seeds, Shard: c.Shard, StopAfter: c.StopAfter})
	if err != nil {
		return err
	}
	x := at.workers
	err = x.attend(at.found.Attach(x.ctx, x.here(), at.tellOfWorkers, func(row *sweep.Row) error {
		known, err := store.Kept(row.Run())
		if err != nil || known != nil {
			return err
		}
		return store.Keep(row)
	}))
	return errors.Join(err, store.Close())
}
