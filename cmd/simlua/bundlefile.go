package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/bundle"
	"simlua.example/core/schedule"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// bundleFile is the file that a run is written to.
type bundleFile struct{ outFile }

func (f *bundleFile) register(cmd *cobra.Command) {
	f.flag = "--bundle "
	cmd.Flags().StringVar(&f.path, "bundle", "", "write the run to `FILE`, which plays anywhere"+
		"\n(see 'simlua bundle --help')")
	must(cmd.MarkFlagFilename("bundle", "zip"))
}

func (f *bundleFile) usable() error { return f.outFile.usable("bundle", isBundle) }

func isBundle(path string) bool { return headed(path, bundle.Head, bundle.IsBundle) }

// writeBundle writes the run to the file, if there is one, and returns what is in
// it. A run of which nothing is known is not written.
func (p *player) writeBundle(result *core.Result, limits core.Limits) ([]string, error) {
	f := &p.o.bundle
	if f.path == "" {
		return nil, nil
	}
	if !sweep.Known(result.Verdict) {
		fmt.Fprintf(p.stderr, "simlua: warning: %s%s: not written: nothing is known of a run that is %s (%s)\n", f.flag,
			reports.OneLine(f.path), result.Verdict, reports.OneLine(result.Reason))
		return nil, nil
	}
	b, files := p.bundled(result, limits)
	text, err := p.archive(b, files)
	if err == nil {
		err = reason(replaceFile(f.path, text))
	}
	return slices.Sorted(maps.Keys(files)), f.wrap(err)
}

// bundled is the bundle of a run, and the files that it has beside bundle.json.
func (p *player) bundled(result *core.Result, limits core.Limits) (*bundle.Bundle, map[string][]byte) {
	script, plan, files := filesOf(p.program)
	if allFaults(result, limits) == nil {
		var b bytes.Buffer
		if schedule.Of(result, p.scriptDigest()).Write(&b) == nil {
			files[bundle.Faults] = b.Bytes()
		}
	}
	b := &bundle.Bundle{Simlua: build(), Script: script, Seed: result.Seed, Set: p.o.set, Plan: plan,
		StopAtFirstFailure: p.o.stopAtFirstFailure, Verdict: result.Verdict, Reason: result.Reason,
		Digest: sweep.Digest(result.Digest).String()}
	b.SetMask(result.Mask)
	return b, files
}

// archive is what a bundle is written as. It is opened once before it counts.
func (p *player) archive(b *bundle.Bundle, files map[string][]byte) ([]byte, error) {
	text, err := bundle.Marshal(b, files)
	if err != nil {
		return nil, err
	}
	again, err := unpack(text)
	if err == nil && !slices.Equal(again.Set, b.Set) {
		err = errors.New("a value of --set is no UTF-8")
	}
	if err == nil {
		_, err = again.load(&p.brake)
	}
	if err != nil {
		return nil, fmt.Errorf("this run cannot be put into a bundle: %w", err)
	}
	b.ScriptDigest = again.digest
	return bundle.Marshal(b, files)
}
