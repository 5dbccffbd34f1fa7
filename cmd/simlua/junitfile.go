package main

import (
	"bytes"
	"errors"
	"fmt"

	"simlua.example/reports"
)

// junitFile is the file of --junit; empty when none is wanted.
type junitFile string

// usable finds out early whether the file can be written.
func (f junitFile) usable() error {
	if f == "" {
		return nil
	}
	if !begins(string(f), "<?xml") {
		return f.wrap(errors.New("the file is no XML; it is left as it is"))
	}
	if err := noScript(string(f)); err != nil {
		return f.wrap(err)
	}
	return f.wrap(canWrite(string(f)))
}

// write writes the report, if somebody wants it.
func (f junitFile) write(suites []reports.Suite) error {
	if f == "" {
		return nil
	}
	var b bytes.Buffer
	err := reports.WriteJUnit(&b, suites)
	if err == nil {
		err = replaceFile(string(f), b.Bytes())
	}
	return f.wrap(err)
}

func (f junitFile) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("--junit %s: %w", f, reason(err))
}
