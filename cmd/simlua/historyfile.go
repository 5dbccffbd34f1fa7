package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/history"
	"simlua.example/reports"
)

// historyFiles are those of --history, as given: FILE or NAME=FILE.
type historyFiles []string

func (f *historyFiles) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar((*[]string)(f), "history", nil, "write what sim.history has recorded to `FILE`, for "+
		"Jepsen's tools\n(.edn or .json, or .jsonl for lines of JSON; NAME=FILE where there are several; repeatable)")
	must(cmd.MarkFlagFilename("history", "edn", "json", "jsonl"))
}

// historyFile is a file that one history is written to.
type historyFile struct {
	name, path string
	write      func(io.Writer, *history.History) error
	begins     string
}

// files reads the flag and finds out early what cannot be written.
func (f historyFiles) files(scenario *core.Scenario) ([]historyFile, error) {
	var files []historyFile
	for _, wanted := range f {
		file, err := historyFileOf(wanted, scenario.Histories)
		if err == nil {
			err = file.usable()
		}
		if err != nil {
			return nil, fmt.Errorf("--history %s: %w", wanted, err)
		}
		files = append(files, file)
	}
	return files, nil
}

// historyFileOf reads FILE or NAME=FILE.
func historyFileOf(wanted string, names []string) (historyFile, error) {
	name, path, found := strings.Cut(wanted, "=")
	switch {
	case len(names) == 0:
		return historyFile{}, fmt.Errorf("the script has no history: sim.history declares one")
	case found && slices.Contains(names, name):
	case found && !strings.ContainsAny(name, `/\`):
		return historyFile{}, fmt.Errorf("no history is called %q%s", name, didYouMean("", name, names))
	case len(names) > 1:
		return historyFile{}, fmt.Errorf("there are several histories: write NAME=FILE, NAME being one of %s",
			core.List(names))
	default:
		name, path = names[0], wanted
	}
	file := historyFile{name: name, path: path}
	switch filepath.Ext(path) {
	case ".edn":
		file.write, file.begins = history.WriteEDN, "{:"
	case ".jsonl":
		file.write, file.begins = history.WriteJSONLines, `{"`
	case ".json":
		file.write, file.begins = history.WriteJSON, "[\n"
	default:
		return file, fmt.Errorf("a history is written to a file that ends in .edn or .json, or in .jsonl for lines of JSON")
	}
	return file, nil
}

func (f *historyFile) usable() error {
	return canWriteAs(f.path, "history", func(path string) bool { return begins(path, f.begins) })
}

// writeHistories writes those of a run that has ended.
func (a *app) writeHistories(files []historyFile, r *core.Result) error {
	for _, f := range files {
		h, err := history.Of(r.Trace, f.name)
		if err != nil {
			return err
		}
		file := outFile{"--history ", f.path}
		if err := file.write(func(w io.Writer) error { return f.write(w, h) }); err != nil {
			return err
		}
		if h.Cut {
			fmt.Fprintf(a.stderr, "simlua: --history %s: it was cut: some operations were not kept, or a value was too large\n",
				reports.OneLine(f.path))
		}
	}
	return nil
}
