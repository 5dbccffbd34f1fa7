package schedule

import (
	"fmt"
	"slices"
	"time"

	"simlua.example/core"
)

// Schema names the version of the file.
const Schema = "simlua.faults/1"

// MaxFaults bounds the faults of a schedule.
const MaxFaults = 10_000_000

// Schedule is the faults of one run.
type Schedule struct {
	Script string       // its file, without the folder
	Digest string       // of the script and its modules, empty when unknown
	Seed   uint64       // without which the names of faults mean nothing
	Set    []string     // every parameter of the script, as "name=value"
	Faults []core.Fault // that happened, by time; of one that was read, a duration in Params is a string
}

// Of is the schedule of a finished run, whose script has a digest.
func Of(r *core.Result, digest string) *Schedule {
	s := &Schedule{Script: r.Scenario, Digest: digest, Seed: r.Seed}
	for _, p := range r.Params {
		s.Set = append(s.Set, p.Name+"="+p.Value)
	}
	for _, f := range r.Trace.Faults {
		if !f.Masked {
			s.Faults = append(s.Faults, f)
		}
	}
	return s
}

// IDs name the faults, in order.
func (s *Schedule) IDs() []core.FaultID {
	ids := make([]core.FaultID, len(s.Faults))
	for i := range s.Faults {
		ids[i] = s.Faults[i].ID
	}
	return ids
}

// header is the first line.
type header struct {
	Schema string   `json:"schema"`
	Script string   `json:"script"`
	Digest string   `json:"digest,omitempty"`
	Seed   string   `json:"seed"` // a number beyond 2^53 does not survive all readers of JSON
	Set    []string `json:"set"`
	Sum    string   `json:"sum,omitempty"`
}

// line is one fault.
type line struct {
	ID     string         `json:"id"`
	At     span           `json:"at"`
	Kind   core.FaultKind `json:"kind"`
	Where  string         `json:"where"`
	End    *span          `json:"end,omitempty"`
	Params params         `json:"parameters,omitempty"`
	Sum    string         `json:"sum,omitempty"`
}

func lineOf(f *core.Fault) line {
	l := line{ID: f.ID.String(), At: span(f.At), Kind: f.Kind, Where: f.Where, Params: f.Params}
	if f.End > 0 {
		end := span(f.End)
		l.End = &end
	}
	return l
}

// fault is what a line says.
func (l *line) fault() (core.Fault, error) {
	id, err := core.ParseFaultID(l.ID)
	if err != nil {
		return core.Fault{}, err
	}
	f := core.Fault{ID: id, Kind: l.Kind, Where: l.Where, At: time.Duration(l.At), Params: l.Params}
	if l.End != nil {
		f.End = time.Duration(*l.End)
	}
	switch {
	case !slices.Contains(core.FaultKinds, l.Kind):
		return core.Fault{}, fmt.Errorf("fault %s: there is no kind of fault %q", l.ID, l.Kind)
	case f.At < 0 || f.End < 0 || l.End != nil && f.End < f.At:
		return core.Fault{}, fmt.Errorf("fault %s: expected times from 0s on, the end not before the beginning", l.ID)
	}
	return f, nil
}
