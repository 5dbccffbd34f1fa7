package reports

import (
	"io"
	"strconv"
	"strings"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// SweepSchema is Schema for the tables of a sweep.
const SweepSchema = "simlua.sweep/1"

// SweepOptions say what a sweep was, beside the rows that it has come to.
type SweepOptions struct {
	Variant   sweep.Variant
	Seeds     sweep.Seeds
	Shard     sweep.Shard
	StopAfter int
	// UntilReached: it was to end as soon as each property was reached.
	UntilReached bool
	Corpus       *Corpus // nil for none
	Version      string  // of simlua
	Color        bool    // Table only
}

// command is how a seed is played again.
func (o *SweepOptions) command(seed uint64) Command { return CommandOf(&o.Variant, seed) }

// CommandOf is how a seed of a variant is played again.
func CommandOf(v *sweep.Variant, seed uint64) Command {
	return Command{Script: v.Script, Seed: seed, Set: v.Set, Plan: v.Plan, StopAtFirstFailure: v.StopAtFirstFailure}
}

// Title is the first line of a sweep: "simlua sweep mover.lua seeds=1-1000".
func (o *SweepOptions) Title() string {
	_, rest, _ := strings.Cut(o.command(0).Title(), " seed=0")
	title := "simlua sweep " + quote(o.Variant.Script) + " seeds=" + o.Seeds.String() + rest
	if !o.Shard.IsAll() {
		title += " shard=" + o.Shard.String()
	}
	if o.StopAfter > 0 {
		title += " stop-after=" + strconv.Itoa(o.StopAfter)
	}
	if o.UntilReached {
		title += " until-reached"
	}
	return title
}

// WriteSweep writes what a sweep has come to.
func WriteSweep(w io.Writer, s *sweep.Summary, format Format, o SweepOptions) error {
	d := &document{schema: SweepSchema, title: o.Title(), tables: newSweepTables(s, &o), digest: s.Digest().String()}
	for _, g := range s.Groups() {
		if g.Verdict != core.Void {
			d.replay = append(d.replay, o.command(g.First.Seed).String())
		}
	}
	d.replay = append(d.replay, o.knownOnly()...)
	if format == Table {
		if _, err := io.WriteString(w, d.title+"\n"); err != nil {
			return err
		}
	}
	return d.write(w, format, o.Color)
}
