package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// detachFlags are those of a sweep that is played while nobody waits for it.
type detachFlags struct {
	detach bool
	attach string
}

func (d *detachFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&d.detach, "detach", false, "leave the sweep to the workers of --nats, print its name, and end")
	flags.StringVar(&d.attach, "attach", "", "go on with the sweep `NAME` of --nats"+
		"\n(that was detached, or whose simlua has died)")
	exclude(cmd, "detach", "attach", "a sweep is left to the workers, or gone on with")
	for _, name := range []string{"out", "resume", "time-budget"} {
		exclude(cmd, "detach", name, "it is for who waits for the sweep, as --attach NAME does")
	}
	for _, name := range []string{"corpus", "until-reached"} {
		exclude(cmd, "detach", name, "it takes somebody who waits for the sweep")
	}
}

// sweepCommand is what one has to know of a sweep to attach to it.
type sweepCommand struct {
	Variant        sweep.Variant `json:"variant"`
	Seeds          sweep.Seeds   `json:"seeds"`
	Shard          sweep.Shard   `json:"shard"`
	StopAfter      int           `json:"stop_after,omitempty"`
	RequireReached bool          `json:"require_reached,omitempty"`
	UntilReached   bool          `json:"until_reached,omitempty"`
	PerSeed        bool          `json:"per_seed,omitempty"`
	Format         string        `json:"format"`
}

// command is that of the flags.
func (o *sweepOptions) command(v *sweep.Variant) *sweepCommand {
	return &sweepCommand{Variant: *v, Seeds: o.seeds.Seeds, Shard: o.shard.Shard, StopAfter: int(o.stopAfter),
		RequireReached: o.reached.require, UntilReached: o.reached.until, PerSeed: o.perSeed, Format: o.format.value}
}

// detach puts a whole sweep on the server, and prints its name.
func (a *app) detach(v *sweep.Variant, o *sweepOptions) (err error) {
	switch {
	case o.nats.url.embedded != nil:
		return errors.New("--detach: expected the URL of a server: one that is embedded ends with simlua")
	case !o.nats.given():
		return errors.New("--detach: expected --nats URL, too: the server with the workers that play it")
	case o.seeds.Open():
		return fmt.Errorf("--detach: expected seeds with an end, as 1-1000; not --seeds %s", o.seeds.String())
	}
	s := &sweep.Sweep{Seeds: o.seeds.Seeds, Shard: o.shard.Shard}
	w := &order{variants: []sweep.Variant{*v}, o: &o.manyOptions, first: s.First(), total: s.Len(), command: o.command(v)}
	x, err := a.reach(w.o, newLocalJobs(newTask(w.variants, w.o), 0))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.discard()) }()
	sub, took, err := x.submission(a, w)
	if err != nil {
		return stopped(err)
	}
	if err := remote.Detach(x.ctx, x.conn.Conn, sub.name, sub.spec, sub.files, s.Runs(), took); err != nil {
		return stopped(err)
	}
	fmt.Fprintf(a.stderr, "simlua: workers play it; simlua sweep --attach %s --nats … prints the tables\n", sub.name)
	_, err = fmt.Fprintln(a.stdout, sub.name)
	return err
}
