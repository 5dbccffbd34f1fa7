package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// StoreSchema names the version of the files of a Store.
const StoreSchema = "simlua.rows/1"

// Spec is what the rows of a sweep are of. Rows of the same run can only be
// others when its Simlua or its Variants are.
type Spec struct {
	Schema    string `json:"schema"`
	Simlua    string `json:"simlua"` // what tells builds apart
	Seeds     Seeds  `json:"seeds"`
	Shard     Shard  `json:"shard"`
	StopAfter int    `json:"stop_after,omitempty"`
	// UntilReached ends the sweep as soon as each property was reached.
	UntilReached bool      `json:"until_reached,omitempty"`
	Variants     []Variant `json:"variants"`
}

// readSpec reads the spec of a store.
func readSpec(dir string) (Spec, error) {
	f, err := os.Open(filepath.Join(dir, specFile))
	if err != nil {
		return Spec{}, err
	}
	defer f.Close()
	var s Spec
	text, err := io.ReadAll(io.LimitReader(f, 16<<20))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	switch {
	case err != nil:
		return s, fmt.Errorf("%s is damaged: %w", specFile, withoutPath(err))
	case s.Schema != StoreSchema:
		return s, fmt.Errorf("%s says schema %q; this simlua reads %s", specFile, s.Schema, StoreSchema)
	case len(s.Variants) == 0:
		return s, fmt.Errorf("%s is damaged: it names no script", specFile)
	}
	return s, nil
}

// put puts a file in place: the whole of it, or nothing.
func put(dir, name string, content any) error {
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	temp := filepath.Join(dir, tempFile)
	f, err := os.Create(temp)
	if err != nil {
		return withoutPath(err)
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return withoutPath(err)
	}
	return withoutPath(os.Rename(temp, filepath.Join(dir, name)))
}

// differs says what is not as it was, so that rows would not be the same.
func (s *Spec) differs(now *Spec) error {
	var what []string
	add := func(name, before, after string) {
		if before != after {
			what = append(what, fmt.Sprintf("%s was %s and is %s", name, before, after))
		}
	}
	add("simlua", s.Simlua, now.Simlua)
	add("the shard", s.Shard.String(), now.Shard.String())
	if len(s.Variants) != len(now.Variants) {
		add("the number of variants", fmt.Sprint(len(s.Variants)), fmt.Sprint(len(now.Variants)))
	} else {
		for i := range s.Variants {
			s.Variants[i].differs(&now.Variants[i], add)
		}
	}
	if len(what) == 0 {
		return nil
	}
	return errors.New(strings.Join(what, "; "))
}

func (v *Variant) differs(now *Variant, add func(name, before, after string)) {
	add("the script", v.Script, now.Script)
	if v.Script == now.Script && v.Plan == now.Plan {
		add("the digest of "+v.Script, v.Digest, now.Digest)
	}
	if !slices.Equal(v.Set, now.Set) {
		add("--set", words(v.Set), words(now.Set))
	}
	add("--plan", words([]string{v.Plan}), words([]string{now.Plan}))
	add("--stop-at-first-failure", fmt.Sprint(v.StopAtFirstFailure), fmt.Sprint(now.StopAtFirstFailure))
}

// words are settings as a message has them.
func words(set []string) string {
	if text := strings.Join(set, " "); text != "" {
		return text
	}
	return "not given"
}
