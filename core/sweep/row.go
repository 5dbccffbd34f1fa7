package sweep

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"simlua.example/core"
)

// Row is what is kept of a finished run: plain data that depends on the run
// alone and is JSON on one line. What is zero, or empty, is left out. What has
// no value is not there: an operation that was never called, a gauge that nobody
// set.
type Row struct {
	Variant  int           `json:"variant,omitempty"`
	Seed     uint64        `json:"seed"`
	Verdict  core.Verdict  `json:"verdict"`
	Reason   string        `json:"reason,omitempty"`  // one line
	Pattern  string        `json:"pattern,omitempty"` // see Signature
	Time     time.Duration `json:"time_ns"`           // simulated, at the end
	Steps    uint64        `json:"steps"`
	Digest   Digest        `json:"digest"`
	Failed   []Failure     `json:"failed,omitempty"` // the checks that do not hold, in order of declaration
	Untested []string      `json:"untested,omitempty"`

	Properties []Property `json:"properties,omitempty"` // those that are to hold once in some run

	Operations []Operation `json:"operations,omitempty"` // by name
	Faults     Counts      `json:"faults,omitempty"`     // that happened, by kind
	Withheld   Counts      `json:"withheld,omitempty"`   // by the mask, by kind
	Gauges     []Gauge     `json:"gauges,omitempty"`     // at the end, by name, then service
	Links      []Counters  `json:"links,omitempty"`      // in order of declaration
	Machines   []Counters  `json:"machines,omitempty"`   // likewise
}

// Counts are numbers by name. One that is zero is not there.
type Counts map[string]int64

// Sum of all counts.
func (c Counts) Sum() (n int64) {
	for _, count := range c {
		n += count
	}
	return n
}

// add adds n under a name, unless it is zero.
func (c *Counts) add(name string, n int64) {
	if n == 0 {
		return
	}
	if *c == nil {
		*c = Counts{}
	}
	(*c)[name] += n
}

// Digest is that of a run; as text, 16 hexadecimal digits.
type Digest uint64

func (d Digest) String() string { return fmt.Sprintf("%016x", uint64(d)) }

// MarshalText is String.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what String wrote.
func (d *Digest) UnmarshalText(text []byte) error {
	if _, err := fmt.Sscanf(string(text), "%016x", (*uint64)(d)); err != nil || len(text) != 16 {
		return fmt.Errorf("a digest has 16 hexadecimal digits: %q", text)
	}
	return nil
}

// Failure is a check that does not hold.
type Failure struct {
	Check   string        `json:"check"`
	Kind    string        `json:"kind"` // "always", "check" or "expect"
	At      time.Duration `json:"at_ns"`
	Step    uint64        `json:"step"`
	Message string        `json:"message,omitempty"` // its first line
}

// Property is one that is to hold once, in some run of many.
type Property struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"` // "sometimes" or "reachable"
	Reached bool   `json:"reached,omitempty"`
}

// Gauge is the value of one gauge of a service at the end.
type Gauge struct {
	Name    string `json:"name"`
	Service string `json:"service"`
	Value   any    `json:"value"` // float64, string or bool; NaN and infinities are strings
	Down    bool   `json:"down,omitempty"`
}

// Run is the run that the row is of, without a mask.
func (r *Row) Run() Run { return Run{Variant: r.Variant, Seed: r.Seed} }

// Failing says whether the run counts as a failure of the program.
func (r *Row) Failing() bool { return Known(r.Verdict) && r.Verdict != core.Pass }

// Check is the check that made the run fail, empty when none did.
func (r *Row) Check() string {
	if r.Verdict != core.Fail || len(r.Failed) == 0 {
		return ""
	}
	return r.Failed[0].Check
}

// FailedAt is when and in which step the run failed: when its check failed
// first, or its end.
func (r *Row) FailedAt() (at time.Duration, step uint64) {
	if r.Check() == "" {
		return r.Time, r.Steps
	}
	return r.Failed[0].At, r.Failed[0].Step
}

// NewRow is the row of a run that has ended with a result.
func NewRow(run Run, result *core.Result) *Row {
	r := &Row{
		Variant: run.Variant, Seed: run.Seed,
		Verdict: result.Verdict, Reason: bounded(result.Reason),
		Time: result.Time, Steps: result.Steps, Digest: Digest(result.Digest),
	}
	r.checks(result.Checks)
	r.Pattern = pattern(r, result)
	for i := range result.Links {
		r.Links = append(r.Links, linkCounters(&result.Links[i]))
	}
	for i := range result.Machines {
		r.Machines = append(r.Machines, machineCounters(&result.Machines[i]))
	}
	if trace := result.Trace; trace != nil {
		r.Operations = newOperations(trace.Operations)
		r.faults(trace.Faults)
		r.gauges(trace.Gauges)
	}
	return r
}

func (r *Row) checks(checks []core.CheckResult) {
	for i := range checks {
		c := &checks[i]
		if c.Property() {
			r.Properties = append(r.Properties, Property{c.Name, c.Kind, c.Reached})
		}
		switch {
		case !c.Held:
			r.Failed = append(r.Failed, Failure{c.Name, c.Kind, c.FailedAt, c.FailedStep, bounded(c.Message)})
		case c.Evaluated == 0 && !c.Property():
			r.Untested = append(r.Untested, c.Name)
		}
	}
}

func (r *Row) faults(faults []core.Fault) {
	for i := range faults {
		if f := &faults[i]; f.Masked {
			r.Withheld.add(string(f.Kind), 1)
		} else {
			r.Faults.add(string(f.Kind), 1)
		}
	}
}

func (r *Row) gauges(gauges []core.GaugeValue) {
	for i := range gauges {
		g := &gauges[i]
		value := g.Value
		switch v := value.(type) {
		case string:
			value = bounded(v)
		case float64:
			if math.IsNaN(v) || math.IsInf(v, 0) {
				value = fmt.Sprint(v)
			}
		}
		r.Gauges = append(r.Gauges, Gauge{g.Name, g.Service, value, g.Down})
	}
}

// longest is how many bytes a row keeps of one text.
const longest = 500

// bounded is the first line of a text, or the beginning of it, as valid UTF-8.
func bounded(text string) string { return boundedTo(longest, text) }

func boundedTo(most int, text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if len(line) > most {
		end := most
		for end > 0 && !utf8.RuneStart(line[end]) {
			end--
		}
		line = line[:end] + "…"
	}
	return strings.ToValidUTF8(line, "\uFFFD")
}
