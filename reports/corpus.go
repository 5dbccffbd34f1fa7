package reports

import (
	"fmt"
	"path/filepath"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// Corpus is the known failures of a sweep.
type Corpus struct {
	Folder   string
	Failures []*sweep.CorpusFailure
}

func newCorpus(o *SweepOptions) table {
	t := table{
		name: "corpus", doc: "The failures that `--corpus` knows of this script with these parameters and this plan, and " +
			"the new ones that were added to it. Their runs count in no other table.",
		columns: []column{
			{"fate", "fate", text, "`ongoing`: a run fails so, its own or one of the sweep; `resolved`: its own run passes, " +
				"and none fails so; `changed`: its own run fails in another way, and none in this one; `unknown`: nothing is " +
				"known of its own run, and none fails so; `new`: the sweep found it.", false},
			{"verdict", "verdict", text, "The verdict, as it is known.", false},
			{"check", "check", text, "The check that does not hold.", true},
			{"reason", "reason", text, "What the check said, or why the run ended, as in `failures`.", true},
			{"seed", "seed", text, "The seed of its own run, in decimal.", false},
			{"swept_seed", "swept", text, "The smallest seed of the sweep that fails so, in decimal, if one does.", true},
			{"file", "file", text, "Its file in the folder.", false},
			{"now", "now", text, "What its own run came to, when it failed in another way, or nothing is known of it.", true},
			{key: "simlua", kind: text, doc: "The build of simlua that saw it first."},
			{key: "note", kind: text, doc: "What somebody has noted there."},
			{key: "replay", kind: text, doc: "The command line that plays its own run."},
		},
	}
	if o.Corpus == nil {
		return t
	}
	for _, f := range o.Corpus.Failures {
		var swept any
		if f.Swept {
			swept = fmt.Sprint(f.Seen)
		}
		t.rows = append(t.rows, []any{string(f.Fate), string(f.Verdict), f.Check, f.Reason, fmt.Sprint(f.Seed), swept, f.File,
			now(f), f.Simlua, f.Note, o.known(f.KnownFailure)})
	}
	return t
}

// now is what the run of a known failure came to, if that is another one.
func now(f *sweep.CorpusFailure) string {
	if f.IsOwn || f.Row.Verdict == core.Pass {
		return ""
	}
	return fmt.Sprintf("%s: %s", f.Row.Verdict, f.Row.Message)
}

// known is how a known failure is played again.
func (o *SweepOptions) known(k *sweep.KnownFailure) string {
	c := o.command(k.Seed)
	c.Set = append(c.Set[:len(c.Set):len(c.Set)], k.Also...)
	if k.Schedule != "" {
		c.OnlyFaults = filepath.Join(o.Corpus.Folder, k.Schedule)
	}
	return c.String()
}

// knownOnly are the commands that play known failures which only their own runs
// show.
func (o *SweepOptions) knownOnly() (commands []string) {
	if o.Corpus == nil {
		return nil
	}
	for _, f := range o.Corpus.Failures {
		if !f.Swept && f.Fate != sweep.Resolved && f.Fate != sweep.Unknown {
			commands = append(commands, o.known(f.KnownFailure))
		}
	}
	return commands
}
