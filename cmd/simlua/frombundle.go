package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/bundle"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/reports"
)

// opened is a bundle that is played.
type opened struct {
	*bundle.Bundle
	path   string
	files  fs.FS
	digest string // of the script and what it reads, as they are now
}

// openBundle opens a file when it is a bundle, by what is in it; else there is none.
func openBundle(path string) (*opened, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil
	}
	defer file.Close()
	begin := make([]byte, len(bundle.Magic))
	if _, err := io.ReadFull(file, begin); err != nil || !bundle.IsArchive(begin) {
		return nil, nil
	}
	rest, err := io.ReadAll(io.LimitReader(file, bundle.MaxArchive))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	b, err := unpack(append(begin, rest...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	b.path = path
	return b, nil
}

func unpack(archive []byte) (*opened, error) {
	b, files, err := bundle.Unmarshal(archive)
	return &opened{Bundle: b, files: files}, err
}

// load loads the script in the bundle.
func (b *opened) load(brake *core.Brake) (*luabind.Program, error) {
	program, err := luabind.LoadFS(b.files, b.Script, luabind.WithBrake(brake), luabind.WithPlan(b.Plan))
	if err != nil {
		return nil, err
	}
	b.digest, err = program.Digest()
	return program, err
}

// flagsOfRun are those that say which run it is.
var flagsOfRun = []string{"seed", "set", "plan", "swarm", "withhold", "only-faults", "stop-at-first-failure"}

// settle lets the bundle say which run it is.
func (b *opened) settle(cmd *cobra.Command, o *runOptions) error {
	for _, name := range flagsOfRun {
		if cmd.Flags().Changed(name) {
			return &usageError{fmt.Sprintf("%s says which run it is, and --%s does not change that; unzip it to play others "+
				"of %s", b.path, name, b.Script), cmd.CommandPath()}
		}
	}
	o.seed, o.set, o.plan, o.stopAtFirstFailure = seed(b.Seed), b.Set, planFlag(b.Plan), b.StopAtFirstFailure
	return nil
}

// loadBundle is what prepare does with a bundle.
func (p *player) loadBundle(cmd *cobra.Command, b *opened) (err error) {
	if err := b.settle(cmd, p.o); err != nil {
		return err
	}
	p.from = b
	p.command = reports.Command{Bundle: b.path, Script: b.ScriptName(), Seed: b.Seed, Set: b.Set, Plan: b.Plan,
		StopAtFirstFailure: b.StopAtFirstFailure}
	if now := build(); b.Simlua != now {
		b.warn(p.stderr, "written by simlua %s; this is %s: the run may be another one", reports.OneLine(b.Simlua), now)
	}
	if p.program, err = b.load(&p.brake); err != nil {
		if stop := (*core.Stop)(nil); errors.As(err, &stop) {
			return err
		}
		return fmt.Errorf("%s: %w", b.path, err)
	}
	if b.digest != b.ScriptDigest {
		b.warn(p.stderr, "the script, or what it reads, has changed since the bundle was written")
	}
	return nil
}

func (b *opened) warn(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "simlua: warning: %s: %s\n", reports.OneLine(b.path), fmt.Sprintf(format, args...))
}

// mask is that of the run.
func (b *opened) mask(scenario *core.Scenario) (masked, error) {
	mask, err := b.Bundle.Mask()
	if err == nil {
		err = mask.Validate(scenario)
	}
	if err != nil {
		return masked{}, fmt.Errorf("%s: %w", b.path, err)
	}
	return masked{Mask: mask, file: b.path}, nil
}

// compareWithBundle says when this is another run than the one that was written. If
// nothing else has changed, that is a defect.
func (p *player) compareWithBundle(result *core.Result) {
	b, digest := p.from, sweep.Digest(result.Digest).String()
	if digest == b.Digest && result.Verdict == b.Verdict || !sweep.Known(result.Verdict) {
		return
	}
	b.warn(p.stderr, "another run than when it was written: expected %s and digest %s, got %s and %s", b.Verdict,
		reports.OneLine(b.Digest), result.Verdict, digest)
	if b.Simlua == build() && b.digest == b.ScriptDigest {
		p.code = exitDefect
		fmt.Fprintln(p.stderr, "This is a defect in simlua, not in the script. Please report it with the bundle.")
	}
}
