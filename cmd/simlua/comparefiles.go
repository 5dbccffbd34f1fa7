package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// storedRuns is a file or a folder of results, with its runs by seed.
type storedRuns struct {
	*reports.Stored
	file   string
	seeds  []uint64
	bySeed map[uint64][]*sweep.Row // one a variant; nil for one that is not there
}

// readStored reads a file of --format json or a folder of --out.
func (a *app) readStored(name string) (*storedRuns, error) {
	read := readFile
	if isFolder(name) {
		read = a.readFolder
	}
	stored, err := read(name)
	if errors.Is(err, errInterrupted) {
		return nil, stopped(err)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &storedRuns{Stored: stored, file: name, bySeed: map[uint64][]*sweep.Row{}}
	for _, r := range stored.Rows {
		if s.bySeed[r.Seed] == nil {
			s.seeds = append(s.seeds, r.Seed)
			s.bySeed[r.Seed] = make([]*sweep.Row, len(s.Variants))
		}
		s.bySeed[r.Seed][r.Variant] = r
	}
	return s, nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func readFile(file string) (*reports.Stored, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, reason(err) // the path is told anyway
	}
	defer f.Close()
	return reports.ReadComparison(f)
}

// readFolder reads the runs of a sweep or a comparison, up to the first one that
// is missing.
func (a *app) readFolder(dir string) (*reports.Stored, error) {
	store, err := sweep.OpenStore(dir)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	a.tellDamage(store)
	merged, err := sweep.Merge([]*sweep.Store{store})
	if err != nil {
		return nil, err
	}
	spec := store.Spec()
	stored := &reports.Stored{Version: spec.Simlua, Seeds: spec.Seeds.String(), Variants: spec.Variants}
	ctx, cancel := a.whileHeeded(context.Background())
	defer cancel()
	err = merged.Rows(ctx, func(r *sweep.Row) error {
		stored.Rows = append(stored.Rows, r)
		return nil
	})
	if errors.Is(err, sweep.ErrMissing) {
		err = nil
	}
	return stored, err
}

// complete says whether all variants of a file have played a seed.
func (s *storedRuns) complete(seed uint64) bool {
	rows := s.bySeed[seed]
	return rows != nil && !slices.Contains(rows, nil)
}

// compareFiles compares what was played before: every variant with that of the
// same name in the first file, or the one of a file with the one of the first.
func (c *comparison) compareFiles(cmd *cobra.Command, files []string) error {
	if err := onlyForScripts(cmd); err != nil {
		return err
	}
	var all []*storedRuns
	for _, file := range files {
		s, err := c.readStored(file)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	if err := c.pairFiles(all); err != nil {
		return err
	}
	if c.metrics == nil {
		metrics, err := parseMetrics(all[0].Metrics)
		if err != nil {
			return fmt.Errorf("%s: %w", files[0], err)
		}
		c.metrics = metrics
	}
	c.warnOfVersions(all)
	c.report.Title = reports.FilesTitle(files)
	return c.addFiles(all)
}

// onlyForScripts refuses flags that say what is to be played.
func onlyForScripts(cmd *cobra.Command) error {
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && !slices.Contains([]string{"metric", "format", "color"}, f.Name) {
			err = &usageError{"--" + f.Name + " is for scripts; these are results, nothing is played", cmd.CommandPath()}
		}
	})
	return err
}

// pairFiles says which variants there are, and what each is compared with.
func (c *comparison) pairFiles(all []*storedRuns) error {
	first := all[0]
	for i, s := range all {
		for v, variant := range s.Variants {
			base := v
			switch same := indexOf(first.Variants, variant.Name); {
			case len(all) == 1 || len(first.Variants) == 1 && len(s.Variants) == 1:
				base = 0
			case same < 0 || len(s.Variants) != len(first.Variants):
				return fmt.Errorf("%s and %s have different variants: expected the same ones, to be compared with each other",
					first.file, s.file)
			default:
				base = same
			}
			switch {
			case len(s.Variants) == 1:
				variant.Name = s.file
			case len(all) > 1:
				variant.Name = s.file + " " + variant.Name
			}
			if slices.ContainsFunc(all[:i], s.isSame) {
				return fmt.Errorf("%s is there twice: it is compared with others, not with itself", s.file)
			}
			c.report.Variants = append(c.report.Variants, variant)
			c.report.Bases = append(c.report.Bases, base)
		}
	}
	if n := len(c.report.Variants); n > sweep.MaxVariants {
		return fmt.Errorf("these are %d variants, more than %d; compare fewer at a time", n, sweep.MaxVariants)
	}
	return nil
}

// isSame says whether another one is the same file or folder, by its name.
func (s *storedRuns) isSame(o *storedRuns) bool {
	return filepath.Clean(o.file) == filepath.Clean(s.file)
}

func indexOf(variants []sweep.Variant, name string) int {
	return slices.IndexFunc(variants, func(v sweep.Variant) bool { return v.Name == name })
}

// warnOfVersions: another simlua may have other chance in store for a seed, and
// another script is perhaps what was to be compared, perhaps not.
func (c *comparison) warnOfVersions(all []*storedRuns) {
	for _, s := range all[1:] {
		if s.Version != all[0].Version {
			fmt.Fprintf(c.stderr, "simlua: %s is of simlua %s and %s of %s: the same seed may not have the same faults\n",
				all[0].file, all[0].Version, s.file, s.Version)
		}
		for _, v := range s.Variants {
			i := slices.IndexFunc(all[0].Variants, func(o sweep.Variant) bool { return o.Script == v.Script })
			if i >= 0 && all[0].Variants[i].Digest != v.Digest && all[0].Variants[i].Plan == v.Plan {
				fmt.Fprintf(c.stderr, "simlua: %s has changed between %s and %s\n", v.Script, all[0].file, s.file)
				break
			}
		}
	}
}

// addFiles adds the seeds that all files have.
func (c *comparison) addFiles(all []*storedRuns) error {
	c.fold = sweep.NewComparison(c.report.Bases, c.metrics)
	known := map[uint64]bool{}
	played := 0
	for _, s := range all {
		for _, seed := range s.seeds {
			known[seed] = true
		}
	}
	for _, seed := range all[0].seeds {
		if slices.ContainsFunc(all, func(s *storedRuns) bool { return !s.complete(seed) }) {
			continue
		}
		played++
		for _, s := range all {
			for _, r := range s.bySeed[seed] {
				r.Variant = len(c.due)
				if err := c.add(r); err != nil {
					return err
				}
			}
		}
	}
	if played == 0 {
		return errors.New("these results have no seed in common")
	}
	if rest := len(known) - played; rest > 0 {
		fmt.Fprintf(c.stderr, "simlua: %d of %d seeds are left out: not all of these results have them\n", rest, len(known))
	}
	c.report.Seeds = all[0].Seeds
	return c.write()
}

// keepRows keeps the rows of a seed for JSON.
func (c *comparison) keepRows() error {
	if c.o.format.value != string(reports.JSON) {
		return nil
	}
	for _, r := range c.due {
		text, err := json.Marshal(r)
		if err != nil {
			return err
		}
		c.report.Rows = append(c.report.Rows, text)
	}
	return nil
}
