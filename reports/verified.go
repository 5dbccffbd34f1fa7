package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"simlua.example/core/sweep"
)

// VerifiedSchema is Schema for the tables of seeds that were played twice.
const VerifiedSchema = "simlua.verify/1"

// Verified is what is written of seeds that were played twice.
type Verified struct {
	Variant  sweep.Variant
	Seeds    sweep.Seeds
	Asked    uint64 // seeds that were to be played; zero when they have no end
	Played   int    // seeds
	Void     int    // of them, that nothing is known of
	Defects  int    // of them, that ended in a defect of simlua in this process
	Partings []*Parting
	Version  string // of simlua
	Color    bool   // Table only
}

// Parting is a seed that came out otherwise when it was played again.
type Parting struct {
	Seed        uint64
	Step        uint64 // the first one that differs; zero when all are the same, or nobody looked
	Here, There Side
}

// Side is one of two runs that part.
type Side struct {
	Row  *sweep.Row // of the whole run
	Step *Step      // the first one that differs; nil when the run had ended
}

// Step is a step of a run with what happened in it.
type Step struct {
	Count  uint64        `json:"count"`
	At     time.Duration `json:"at_ns"`
	Scope  string        `json:"scope"`  // a machine, a service, the plan, or the world
	Digest sweep.Digest  `json:"digest"` // of all that has happened so far
	Facts  []string      `json:"facts,omitempty"`
}

// WriteVerified writes it.
func WriteVerified(w io.Writer, v *Verified, format Format) error {
	var b bytes.Buffer
	var err error
	switch format {
	case Table:
		v.text(&b)
	case Markdown:
		v.markdown(&b)
	case JSON:
		err = writeJSON(&b, VerifiedSchema, v.tables())
	case CSV:
		err = writeCSV(&b, VerifiedSchema, v.tables())
	default:
		_, err = ParseFormat(string(format))
	}
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	return err
}

func (v *Verified) title() string {
	command := CommandOf(&v.Variant, 0)
	_, rest, _ := strings.Cut(command.title("verify"), " seed=0")
	return "simlua verify " + quote(v.Variant.Script) + " seeds=" + v.Seeds.String() + rest
}

// Compared are the seeds that it is about: fewer than were asked for when it was cut
// short.
func (v *Verified) Compared() string {
	switch played := uint64(v.Played); {
	case played >= v.Asked:
		return Count(v.Played, "seed")
	case played == 0:
		return "none of " + Number(v.Asked) + " seeds"
	default:
		return "the first " + Number(played) + " of " + Number(v.Asked) + " seeds"
	}
}

// headline says on one line what came out.
func (v *Verified) headline() string {
	text := v.Compared() + ", each played twice, here and in a fresh process: "
	switch n := len(v.Partings); {
	case n > 0:
		text += fmt.Sprintf("%d not the same", n)
	case v.Played == 0:
		text += "nothing to compare"
	default:
		text += "all the same"
	}
	if v.Void > 0 {
		text += fmt.Sprintf(", %d void", v.Void)
	}
	if v.Defects > 0 {
		text += fmt.Sprintf(", %d ended in a defect of simlua", v.Defects)
	}
	return text
}

func (v *Verified) text(b *bytes.Buffer) {
	paint := newPalette(v.Color)
	headline := paint.good.Sprint(v.headline())
	if len(v.Partings) > 0 || v.Defects > 0 {
		headline = paint.bad.Sprint(v.headline())
	}
	fmt.Fprintf(b, "%s\n\n%s\n", v.title(), headline)
	for _, p := range v.Partings {
		b.WriteString("\n" + strings.Join(p.lines(), "\n") + "\n")
	}
}

func (v *Verified) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "# %s\n\n%s\n", codeSpan(v.title()), v.headline())
	for _, p := range v.Partings {
		b.WriteString("\n    " + strings.Join(p.lines(), "\n    ") + "\n")
	}
}

