package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// KnownSchema names the version of the files of a corpus.
const KnownSchema = "simlua.known/1"

// KnownFailure is a failure that was found before: a file of a corpus, which is a folder
// of such files, named *.json. People may write them, too.
type KnownFailure struct {
	Schema string   `json:"schema"`
	Script string   `json:"script"`         // its file, without the folder
	Set    []string `json:"set"`            // parameters, "name=value"
	Plan   string   `json:"plan,omitempty"` // as of a Variant, without the folder

	StopAtFirstFailure bool `json:"stop_at_first_failure,omitempty"`

	Seed     uint64   `json:"seed,string"`        // a number beyond 2^53 does not survive all readers of JSON
	Also     []string `json:"also,omitempty"`     // parameters beyond those of Set, which a shrunk failure has
	Schedule string   `json:"schedule,omitempty"` // a file in the folder: no other faults happen
	Signature
	Simlua string `json:"simlua"` // the build that saw it first
	Note   string `json:"note,omitempty"`

	File string `json:"-"` // its name in the folder; empty while it has none
}

// NewKnownFailure is the failure of a variant that a build has found.
func NewKnownFailure(v *Variant, failure Signature, seed uint64, build string) *KnownFailure {
	return &KnownFailure{Schema: KnownSchema, Script: filepath.Base(v.Script), Set: slices.Clone(v.Set),
		Plan: planName(v.Plan), StopAtFirstFailure: v.StopAtFirstFailure, Seed: seed, Signature: failure, Simlua: build}
}

// planName is a plan without its folder.
func planName(plan string) string {
	if plan == "" {
		return ""
	}
	return filepath.Base(plan)
}

// IsOf says whether it is a failure of a variant: of a script of that name with the
// same parameters and plan.
func (k *KnownFailure) IsOf(v *Variant) bool {
	return k.Script == filepath.Base(v.Script) && k.Plan == planName(v.Plan) &&
		k.StopAtFirstFailure == v.StopAtFirstFailure && slices.Equal(effective(k.Set), effective(v.Set))
}

// Is says whether a failure is this one. A check or a reason that is not given
// stands for any: people do not know how reasons are written.
func (k *KnownFailure) Is(s Signature) bool {
	return s.Verdict == k.Verdict && (k.Check == "" || s.Check == k.Check) && (k.Reason == "" || s.Reason == k.Reason)
}

// effective are parameters by name, each once, as the last one of a name sets it.
func effective(set []string) []string {
	values := map[string]string{}
	for _, text := range set {
		name, value, found := strings.Cut(text, "=")
		if !found {
			value = "true"
		}
		values[strings.TrimSpace(name)] = value
	}
	var texts []string
	for name, value := range values {
		texts = append(texts, name+"="+value)
	}
	slices.Sort(texts)
	return texts
}

// Bounds of a corpus.
const (
	MostKnown    = 10_000
	longestKnown = 1 << 20 // bytes
)

// ReadCorpus reads the failures in a folder, by the names of their files. What is
// not called *.json is something else. A folder that is not there has none.
func ReadCorpus(dir string) ([]*KnownFailure, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var known []*KnownFailure
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".json" {
			continue
		}
		if len(known) == MostKnown {
			return nil, fmt.Errorf("more than %d known failures", MostKnown)
		}
		k, err := readKnown(dir, entry)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		known = append(known, k)
	}
	return known, nil
}

func readKnown(dir string, entry os.DirEntry) (*KnownFailure, error) {
	info, err := os.Stat(filepath.Join(dir, entry.Name()))
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("a regular file is expected")
	}
	if err != nil {
		return nil, err
	}
	file, err := os.Open(filepath.Join(dir, entry.Name()))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, longestKnown+1))
	if err == nil && len(text) > longestKnown {
		err = fmt.Errorf("too large: a known failure has at most %d KiB", longestKnown>>10)
	}
	if err != nil {
		return nil, err
	}
	k, err := parseKnown(text)
	if err == nil {
		k.File = entry.Name()
	}
	return k, err
}

func parseKnown(text []byte) (*KnownFailure, error) {
	k := new(KnownFailure)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(k)
	switch kind := (*json.UnmarshalTypeError)(nil); {
	case k.Schema != "" && k.Schema != KnownSchema:
		return nil, fmt.Errorf("the schema is %s, this version of simlua reads %s", k.Schema, KnownSchema)
	case k.Schema == "" && err == nil:
		return nil, fmt.Errorf("this is no known failure: its schema is not %s", KnownSchema)
	case k.Schema == "":
		return nil, fmt.Errorf("this is no known failure: %w", err)
	case errors.As(err, &kind):
		return nil, fmt.Errorf("%s: a JSON %s is not expected there", kind.Field, kind.Value)
	case err != nil:
		return nil, errors.New(strings.TrimPrefix(err.Error(), "json: "))
	case len(bytes.TrimSpace(text[decoder.InputOffset():])) > 0:
		return nil, errors.New("more than one object")
	}
	return k, k.validate()
}

func (k *KnownFailure) validate() error {
	switch {
	case k.Script == "" || filepath.Base(k.Script) != k.Script:
		return fmt.Errorf("script: expected the name of a file without its folder, not %q", k.Script)
	case k.Schedule != "" && !filepath.IsLocal(k.Schedule):
		return fmt.Errorf("schedule: expected a file in the folder of the corpus, not %q", k.Schedule)
	case !(&Row{Verdict: k.Verdict}).Failing():
		return fmt.Errorf("verdict: expected fail, stuck or crash, not %q", k.Verdict)
	}
	return nil
}

// Save writes it into a folder, under a name that says what it is. What is there is
// left as it is.
func (k *KnownFailure) Save(dir string) error {
	text, err := k.text()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(dir, k.Name()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	k.File = k.Name()
	return nil
}

// text is the file.
func (k *KnownFailure) text() ([]byte, error) {
	whole := *k
	if whole.Set == nil {
		whole.Set = []string{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(&whole)
	return b.Bytes(), err
}

// Name is that of the file that Save writes: script, seed, and what tells failures apart.
func (k *KnownFailure) Name() string {
	id := append(effective(k.Set), k.Plan, fmt.Sprint(k.StopAtFirstFailure), string(k.Verdict), k.Check, k.Reason)
	sum := sha256.Sum256([]byte(strings.Join(id, "\n")))
	return fmt.Sprintf("%s-%d-%x.json", strings.TrimSuffix(k.Script, filepath.Ext(k.Script)), k.Seed, sum[:4])
}
