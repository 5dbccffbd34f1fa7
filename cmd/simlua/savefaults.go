package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/schedule"
)

// saveFaults is the file of --save-faults.
type saveFaults struct{ outFile }

func (f *saveFaults) register(cmd *cobra.Command) {
	f.flag = "--save-faults "
	cmd.Flags().StringVar(&f.path, "save-faults", "", "write the faults that happened to `FILE`, a line each")
	must(cmd.MarkFlagFilename("save-faults", "jsonl"))
}

func (f *saveFaults) usable() error { return f.outFile.usable("schedule of faults", isSchedule) }

func isSchedule(path string) bool { return begins(path, fmt.Sprintf(`{"schema":%q`, schedule.Schema)) }

// allFaults says why the faults of a run that were kept are not all of them.
func allFaults(r *core.Result, limits core.Limits) error {
	if most := cmp.Or(limits.Facts, core.DefaultFacts); len(r.Trace.Faults) >= most {
		return fmt.Errorf("the run has more than the %d faults that are kept: "+
			"sim.limits { facts = … } keeps more", most)
	}
	return nil
}
