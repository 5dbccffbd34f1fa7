package main

import (
	"bufio"
	"io"
	"os"
	"sync/atomic"

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

// newOutput makes an output; writes counts as watched does.
func newOutput(w io.Writer, writes *atomic.Int64, end func()) *output {
	target := &watched{w, writes}
	if isTerminal(w) {
		return &output{w: target, flush: func() error { return nil }, end: end}
	}
	buffer := bufio.NewWriterSize(target, 64<<10)
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

// pieceBytes is what a watched writer writes at once: somebody slow takes one piece
// after another.
const pieceBytes = 16 << 10

// watched is a writer that counts the beginning and the end of each write.
type watched struct {
	w     io.Writer
	count *atomic.Int64
}

func (w *watched) Write(p []byte) (written int, err error) {
	for err == nil && written < len(p) {
		var n int
		w.count.Add(1)
		n, err = w.w.Write(p[written:min(len(p), written+pieceBytes)])
		w.count.Add(1)
		written += n
	}
	return written, err
}

// isWriting says whether a count of a watched writer is that of one at work.
func isWriting(count int64) bool { return count%2 == 1 }

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
