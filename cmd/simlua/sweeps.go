package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core/sweep/remote"
	"simlua.example/reports"
)

const sweepsHelp = `Lists the sweeps on a NATS server: how far each has come, how many of its runs have
failed so far, how many it plays a second, and which workers play it. Of a sweep that
nobody attends, the rows count that lie on the server.

With --cancel, a sweep is removed from the server, with all that it has there: its
workers drop it at once, and who waits for it is told, and gets the tables of the runs
that have finished.`

const sweepsExample = `  simlua sweeps --nats nats://10.0.0.7:4222
  simlua sweeps --nats nats://10.0.0.7:4222 --format json
  simlua sweeps --nats nats://10.0.0.7:4222 --cancel mover-k3x9qa`

func (a *app) newSweeps() *cobra.Command {
	var server natsFlags
	var name string
	var format, color choice
	cmd := &cobra.Command{
		Use:     "sweeps",
		Short:   "List the sweeps on a NATS server, or cancel one",
		Long:    sweepsHelp,
		Example: sweepsExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := server.elsewhere(cmd); err != nil {
				return err
			}
			return a.sweeps(&server, name, reports.Format(format.value), color.value)
		},
	}
	cmd.Flags().SortFlags = false
	server.registerServer(cmd, "the NATS server at URL has the sweeps")
	cmd.Flags().StringVar(&name, "cancel", "", "remove the sweep `NAME` from the server")
	registerFormat(cmd, &format, &color)
	return cmd
}

// sweeps is simlua sweeps.
func (a *app) sweeps(server *natsFlags, cancel string, format reports.Format, color string) error {
	ctx, stop := a.whileHeeded(context.Background())
	defer stop()
	conn, err := a.connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.close() }() // of a server elsewhere, it never fails
	if cancel != "" {
		if err = conn.Cancel(ctx, cancel); err == nil {
			fmt.Fprintf(a.stderr, "simlua: the sweep %s is cancelled\n", reports.OneLine(cancel))
		}
		return err
	}
	all, err := conn.Sweeps(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintf(a.stderr, "simlua: there are no sweeps on %s\n", conn.Server())
	}
	return reports.WriteOngoing(a.stdout, ongoing(conn.Server(), all, colored(a.stdout, color)), format)
}

func ongoing(server string, all []*remote.Ongoing, color bool) *reports.Ongoing {
	o := &reports.Ongoing{Server: server, Color: color}
	for _, s := range all {
		o.Sweeps = append(o.Sweeps, reports.OngoingSweep{Name: s.Name, Script: s.Title, Build: s.Build, Played: s.Played,
			Failing: s.Failing, Total: s.Total, Rate: s.Rate, Attended: s.Attended, Workers: s.Workers, Jobs: s.Jobs})
	}
	return o
}
