package main

import (
	"bytes"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// TestComparisonOfPrefix ends a comparison in the middle of a seed, as Ctrl-C and
// --time-budget do: the tables, and the runs in JSON, are about the seeds that all
// variants have played.
func TestComparisonOfPrefix(t *testing.T) {
	for _, format := range []reports.Format{reports.Table, reports.JSON} {
		var out bytes.Buffer
		c := &comparison{app: &app{stdout: &out}, o: &compareOptions{format: choice{value: string(format)}}}
		c.begin([]sweep.Variant{{Name: "a"}, {Name: "b"}}, sweep.SeedRange(70, 80), sweep.Shard{})
		for i := range 5 {
			if err := c.add(&sweep.Row{Seed: uint64(70 + i/2), Variant: i % 2, Verdict: core.Pass}); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.write(); err != nil || c.code != exitPass {
			t.Fatal(err, c.code)
		}
		text := out.String()
		if format == reports.Table && !strings.Contains(text, "\n2 seeds played by all variants.") {
			t.Error(text)
		}
		if format == reports.JSON && (strings.Count(text, `"seed":71`) != 2 || strings.Contains(text, `"seed":72`)) {
			t.Error(text)
		}
	}
}

// TestWholeSeeds: when a comparison ends within a seed, the message counts the runs that the
// tables are about.
func TestWholeSeeds(t *testing.T) {
	for played, want := range map[uint64]string{17: "the tables are about the first 15 runs of 30", 2: "no run has finished"} {
		var said bytes.Buffer
		m := &manyRuns{app: &app{stderr: &said}, variants: make([]sweep.Variant, 3)}
		m.tellEnd(&sweep.Sweep{Seeds: sweep.SeedRange(1, 10), Variants: 3}, errBudget, played)
		if want := "simlua: the time budget is spent: " + want + "\n"; said.String() != want {
			t.Errorf("%d runs: %q, want %q", played, said.String(), want)
		}
	}
}
