package reports

import (
	"bytes"

	"simlua.example/core"
)

// Story is an observer that keeps those lines of a log that tell why a run
// failed: faults and what followed each, failures and what came before each.
type Story struct {
	log     *Log
	line    bytes.Buffer // that the log wrote last
	planned []string     // what the plan says that it is about to do
	before  []string     // the last lines that were not told
	after   int          // lines to tell still, behind a fault
	skipped int          // lines that were not told, before those
	told    []string
	faults  int
}

// How much a story tells.
const (
	toldAfter  = 3 // lines behind a fault
	toldBefore = 3 // lines before a failure, and before the end
	toldFaults = 20
)

// NewStory makes a story whose lines look like those of a log with these options.
func NewStory(options LogOptions) *Story {
	s := &Story{}
	s.log = NewLog(&s.line, options)
	return s
}

// Wants is what has a line.
func (s *Story) Wants() core.Keep { return s.log.Wants() }

// Packets are none, but for those that a fault is about.
func (s *Story) Packets(string, *core.Profile) bool { return false }

// Observe takes the line of a fact, if it has one.
func (s *Story) Observe(f *core.Fact) {
	s.log.Observe(f)
	line := s.written()
	switch {
	case line == "":
	case f.Kind == core.FactFault && f.Fault.Masked:
		s.planned = nil // nothing came of it
	case f.Kind == core.FactFault:
		s.fault(line)
	case f.Kind == core.FactLog && f.Machine == "":
		s.planned = append(s.planned, line)
	default:
		s.happened()
		s.other(line, isFailure(f))
	}
}

func isFailure(f *core.Fact) bool {
	switch f.Kind {
	case core.FactViolation, core.FactExpect:
		return true
	case core.FactFailed:
		return f.Delay == 0
	}
	return false
}

// fault tells of a fault, with what the plan said of it.
func (s *Story) fault(line string) {
	if s.faults++; s.faults > toldFaults {
		s.happened()
		s.other(line, false)
		return
	}
	s.skipped += len(s.before)
	s.before = nil
	s.tell(append(s.planned, line))
	s.planned, s.after = nil, toldAfter
}

// happened takes what the plan said for lines like others.
func (s *Story) happened() {
	for _, line := range s.planned {
		s.other(line, false)
	}
	s.planned = nil
}

func (s *Story) other(line string, failure bool) {
	switch {
	case failure:
		s.tell(append(s.before, line))
		s.before = nil
	case s.after > 0:
		s.tell([]string{line})
		s.after--
	default:
		if s.before = append(s.before, line); len(s.before) > toldBefore {
			s.before = s.before[1:]
			s.skipped++
		}
	}
}

func (s *Story) tell(lines []string) {
	if s.skipped > 0 {
		s.told = append(s.told, "   …       "+Count(s.skipped, "line"))
		s.skipped = 0
	}
	s.told = append(s.told, lines...)
}

// End is the story of a run that has ended, with why it failed when no line of the
// log says so.
func (s *Story) End(r *core.Result) []string {
	s.happened()
	end := core.Fact{At: r.Time, Kind: core.FactLog, Level: core.Error, Text: r.Reason}
	for i := range r.Checks {
		if c := &r.Checks[i]; r.Verdict == core.Fail && !c.Held {
			if c.Kind != core.KindCheck && !c.Property() {
				break // it has a line
			}
			end.Kind, end.Text = core.FactViolation, c.Name+": "+c.Message
			break
		}
	}
	if end.Kind == core.FactViolation || r.Verdict == core.Stuck {
		s.log.Observe(&end)
		s.before = append(s.before, s.written())
	}
	s.tell(s.before)
	s.before = nil
	return s.told
}

// written is the line that the log wrote last.
func (s *Story) written() string {
	line := string(bytes.TrimRight(s.line.Bytes(), "\n"))
	s.line.Reset()
	return line
}
