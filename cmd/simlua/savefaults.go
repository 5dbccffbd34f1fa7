package main

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/schedule"
)

// saveFaults is the file of --save-faults; empty when none is wanted.
type saveFaults string

func (f *saveFaults) register(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(f), "save-faults", "", "write the faults that happened to `FILE`, a line each")
	must(cmd.MarkFlagFilename("save-faults", "jsonl"))
}

// usable finds out early whether the file can be written.
func (f saveFaults) usable() error {
	if f == "" {
		return nil
	}
	if err := noScript(string(f)); err != nil {
		return fmt.Errorf("--save-faults %s: %w", f, err)
	}
	if !isSchedule(string(f)) {
		return fmt.Errorf("--save-faults %s: the file is no schedule of faults; it is left as it is", f)
	}
	if err := canWrite(string(f)); err != nil {
		return fmt.Errorf("--save-faults %s: %w", f, err)
	}
	return nil
}

// isSchedule says whether a path may be written to: nothing is there, or what
// somebody reads meanwhile, or a file with nothing in it or with a schedule.
func isSchedule(path string) bool {
	return begins(path, fmt.Sprintf(`{"schema":%q`, schedule.Schema))
}

// write writes the faults of a run, if somebody wants them.
func (f saveFaults) write(s *schedule.Schedule) error {
	if f == "" {
		return nil
	}
	var b bytes.Buffer
	err := s.Write(&b)
	if err == nil {
		err = replaceFile(string(f), b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("--save-faults %s: %w", f, reason(err))
	}
	return nil
}

// allFaults says why the faults of a run that were kept are not all of them.
func allFaults(r *core.Result, limits core.Limits) error {
	if most := cmp.Or(limits.Facts, core.DefaultFacts); len(r.Trace.Faults) >= most {
		return fmt.Errorf("the run has more than the %d faults that are kept: "+
			"sim.limits { facts = … } keeps more", most)
	}
	return nil
}
