package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"simlua.example/core/sweep"
)

// Stored is what WriteComparison wrote as JSON, as far as it can be compared again.
type Stored struct {
	Version  string
	Seeds    string
	Metrics  []string // as --metric takes them
	Variants []sweep.Variant
	Rows     []*sweep.Row
}

// ReadComparison reads what WriteComparison wrote as JSON.
func ReadComparison(r io.Reader) (*Stored, error) {
	var file struct {
		Schema     string `json:"schema"`
		Comparison struct {
			Simlua  string   `json:"simlua"`
			Seeds   string   `json:"seeds"`
			Metrics []string `json:"metrics"`
		} `json:"comparison"`
		Variants []struct {
			Name   string   `json:"name"`
			Script string   `json:"script"`
			Digest string   `json:"script_digest"`
			Set    []string `json:"set"`
			Plan   string   `json:"plan"`
			Stop   bool     `json:"stop_at_first_failure"`
		} `json:"variants"`
		Runs []*sweep.Row `json:"runs"`
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if err := schemaOf(text); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("damaged: %w", err)
	}
	s := &Stored{Version: file.Comparison.Simlua, Seeds: file.Comparison.Seeds, Metrics: file.Comparison.Metrics,
		Rows: file.Runs}
	for _, v := range file.Variants {
		s.Variants = append(s.Variants, sweep.Variant{Name: v.Name, Script: v.Script, Digest: v.Digest, Set: v.Set,
			Plan: v.Plan, StopAtFirstFailure: v.Stop})
	}
	return s, s.validate()
}

// schemaOf says when a text is not of this schema.
func schemaOf(text []byte) error {
	const expected = "expected what simlua compare --format json wrote"
	var file struct {
		Schema string `json:"schema"`
	}
	err := json.Unmarshal(text, &file)
	switch {
	case err != nil && strings.Contains(string(text[:min(len(text), 100)]), ComparisonSchema):
		return fmt.Errorf("cut short or damaged: %w", err)
	case err != nil:
		return fmt.Errorf("%s; this is no JSON: %w", expected, err)
	case file.Schema == "":
		return errors.New(expected + ": this has no schema")
	case file.Schema != ComparisonSchema:
		return fmt.Errorf("%s: its schema is %q, not %q", expected, file.Schema, ComparisonSchema)
	}
	return nil
}

func (s *Stored) validate() error {
	if len(s.Variants) == 0 || len(s.Rows) == 0 {
		return errors.New("it has no runs")
	}
	for _, r := range s.Rows {
		if r == nil || r.Variant < 0 || r.Variant >= len(s.Variants) {
			return errors.New("damaged: a run is of no variant")
		}
	}
	return nil
}
