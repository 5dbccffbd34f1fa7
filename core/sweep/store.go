package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Store is a folder with the rows of a sweep: sweep.json says of what they are,
// rows.jsonl has one a line, in the order in which they finished. A line is
// written at once and never changed, so that whatever ends the process, only what
// was being played is lost. corpus.json has what came of known failures, if any were
// played.
type Store struct {
	dir     string
	spec    Spec
	rows    *os.File
	release func() error
	index   index
	damage  []string

	mu     sync.Mutex
	synced time.Time
	failed error // of a write: the file ends within a line, to which nothing may be added
}

// The files of a Store.
const (
	specFile = "sweep.json"
	rowsFile = "rows.jsonl"
	tempFile = "sweep.json.new"
)

// syncEvery is how long rows may lie in memory that the host would lose with its
// power.
const syncEvery = 5 * time.Second

// ErrHasResults is of a folder with the rows of an earlier sweep, when they are
// not to be gone on with.
var ErrHasResults = errors.New("it holds the results of an earlier sweep")

// CreateStore begins a store in a folder that is new or empty. With resume, one
// with rows of the same spec is gone on with; seeds and when it ends may be others.
// No other process can open the store until it is closed.
func CreateStore(dir string, spec Spec, resume bool) (*Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, withoutPath(err)
	}
	release, err := Lock(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, spec: spec, release: release, synced: time.Now()}
	if err := s.create(resume); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) create(resume bool) error {
	if err := onlyOurs(s.dir); err != nil {
		return err
	}
	before, err := readSpec(s.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !resume:
		return ErrHasResults
	default:
		if err := before.differs(&s.spec); err != nil {
			return err
		}
	}
	s.spec.Schema = StoreSchema
	if err := put(s.dir, specFile, &s.spec); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(s.dir, playedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return withoutPath(err)
	}
	return s.openRows(os.O_RDWR | os.O_CREATE | os.O_APPEND)
}

// openRows opens the rows and looks through them. When they are to be written, a
// line that was not finished goes.
func (s *Store) openRows(flag int) (err error) {
	name := filepath.Join(s.dir, rowsFile)
	if s.rows, err = os.OpenFile(name, flag, 0o644); err != nil {
		return withoutPath(err)
	}
	end, err := s.index.read(s.rows, func(line int, what string) {
		s.damage = append(s.damage, fmt.Sprintf("%s:%d: %s", name, line, what))
	})
	if err == nil && flag&os.O_APPEND != 0 {
		err = s.rows.Truncate(end)
	}
	return err
}

// onlyOurs says whether a folder has nothing but what a store has.
func onlyOurs(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return withoutPath(err)
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Name()] = true
		switch e.Name() {
		case specFile, rowsFile, playedFile, tempFile:
		default:
			return fmt.Errorf("it holds %s, which is no result of a sweep; expected a new or an empty folder", e.Name())
		}
	}
	if names[rowsFile] && !names[specFile] {
		return fmt.Errorf("it holds %s without %s, which says what the rows are of", rowsFile, specFile)
	}
	return nil
}

// OpenStore opens a store to be read, also while another process writes it.
func OpenStore(dir string) (*Store, error) {
	spec, err := readSpec(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no results of a sweep are there: expected a folder of --out, with %s and %s",
			specFile, rowsFile)
	}
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, spec: spec, release: func() error { return nil }}
	if err := s.openRows(os.O_RDONLY); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Spec is what the rows are of.
func (s *Store) Spec() Spec { return s.spec }

// Damage names lines that are no rows, "rows.jsonl:7: …". All others are sound.
func (s *Store) Damage() []string { return s.damage }

// Len is how many runs had a row when the store was opened.
func (s *Store) Len() int { return len(s.index) }

// Row is the row that a run had when the store was opened, or nil.
func (s *Store) Row(run Run) (*Row, error) {
	e := s.index.find(run)
	if e == nil {
		return nil, nil
	}
	line := make([]byte, e.length)
	if _, err := s.rows.ReadAt(line, e.offset); err != nil {
		return nil, err
	}
	return parseLine(line)
}

// Kept is Row, but for rows that are void: those are to be played again. It is
// for Sweep.Kept.
func (s *Store) Kept(run Run) (*Row, error) {
	if e := s.index.find(run); e == nil || e.void {
		return nil, nil
	}
	return s.Row(run)
}

// Keep adds a row. It may be called by several goroutines at once, and is for
// Sweep.Keep.
func (s *Store) Keep(r *Row) error {
	line, err := formatLine(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return s.failed
	}
	if _, err := s.rows.Write(line); err != nil {
		s.failed = fmt.Errorf("writing a row: %w", err)
		return s.failed
	}
	if now := time.Now(); now.Sub(s.synced) > syncEvery {
		s.synced = now
		return s.rows.Sync()
	}
	return nil
}

// Close closes the store. Rows that were added are safe then.
func (s *Store) Close() error {
	var err error
	if s.rows != nil {
		if !s.synced.IsZero() {
			err = s.rows.Sync()
		}
		err = errors.Join(err, s.rows.Close())
	}
	return errors.Join(err, s.release())
}

// withoutPath is an error without the path it is about: who calls names it.
func withoutPath(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