// lines tell how a seed parts.
func (p *Parting) lines() []string {
	lines := []string{fmt.Sprintf("seed %d: digest %v here, %v in the other process", p.Seed, p.Here.Row.Digest,
		p.There.Row.Digest)}
	if p.Step == 0 {
		return append(lines, " here   "+p.Here.outcome(), " there  "+p.There.outcome())
	}
	lines = append(lines, fmt.Sprintf("first parts in step %d", p.Step))
	lines = append(lines, p.Here.lines("here")...)
	return append(lines, p.There.lines("there")...)
}

// outcome is how a run came out, where no step is known to differ.
func (s *Side) outcome() string {
	return OneLine(string(s.Row.Verdict) + ", " + s.Row.Reason + ", " + Duration(s.Row.Time))
}

func (s *Side) lines(name string) []string {
	if s.Step == nil {
		return []string{fmt.Sprintf(" %-5s  the run has ended", name)}
	}
	lines := []string{fmt.Sprintf(" %-5s  at %v, %s", name, s.Step.At, OneLine(s.Step.Scope))}
	for _, fact := range s.Step.Facts {
		lines = append(lines, "        "+OneLine(fact))
	}
	if len(s.Step.Facts) == 0 {
		lines = append(lines, "        (nothing that has a line)")
	}
	return lines
}

func (v *Verified) tables() []table {
	partings := table{name: "partings", doc: "The seeds that did not come out the same, and where they part.",
		columns: []column{
			{key: "seed", kind: text, doc: "The seed, in decimal."},
			{key: "step", kind: integer, doc: "The first step that differs; 0 when nobody looked, or none does."},
			{key: "side", kind: text, doc: "`here`, in the process of the command, or `there`, in a fresh one."},
			{key: "digest", kind: text, doc: "Digest of the whole run."},
			{key: "verdict", kind: text, doc: "How the run came out."},
			{key: "reason", kind: text, doc: "Why."},
			{key: "at_ns", kind: duration, doc: "When the step was; none when the run had ended."},
			{key: "scope", kind: text, doc: "What it belongs to: a machine, a service, the plan, or the world."},
		}}
	facts := table{name: "facts", doc: "What happened in the steps that differ.", columns: []column{
		{key: "seed", kind: text, doc: "The seed, in decimal."},
		{key: "side", kind: text, doc: "`here` or `there`."},
		{key: "line", kind: text, doc: "A fact, as a line of a log."},
	}}
	for _, p := range v.Partings {
		for _, side := range []struct {
			name string
			*Side
		}{{"here", &p.Here}, {"there", &p.There}} {
			row := []any{fmt.Sprint(p.Seed), p.Step, side.name, side.Row.Digest.String(), string(side.Row.Verdict),
				side.Row.Reason, nil, ""}
			if side.Step != nil {
				row[6], row[7] = side.Step.At, side.Step.Scope
				for _, fact := range side.Step.Facts {
					facts.rows = append(facts.rows, []any{fmt.Sprint(p.Seed), side.name, fact})
				}
			}
			partings.rows = append(partings.rows, row)
		}
	}
	asked := any(nil)
	if v.Asked > 0 {
		asked = v.Asked
	}
	return []table{{
		name: "verify", doc: "All of it.", single: true,
		columns: []column{
			{key: "script", kind: text, doc: "The script, as given."},
			{key: "seeds", kind: text, doc: "The seeds, as `--seeds` takes them."},
			{key: "played", kind: integer, doc: "Seeds that were played twice."},
			{key: "asked", kind: integer, doc: "Seeds that were to be played; none when they have no end."},
			{key: "different", kind: integer, doc: "Those of them that did not come out the same."},
			{key: "void", kind: integer, doc: "Those of which nothing is known: a guard ended a run."},
			{key: "defects", kind: integer, doc: "Those whose run in this process ended in a defect of simlua."},
			{key: "script_digest", kind: text, doc: "As in the tables of a run."},
			{key: "simlua", kind: text, doc: "The version of simlua; empty when it is not known."},
		},
		rows: [][]any{{v.Variant.Script, v.Seeds.String(), v.Played, asked, len(v.Partings), v.Void, v.Defects,
			v.Variant.Digest, v.Version}},
	}, partings, facts}
}
