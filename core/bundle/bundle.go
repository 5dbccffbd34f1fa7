package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"simlua.example/core"
)

// Schema names the version of the format.
const Schema = "simlua.bundle/1"

// The names in an archive.
const (
	manifest     = "bundle.json"
	Faults       = "faults.jsonl"
	ScriptFolder = "script/"
	PlanFolder   = "plan/"
)

// Bundle is which run it is, and what came of it.
type Bundle struct {
	Schema string `json:"schema"`
	Simlua string `json:"simlua"` // the build that played it
	Script string `json:"script"` // its path in the archive
	// ScriptDigest tells scripts apart: of script, modules and plan.
	ScriptDigest string   `json:"script_digest"`
	Seed         uint64   `json:"seed,string"` // a number beyond 2^53 does not survive all readers of JSON
	Set          []string `json:"set"`         // parameters, as given: "name=value"
	Plan         string   `json:"plan,omitempty"`
	Withhold     []string `json:"withhold,omitzero"`
	OnlyFaults   []string `json:"only_faults,omitzero"` // empty: none may happen; absent: all may

	StopAtFirstFailure bool `json:"stop_at_first_failure,omitempty"`

	Verdict core.Verdict `json:"verdict"`
	Reason  string       `json:"reason"`
	Digest  string       `json:"digest"` // of the run, 16 hexadecimal digits
}

// Mask is the mask of the run.
func (b *Bundle) Mask() (core.Mask, error) { return core.ParseMask(b.Withhold, b.OnlyFaults) }

// SetMask is the reverse of Mask.
func (b *Bundle) SetMask(m core.Mask) {
	b.Withhold, b.OnlyFaults = nil, nil
	names := make([]string, len(m.IDs))
	for i, id := range m.IDs {
		names[i] = id.String()
	}
	switch m.Kind() {
	case "only":
		b.OnlyFaults = names
	case "withhold":
		b.Withhold = names
	}
}

// ScriptName is the script's path in its folder.
func (b *Bundle) ScriptName() string { return strings.TrimPrefix(b.Script, ScriptFolder) }

// verdicts are those of runs of which something is known.
var verdicts = []core.Verdict{core.Pass, core.Fail, core.Stuck, core.Crash}

// validate says what is wrong with a manifest that was read.
func (b *Bundle) validate() error {
	switch {
	case b.Schema != Schema && b.Schema != "":
		return fmt.Errorf("the schema is %s, this version of simlua reads %s", b.Schema, Schema)
	case b.Schema == "":
		return errNoBundle
	case !fs.ValidPath(b.Script) || path.Dir(b.Script)+"/" != ScriptFolder:
		return fmt.Errorf("%s: expected a script in %s, not %q", manifest, ScriptFolder, b.Script)
	case !slices.Contains(verdicts, b.Verdict):
		return fmt.Errorf("%s: there is no verdict %q of a run that can be played again", manifest, b.Verdict)
	case strings.Contains(b.Plan, "/") && (!fs.ValidPath(b.Plan) || path.Dir(b.Plan)+"/" != PlanFolder):
		return fmt.Errorf("%s: expected a plan in %s, not %q", manifest, PlanFolder, b.Plan)
	}
	if _, err := b.Mask(); err != nil {
		return fmt.Errorf("%s: %w", manifest, err)
	}
	return nil
}

var errNoBundle = errors.New("this is no bundle, as simlua bundle writes it")
