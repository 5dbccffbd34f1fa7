package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/schedule"
	"simlua.example/reports"
)

// onlyFaults is --only-faults: a file of --save-faults, or faults by their IDs, or
// none; empty when all may happen.
type onlyFaults string

// noFaults is the set of no faults.
const noFaults = "none"

func (f *onlyFaults) register(cmd *cobra.Command) {
	cmd.Flags().Var(f, "only-faults", "play with no faults but those of a `FILE` of --save-faults, whose lines may be"+
		"\ndeleted; or with those named here; or with none (plan#3,net>lan/loss#17)")
	must(cmd.MarkFlagFilename("only-faults", "jsonl"))
}

func (f *onlyFaults) String() string { return string(*f) }
func (f *onlyFaults) Type() string   { return "FILE" }

func (f *onlyFaults) Set(text string) error {
	if text == "" {
		return errors.New("expected the name of a file, faults as plan#3,net>lan/loss#17, or none")
	}
	*f = onlyFaults(text)
	return nil
}

// named says whether faults are named, rather than a file.
func (f onlyFaults) named() bool {
	if !strings.Contains(string(f), "#") {
		return false
	}
	_, err := os.Stat(string(f))
	return err != nil
}

// read is the faults that are meant; origin is the schedule of a file.
func (f onlyFaults) read() (ids []core.FaultID, origin *schedule.Schedule, err error) {
	switch {
	case f == noFaults:
		return nil, nil, nil
	case f.named():
		var named faultIDs
		err := named.Set(string(f))
		return named, nil, err
	}
	if origin, err = readSchedule(string(f)); err != nil {
		return nil, nil, err
	}
	return origin.IDs(), origin, nil
}

// readSchedule reads a file of --save-faults.
func readSchedule(name string) (*schedule.Schedule, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("no such file")
	} else if err != nil {
		return nil, reason(err)
	}
	defer file.Close()
	s, err := schedule.Read(file)
	return s, reason(err)
}

// masked is the mask of a run, and what must be said of it beside the report.
type masked struct {
	core.Mask
	file     string             // --only-faults FILE
	schedule *schedule.Schedule // what it says; nil without one
}

// mask reads --withhold and --only-faults.
func (o *runOptions) mask(scenario *core.Scenario) (masked, error) {
	if o.onlyFaults == "" {
		m := masked{Mask: core.Withhold(o.withhold...)}
		if err := m.Validate(scenario); err != nil {
			return masked{}, fmt.Errorf("--withhold: %w", err)
		}
		return m, nil
	}
	ids, origin, err := o.onlyFaults.read()
	m := masked{core.Only(ids...), string(o.onlyFaults), origin}
	if err == nil {
		err = m.Validate(scenario)
	}
	if err == nil && origin != nil && origin.Seed != uint64(o.seed) {
		err = fmt.Errorf("these are faults of seed %d; expected --seed %[1]d, not %d", origin.Seed, o.seed)
	}
	if err != nil {
		return masked{}, fmt.Errorf("--only-faults %s: %w", o.onlyFaults, err)
	}
	return m, nil
}

// warn says what the one who plays a schedule should know: that the run is not
// quite the one of the schedule, and which of its faults it never came to.
func (m *masked) warn(w io.Writer, r *core.Result, digest string) {
	if !m.Only {
		return
	}
	say := func(format string, args ...any) {
		fmt.Fprintf(w, "simlua: warning: --only-faults %s: %s\n", reports.OneLine(m.file), fmt.Sprintf(format, args...))
	}
	if m.schedule != nil {
		then, now := m.schedule, schedule.Of(r, digest)
		switch {
		case then.Script != now.Script:
			say("these are faults of %s", reports.OneLine(then.Script))
		case then.Digest != now.Digest:
			say("the script, or a module of it, has changed since")
		}
		if was := missing(then.Set, now.Set); was != nil {
			say("these are faults of a run with %s", reports.OneLine(strings.Join(was, " ")))
		}
	}
	if never := m.never(r); never != nil {
		say("%d of %d faults never came up: %s", len(never), len(m.IDs), reports.OneLine(listed(never)))
	}
}

// missing are the words of one list that another does not have.
func missing(from, in []string) (words []string) {
	for _, word := range from {
		if !slices.Contains(in, word) {
			words = append(words, word)
		}
	}
	return words
}

// never are the faults that were to happen, and that the run never came to.
func (m *masked) never(r *core.Result) (never []string) {
	came := map[core.FaultID]bool{}
	for i := range r.Trace.Faults {
		came[r.Trace.Faults[i].ID] = true
	}
	for _, id := range m.IDs {
		if !came[id] {
			never = append(never, id.String())
		}
	}
	return never
}

// listed writes a few names, and how many more there are.
func listed(names []string) string {
	const most = 10
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
