package schedule

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"simlua.example/core"
)

// maxLine bounds a line of the file, in bytes.
const maxLine = 1 << 20

// Write writes the file.
func (s *Schedule) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	h := header{Schema: Schema, Script: s.Script, Digest: s.Digest, Seed: strconv.FormatUint(s.Seed, 10), Set: s.Set}
	if h.Set == nil {
		h.Set = []string{}
	}
	sum, err := h.sum()
	if err != nil {
		return err
	}
	h.Sum = sum.text()
	if err := writeLine(b, h); err != nil {
		return err
	}
	for i := range s.Faults {
		l := lineOf(&s.Faults[i])
		of, err := l.sum(sum)
		if err != nil {
			return fmt.Errorf("fault %s: %w", l.ID, err)
		}
		l.Sum = of.text()
		if err := writeLine(b, l); err != nil {
			return err
		}
	}
	return b.Flush()
}

func writeLine(b *bufio.Writer, v any) error {
	text, err := encode(v)
	if err != nil {
		return err
	}
	_, err = b.Write(append(text, '\n'))
	return err
}

// sum tells whether a line is as it was written.
type sum core.Digest

func (s sum) text() string { return fmt.Sprintf("%08x", uint64(s)>>32) }

func sumOf(v any, before sum) (sum, error) {
	text, err := encode(v)
	d := core.Digest(before)
	d.AddBytes(text)
	return sum(d.Sum()), err
}

func (h header) sum() (sum, error) {
	h.Sum = ""
	return sumOf(h, 0)
}

func (l line) sum(header sum) (sum, error) {
	l.Sum = ""
	return sumOf(l, header)
}

// Error is what is wrong with a line of a file.
type Error struct {
	Line int // from 1
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// What is wrong with lines that are not as they were saved.
var (
	errNoSchedule = errors.New("this is no schedule of faults, as simlua run --save-faults writes it")
	errChanged    = errors.New("changed since it was saved: lines may be deleted, but not changed")
	errTwice      = errors.New("this fault has a line already")
	errOrder      = errors.New("moved since it was saved: the lines of a schedule are in the order of their times")
	errTooMany    = fmt.Errorf("more than %d faults", MaxFaults)
)

// Read reads a file whose lines are as Write wrote them, though some may have
// been deleted.
func Read(r io.Reader) (*Schedule, error) { return read(r, true) }

// ReadEdited reads a file whose lines may have been edited, or written by hand,
// in any order; without sums, too.
func ReadEdited(r io.Reader) (*Schedule, error) { return read(r, false) }

func read(r io.Reader, strict bool) (*Schedule, error) {
	f := &reader{lines: bufio.NewScanner(r), strict: strict, known: map[core.FaultID]bool{}}
	f.lines.Buffer(make([]byte, 0, 4096), maxLine)
	if !f.lines.Scan() {
		return nil, errors.Join(f.lines.Err(), &Error{1, errNoSchedule})
	}
	if err := f.header(); err != nil {
		return nil, &Error{1, err}
	}
	for n := 2; f.lines.Scan(); n++ {
		if len(f.lines.Bytes()) == 0 {
			continue
		}
		if err := f.fault(); err != nil {
			return nil, &Error{n, err}
		}
	}
	return &f.s, f.lines.Err()
}

// reader reads one file.
type reader struct {
	lines  *bufio.Scanner
	strict bool
	sum    sum // of the header
	known  map[core.FaultID]bool
	s      Schedule
}

func (f *reader) header() error {
	var h header
	err := decode(f.lines.Bytes(), &h)
	if h.Schema != Schema {
		if h.Schema != "" {
			return fmt.Errorf("the schema is %s, this version of simlua reads %s", h.Schema, Schema)
		}
		return errNoSchedule
	}
	if err != nil {
		return err
	}
	seed, err := strconv.ParseUint(h.Seed, 10, 64)
	if err != nil {
		return fmt.Errorf("expected a seed in quotes, not %q", h.Seed)
	}
	if f.sum, err = h.sum(); err != nil {
		return err
	}
	if f.strict && h.Sum != f.sum.text() {
		return errChanged
	}
	f.s = Schedule{Script: h.Script, Digest: h.Digest, Seed: seed, Set: h.Set}
	return nil
}

func (f *reader) fault() error {
	var l line
	if err := decode(f.lines.Bytes(), &l); err != nil {
		return err
	}
	of, err := l.sum(f.sum)
	if err != nil {
		return err
	}
	if f.strict && l.Sum != of.text() {
		return errChanged
	}
	l.Params.plain()
	fault, err := l.fault()
	switch last := len(f.s.Faults) - 1; {
	case err != nil:
		return err
	case f.known[fault.ID] && f.strict:
		return errTwice
	case f.strict && last >= 0 && fault.At < f.s.Faults[last].At:
		return errOrder
	case last >= MaxFaults-1:
		return errTooMany
	}
	f.known[fault.ID] = true
	f.s.Faults = append(f.s.Faults, fault)
	return nil
}
