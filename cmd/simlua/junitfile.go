package main

import (
	"io"

	"github.com/spf13/cobra"

	"simlua.example/reports"
)

// junitFile is the file of --junit.
type junitFile struct{ outFile }

func (f *junitFile) register(cmd *cobra.Command) {
	f.flag = "--junit "
	cmd.Flags().StringVar(&f.path, "junit", "", "write a report to `FILE`, too, as JUnit's XML")
	must(cmd.MarkFlagFilename("junit", "xml"))
}

func (f *junitFile) usable() error {
	return f.outFile.usable("XML", func(path string) bool { return begins(path, "<?xml") })
}

// write writes the report, if somebody wants it.
func (f *junitFile) write(suites []reports.Suite) error {
	return f.outFile.write(func(w io.Writer) error { return reports.WriteJUnit(w, suites) })
}
