package reports

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// ShrunkSchema names the version of the tables of a failure that was shrunk, as
// Schema does for those of a run.
const ShrunkSchema = "simlua.shrink/1"

// Shrunk is what is written of a failing run that was shrunk.
type Shrunk struct {
	Of      Command       // plays the run
	Replay  Command       // plays what is left of it
	Faults  int           // of the run
	Also    []sweep.Param // as the run had them
	Left    *sweep.Shrunk
	Result  *core.Result // of what is left
	Story   []string     // of what is left
	Proved  bool         // there is a Proof
	Proof   []sweep.Without
	Version string // of simlua
	Color   bool   // Table only
}

// WriteShrunk writes it.
func WriteShrunk(w io.Writer, s *Shrunk, format Format) error {
	var b bytes.Buffer
	var err error
	switch format {
	case Table:
		err = s.text(&b)
	case Markdown:
		s.markdown(&b)
	case JSON:
		err = writeJSON(&b, ShrunkSchema, s.tables())
	case CSV:
		err = writeCSV(&b, ShrunkSchema, s.tables())
	default:
		_, err = ParseFormat(string(format))
	}
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	return err
}

// headline says what is needed, on one line.
func (s *Shrunk) headline() string {
	text := fmt.Sprintf("fails with %d of %s", len(s.Left.Faults), Count(s.Faults, "fault"))
	if len(s.Left.Faults) == 0 {
		text = fmt.Sprintf("fails without any fault: 0 of %d needed", s.Faults)
	}
	for i, p := range s.Left.Also {
		if p != s.Also[i] {
			text += fmt.Sprintf(", with %s instead of %d", p, s.Also[i].Value)
		}
	}
	text += ", found in " + Count(s.Left.Runs, "run")
	if !s.Left.Minimal {
		text += "; fewer may do: the search ended early"
	}
	return text
}

func (s *Shrunk) text(b *bytes.Buffer) error {
	paint := newPalette(s.Color)
	fmt.Fprintf(b, "%s\n\n%s\n%s\n\nstory\n", s.Of.title("shrink"), s.headline(), paint.bad.Sprint(s.failure()))
	for _, line := range s.Story {
		b.WriteString(line + "\n")
	}
	if t := s.proof(); len(t.rows) > 0 {
		header, rows, numeric := t.cells()
		fit(header, rows)
		paintVerdicts(header, rows, &paint)
		if err := writeTable(b, t.name, header, rows, numeric); err != nil {
			return err
		}
	}
	if s.Proved {
		b.WriteString("\n" + s.proven() + "\n")
	}
	fmt.Fprintf(b, "\nreplay: %s\n\ndigest %s\n", s.Replay, digest(s.Result))
	return nil
}

func (s *Shrunk) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "# %s\n\n%s\n\n    %s\n\n## story\n\n", codeSpan(s.Of.title("shrink")), s.headline(), s.failure())
	for _, line := range s.Story {
		b.WriteString("    " + line + "\n")
	}
	if t := s.proof(); len(t.rows) > 0 {
		b.WriteString("\n## " + t.name + "\n\n")
		writeMarkdownTable(b, &t)
	}
	if s.Proved {
		b.WriteString("\n" + s.proven() + "\n")
	}
	fmt.Fprintf(b, "\n## replay\n\n    %s\n", s.Replay)
}

// proven says what the proof comes to.
func (s *Shrunk) proven() string {
	for _, p := range s.Proof {
		if p.Same {
			return "not 1-minimal: without " + OneLine(p.Removed) + " it fails in the same way"
		}
	}
	if len(s.Proof) == 0 {
		return "1-minimal: nothing is left to take away"
	}
	return "1-minimal: without any one of these it does not fail in this way"
}

func (s *Shrunk) proof() table {
	t := table{
		name: "proof", doc: "With `--check`: the runs without each single thing that is left.",
		columns: []column{
			{"removed", "without", text, "A fault, or a parameter with a value that is smaller by one.", false},
			{"verdict", "verdict", text, "How the run came out.", false},
			{"reason", "reason", text, "Why.", false},
			{key: "same", kind: boolean, doc: "Whether it fails in the same way all the same."},
		},
	}
	for _, p := range s.Proof {
		t.rows = append(t.rows, []any{p.Removed, string(p.Row.Verdict), failureOf(p.Row), p.Same})
	}
	return t
}

// tables say all of it.
func (s *Shrunk) tables() []table {
	row, r := s.Left.Row, s.Result
	at, step := row.FailedAt()
	also := table{name: "also", doc: "The parameters of `--also`.", columns: []column{
		{key: "name", kind: text, doc: "The parameter."},
		{key: "before", kind: integer, doc: "Its value in the run that was shrunk."},
		{key: "value", kind: integer, doc: "The smallest value with which the run fails in the same way."},
	}}
	for i, p := range s.Left.Also {
		also.rows = append(also.rows, []any{p.Name, s.Also[i].Value, p.Value})
	}
	story := table{name: "story", doc: "What happened in the run that is left, as lines of the log.", columns: []column{
		{key: "line", kind: text, doc: "A line, or how many are left out."},
	}}
	for _, line := range s.Story {
		story.rows = append(story.rows, []any{line})
	}
	return []table{{
		name: "shrunk", doc: "The failure, and what is left of the run.", single: true,
		columns: []column{
			{key: "scenario", kind: text, doc: "The scenario's name."},
			{key: "seed", kind: text, doc: "The seed, in decimal."},
			{key: "verdict", kind: text, doc: "`fail`, `stuck` or `crash`."},
			{key: "check", kind: text, doc: "The check that does not hold; empty when the run failed otherwise."},
			{key: "reason", kind: text, doc: "What the check said, or why the run ended."},
			{key: "faults", kind: integer, doc: "Faults of the run that was shrunk."},
			{key: "needed", kind: integer, doc: "Those of them that are left: `fault_list` has them."},
			{key: "minimal", kind: boolean, doc: "Whether none of them can go alone, and no parameter be smaller by one."},
			{key: "runs", kind: integer, doc: "Runs that it took to find out."},
			{key: "failed_at_ns", kind: duration, doc: "When the run that is left failed."},
			{key: "failed_step", kind: integer, doc: "In which step."},
			{key: "digest", kind: text, doc: "Digest of the run that is left."},
			{key: "replay", kind: text, doc: "The command line that plays what is left."},
			{key: "simlua", kind: text, doc: "The version of simlua; empty when it is not known."},
		},
		rows: [][]any{{r.Scenario, fmt.Sprint(r.Seed), string(row.Verdict), row.Check(), failureOf(row), s.Faults,
			len(s.Left.Faults), s.Left.Minimal, s.Left.Runs, at, step, digest(r), s.Replay.String(), s.Version}},
	}, also, newFaultList(happened(r.Trace.Faults)), story, s.proof()}
}

// happened are the faults that were not withheld.
func happened(faults []core.Fault) []core.Fault {
	return slices.DeleteFunc(slices.Clone(faults), func(f core.Fault) bool { return f.Masked })
}

// failureOf is what the check said that does not hold, or why a run ended.
func failureOf(r *sweep.Row) string {
	if r.Check() != "" {
		return r.Failed[0].Message
	}
	return r.Reason
}

func (s *Shrunk) failure() string {
	row := s.Left.Row
	if row.Check() == "" {
		return OneLine(row.Reason)
	}
	return OneLine(row.Check() + ": " + failureOf(row))
}
