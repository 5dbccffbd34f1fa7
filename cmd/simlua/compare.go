package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// comparison is simlua compare at work.
type comparison struct {
	*app
	o       *compareOptions
	metrics []sweep.Metric
	report  reports.Comparison
	fold    *sweep.Comparison
	due     []*sweep.Row // of the seed that is under way
}

// compare plays scripts, or reads what was played before.
func (a *app) compare(cmd *cobra.Command, args []string, o *compareOptions) error {
	wrong := func(err error) error { return &usageError{err.Error(), cmd.CommandPath()} }
	c := &comparison{app: a, o: o}
	stored, err := areStored(args)
	if err != nil {
		return wrong(err)
	}
	if c.metrics, err = parseMetrics(o.metrics); err != nil {
		return wrong(err)
	}
	if stored {
		return c.compareFiles(cmd, args)
	}
	all, err := variants(args, o)
	if err != nil {
		return wrong(err)
	}
	return c.compareScripts(all)
}

func parseMetrics(texts []string) (metrics []sweep.Metric, err error) {
	for _, text := range texts {
		m, err := sweep.ParseMetric(text)
		if err != nil {
			return nil, fmt.Errorf("--metric %s: %w", text, err)
		}
		metrics = append(metrics, m)
	}
	return metrics, nil
}

// areStored says whether arguments are results rather than scripts.
func areStored(args []string) (bool, error) {
	n := 0
	for _, arg := range args {
		if strings.HasSuffix(arg, ".json") || isFolder(arg) {
			n++
		}
	}
	switch {
	case len(args) == 0:
		return false, errors.New("which scripts, or results?")
	case n > 0 && n < len(args):
		return false, errors.New("expected scripts, or results (files .json, folders of --out), not both")
	}
	return n > 0, nil
}

// compareScripts plays all variants.
func (c *comparison) compareScripts(variants []sweep.Variant) error {
	if err := c.loadAll(variants); err != nil {
		return err
	}
	c.begin(variants, c.o.seeds.Seeds, c.o.shard.Shard)
	many := &manyRuns{app: c.app, o: &c.o.manyOptions, variants: variants}
	ended, err := many.play(&sweep.Sweep{Seeds: c.o.seeds.Seeds}, c.add)
	if err != nil {
		return err
	}
	err = c.write()
	switch {
	case errors.Is(ended, errInterrupted):
		c.code = exitInterrupted
	case c.o.nothing():
		c.code = exitPass
	}
	return err
}

// begin makes ready for rows of variants, which are compared with the first one.
func (c *comparison) begin(variants []sweep.Variant, seeds sweep.Seeds, shard sweep.Shard) {
	c.report.Variants, c.report.Bases = variants, sweep.FirstIsBase(len(variants))
	c.report.Title, c.report.Seeds = reports.CompareTitle(variants, seeds, shard), seeds.String()
	c.fold = sweep.NewComparison(c.report.Bases, c.metrics)
}

// loadAll makes sure that all variants can be played.
func (c *comparison) loadAll(variants []sweep.Variant) error {
	defer c.o.guards.watch(&c.brake, c.abort)()
	for i := range variants {
		v := &variants[i]
		program, err := c.loadVariant(v)
		if err != nil {
			return err
		}
		if _, err := program.Check(v.Set); err != nil {
			return c.ofVariant(v, err)
		}
		if v.Digest, err = program.Digest(); err != nil {
			return err
		}
	}
	return nil
}

// ofVariant says which variant, or which --vary, an error of a script is about.
func (c *comparison) ofVariant(v *sweep.Variant, err error) error {
	for _, setting := range v.Set[len(c.o.set):] {
		if rest, found := strings.CutPrefix(err.Error(), "--set "+setting+":"); found {
			return errors.New("--vary " + setting + ":" + rest)
		}
	}
	return fmt.Errorf("%s: %w", v.Name, err)
}

// add takes the next row.
func (c *comparison) add(r *sweep.Row) error {
	if c.due = append(c.due, r); len(c.due) < len(c.report.Variants) {
		return nil
	}
	c.fold.Add(c.due)
	err := c.keepRows()
	c.due = c.due[:0]
	return err
}

// write writes the report.
func (c *comparison) write() error {
	c.report.Compared = c.fold.Result()
	c.report.Version = versionNumber()
	c.report.Color = colored(c.stdout, c.o.color.value)
	if err := reports.WriteComparison(c.stdout, &c.report, reports.Format(c.o.format.value)); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	c.code = comparedExit(c.report.Compared)
	return c.fold.Unknown()
}

// comparedExit is the exit code of a comparison.
func comparedExit(c *sweep.Compared) int {
	code := exitPass
	if c.Seeds == 0 {
		code = exitVoid
	}
	for _, t := range c.Tallies {
		switch {
		case t.Defect > 0:
			return exitDefect
		case t.Void > 0:
			code = exitVoid
		}
	}
	if c.IsWorse() {
		return exitFail
	}
	return code
}
