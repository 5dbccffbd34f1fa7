package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core/sweep/remote"
)

const workerHelp = `Plays runs for simlua sweep, compare, shrink and test with the same --nats, wherever
they run, until it is stopped. Any number of workers share the work, of several sweeps
in turn; each may come and go at any time.

SIGTERM and Ctrl-C let the runs that are played come to their end, for at most ten
seconds, and give back what was not played; a second one ends all at once. When a
worker dies, its runs are played by another one.

A worker plays sweeps of the same build of simlua on the same platform only, and only
those whose first seed comes out with it as it does at the submitter; others are
named on standard error.

Exit codes: 0 it was stopped; 2 bad usage, or the server does not let it work.`

const workerExample = `  simlua worker --nats nats://10.0.0.7:4222
  simlua worker --nats nats://10.0.0.7:4222 --jobs 16`

func (a *app) newWorker() *cobra.Command {
	var server natsFlags
	var jobs jobsFlag
	cmd := &cobra.Command{
		Use:     "worker",
		Short:   "Play runs of sweeps on other machines",
		Long:    workerHelp,
		Example: workerExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := server.elsewhere(cmd); err != nil {
				return err
			}
			return a.work(&server, int(jobs))
		},
	}
	cmd.Flags().SortFlags = false
	server.registerServer(cmd, "the NATS server at URL has the work")
	registerJobs(cmd.Flags(), &jobs)
	return cmd
}

// work is simlua worker.
func (a *app) work(server *natsFlags, jobs int) error {
	ctx, cancel := a.whileHeeded(context.Background())
	defer cancel()
	conn, err := a.connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.close() }() // of a server elsewhere, it never fails
	w := &remote.Worker{Build: platform(), Jobs: jobs, Tell: a.tellOfWorkers,
		Open: func(spec *remote.Spec, files map[string][]byte) (remote.Player, error) {
			return newHostPlayer(spec, files, jobs)
		}}
	fmt.Fprintf(a.stderr, "simlua: working for %s, %s at once\n", conn.Server(), runsText(uint64(jobs)))
	if err := w.Work(ctx, conn.Conn, rand.Text()[:8]); err != nil && !errors.Is(err, errInterrupted) {
		return err
	}
	return nil
}
