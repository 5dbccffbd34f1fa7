package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// The exit codes.
const (
	exitPass        = 0   // every check held
	exitFail        = 1   // a check failed, or the run was stuck or crashed
	exitUsage       = 2   // bad usage, a script that does not load, a report that cannot be written
	exitDefect      = 3   // a defect in simlua itself
	exitVoid        = 4   // the host got in the way of the run
	exitInterrupted = 130 // by Ctrl-C, as a shell would say it
	exitPipe        = 141 // nobody reads on (| head), as a shell would say it
)

// verdictExit is the exit code of a run.
func verdictExit(v core.Verdict) int {
	switch v {
	case core.Pass:
		return exitPass
	case core.Interrupted:
		return exitInterrupted
	case core.Void:
		return exitVoid
	}
	return exitFail
}

// usageError is a mistake in the command line; its command has more to say.
type usageError struct {
	message string
	command string // "simlua run"
}

func (e *usageError) Error() string { return e.message }

// explain writes why a command did not do what was asked, and returns the
// exit code for it.
func explain(stderr io.Writer, err error) int {
	if isBrokenPipe(err) {
		return exitPipe
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(stderr, "simlua: "+reports.OneLine(strings.TrimSuffix(line, "\n")))
	}
	if stop := (*core.Stop)(nil); errors.As(err, &stop) {
		return verdictExit(stop.Verdict)
	}
	if errors.Is(err, sweep.ErrNotReproduced) {
		return exitDefect
	}
	var usage *usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(stderr, "See '%s --help'.\n", usage.command)
	}
	return exitUsage
}

func isBrokenPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// guard runs fn. A panic is a defect in simlua: it is told without a traceback,
// with the place of it and what it was doing.
func guard(stderr io.Writer, doing func() string, fn func() int) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "simlua: internal error: %v\n  in %s\n", r, origin())
			fmt.Fprintln(stderr, "This is a defect in simlua, not in the script. Please report it with the script and:")
			fmt.Fprintln(stderr, "  "+doing())
			code = exitDefect
		}
	}()
	return fn()
}

// origin is the innermost function of this program below a panic.
func origin() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	panicked := false
	for {
		frame, more := frames.Next()
		if panicked && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s (%s:%d)", frame.Function, filepath.Base(frame.File), frame.Line)
		}
		panicked = panicked || frame.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}
