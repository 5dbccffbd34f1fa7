package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simlua.example/core/sweep/remote"
)

// natsFlags say where the server is by which workers are reached.
type natsFlags struct {
	url   string
	tries countFlag
	flags *pflag.FlagSet
}

// register adds them to a command that has runs played.
func (n *natsFlags) register(cmd *cobra.Command) {
	n.tries = remote.DefaultTries
	n.registerServer(cmd)
	cmd.Flags().Var(&n.tries, "tries", "a run that took so many workers with it is void (with --nats)")
}

// registerServer adds those that say which server it is.
func (n *natsFlags) registerServer(cmd *cobra.Command) {
	n.flags = cmd.Flags()
	n.flags.StringVar(&n.url, "nats", "", "the NATS server at `URL`, by which runs are played on any machines"+
		"\n(see 'simlua worker --help')")
}

// given says whether runs are played by workers.
func (n *natsFlags) given() bool { return n.url != "" }

// here is how many jobs this process has itself, beside workers.
func (n *natsFlags) here(jobs jobsFlag) int {
	if n.given() && !n.flags.Changed("jobs") {
		return 0
	}
	return int(jobs)
}

// connect connects to the server.
func (n *natsFlags) connect(ctx context.Context) (*remote.Conn, error) {
	c, err := remote.Connect(ctx, remote.Options{URL: n.url})
	return c, n.wrap(err)
}

// wrap says which server an error is about.
func (n *natsFlags) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("--nats %s: %w", n.url, err)
}
