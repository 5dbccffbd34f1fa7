package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/reports"
)

const bundleHelp = `Plays a run and writes it to FILE with all that it takes to play it elsewhere: the
script, its modules, seed, settings, plan and mask, and what came of it. The command
line of a run that failed is in its last lines ("replay:"): put "bundle FILE" where
it says "run".

The file is a ZIP archive: bundle.json says which run it is, faults.jsonl which faults
happened. 'simlua run FILE' plays it, whatever the file is called, and says when its
digest, or the version of simlua, is another one than when it was written. The same
run gives the same bytes.

Exit codes: 0 the file is written, whatever the verdict of the run; 2 bad usage; 4
or 130 the run is void or was interrupted, and nothing is written.`

const bundleExample = `  simlua bundle bug.zip scripts/mover.lua --seed 42 --set iterations=100
  simlua run bug.zip                          anywhere
  simlua run bug.zip --log packets            look closer
  unzip bug.zip -d bug                        to change the script`

func (a *app) newBundle() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:     "bundle FILE SCRIPT",
		Short:   "Write a run to a file that plays anywhere",
		Long:    bundleHelp,
		Example: bundleExample,
		RunE:    func(cmd *cobra.Command, args []string) error { return a.bundle(cmd, args, &o) },
	}
	cmd.Flags().SortFlags = false
	o.registerWhich(cmd)
	o.guards.register(cmd.Flags())
	return cmd
}

// bundle plays a run without a word, and writes it.
func (a *app) bundle(cmd *cobra.Command, args []string, o *runOptions) error {
	if len(args) != 2 {
		return &usageError{"expected the file to write, and a script", cmd.CommandPath()}
	}
	o.bundle = bundleFile{outFile{path: args[0]}}
	defer o.guards.watch(&a.brake, a.abort)()
	p, scenario, err := a.prepare(cmd, args[1], o)
	if err != nil {
		return err
	}
	result, err := p.simulate(context.Background(), nil, scenario, nil)
	a.stage.Store(reporting)
	if err != nil {
		return err
	}
	names, err := p.writeBundle(result, scenario.Limits)
	if err != nil {
		return err
	}
	return p.tellBundle(result, names)
}

// tellBundle says what was written.
func (p *player) tellBundle(result *core.Result, names []string) error {
	if names == nil {
		p.code = verdictExit(result.Verdict)
		return nil
	}
	replay := reports.Command{Bundle: p.o.bundle.path}
	_, err := fmt.Fprintf(p.stdout, "%s\n verdict  %s: %s\n files    %s\n\nreplay: %s\n", p.command.Title(),
		result.Verdict, reports.OneLine(result.Reason), reports.OneLine(strings.Join(names, ", ")), replay)
	return err
}
