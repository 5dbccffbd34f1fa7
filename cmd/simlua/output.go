package main

import (
	"bufio"
	"io"
	"os"

	"golang.org/x/term"
)

// output is where a run writes. It buffers unless somebody watches a
// terminal. The first error ends the run, since nobody can read on.
type output struct {
	w     io.Writer
	flush func() error
	end   func()
	err   error
}

func newOutput(w io.Writer, end func()) *output {
	if isTerminal(w) {
		return &output{w: w, flush: func() error { return nil }, end: end}
	}
	buffer := bufio.NewWriterSize(w, 64<<10)
	return &output{w: buffer, flush: buffer.Flush, end: end}
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.fail(err)
	return n, err
}

// Flush writes what is buffered and returns the first error of all.
func (o *output) Flush() error {
	if o.err == nil {
		o.fail(o.flush())
	}
	return o.err
}

func (o *output) fail(err error) {
	if err != nil && o.err == nil {
		o.err = err
		o.end()
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columns is the width of the terminal behind w; zero when it is none.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// colored decides --color for what goes to w.
func colored(w io.Writer, mode string) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}
