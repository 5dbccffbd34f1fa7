package coretest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"simlua.example/core"
)

// memory is the disk of one machine.
type memory struct {
	host      core.DiskHost
	databases []*database
	commits   int
	busy      bool // a transaction is running

	files, durableFiles map[string]*content
}

// Disk makes an in-memory disk that costs no time. It is a core.DiskFactory.
func Disk(host core.DiskHost) (core.Disk, error) {
	return &memory{host: host, files: map[string]*content{}}, nil
}

// database outlives those who open it. Its states are never changed, only
// replaced.
type database struct {
	disk    *memory
	name    string
	state   map[string]bucket
	durable map[string]bucket // what a power cut leaves
	session *session          // nil: nobody has it open
}

// session is a database while one service has it open.
type session struct {
	database *database
	owner    core.Owner
	noSync   bool
	holders  int
	ended    bool
}

func (s *session) end() {
	if s != nil {
		s.ended = true
		s.database.session = nil
	}
}

// handle is what one Open returned, db the same looking at one bucket.
type handle struct {
	*session
	closed bool
}

type db struct {
	*handle
	bucket string
}

var errNested = errors.New("not inside a transaction: it ends first")

func (m *memory) Open(owner core.Owner, name string, options core.DBOptions) (core.DB, error) {
	s, err := m.open(owner, name, options)
	if err != nil {
		return nil, fmt.Errorf("open database %s of %s: %w", name, m.host.Name(), err)
	}
	s.holders++
	return &db{&handle{session: s}, core.MainBucket}, nil
}

func (m *memory) open(owner core.Owner, name string, options core.DBOptions) (*session, error) {
	if m.busy {
		return nil, errNested
	}
	d, err := m.database(name)
	switch {
	case err != nil:
		return nil, err
	case d.session == nil:
		d.session = &session{database: d, owner: owner, noSync: options.NoSync}
	case d.session.owner != owner, d.session.noSync != options.NoSync:
		return nil, core.ErrInUse
	}
	return d.session, nil
}

func (m *memory) database(name string) (*database, error) {
	for _, d := range m.databases {
		if d.name == name {
			return d, nil
		}
	}
	if len(m.databases) >= core.MaxDatabases {
		return nil, core.ErrNoSpace
	}
	d := &database{disk: m, name: name}
	m.databases = append(m.databases, d)
	return d, nil
}

func (m *memory) RemoveDatabase(owner core.Owner, name string) error {
	i := slices.IndexFunc(m.databases, func(d *database) bool { return d.name == name })
	switch {
	case m.busy:
		return errNested
	case i < 0:
		return nil
	case m.databases[i].session != nil && m.databases[i].session.owner != owner:
		return fmt.Errorf("remove database %s of %s: %w", name, m.host.Name(), core.ErrInUse)
	}
	m.databases[i].session.end()
	m.databases = slices.Delete(m.databases, i, i+1)
	return nil
}

func (m *memory) Release(owner core.Owner) {
	for _, c := range m.files { //tidy:sorted each by itself
		if c.opened > 0 && c.owner == owner {
			c.end()
		}
	}
	for _, d := range m.databases {
		if d.session != nil && d.session.owner == owner {
			d.session.end()
		}
	}
}

func (m *memory) PowerFail(*core.Random) []string {
	for _, d := range m.databases {
		d.session.end()
		d.state = d.durable
	}
	m.powerFailFiles()
	return nil
}

func (m *memory) PowerOff() {
	for _, d := range m.databases {
		d.durable = d.state
	}
	for _, c := range m.files { //tidy:sorted each by itself
		c.durable = slices.Clone(c.now)
	}
	m.durableFiles = maps.Clone(m.files)
}

func (m *memory) Wipe() {
	m.durableFiles = map[string]*content{}
	m.powerFailFiles()
	for _, d := range m.databases {
		d.session.end()
	}
	m.databases = nil
}

func (m *memory) Attach(host core.DiskHost) { m.host = host }

// What costs no time is not slow, and nothing rots.

func (m *memory) SetProfile(core.DiskProfile)       {}
func (m *memory) Stall(time.Duration)               {}
func (m *memory) CanRot(core.Rot) bool              { return false }
func (m *memory) Rot(core.Rot, *core.Random) string { return "" }

func (m *memory) Stats() core.DiskStats { return core.DiskStats{Commits: m.commits} }
func (m *memory) Close()                { m.Wipe() }

func (d *db) Update(fn func(core.Tx) error) error {
	t := &transaction{buckets: maps.Clone(d.database.state), writable: true, own: map[string]bool{}}
	if err := d.run(t, fn); err != nil {
		return err
	}
	d.database.disk.commits++
	d.database.state = t.buckets
	if !d.noSync {
		d.database.durable = t.buckets
	}
	return nil
}

func (d *db) View(fn func(core.Tx) error) error {
	return d.run(&transaction{buckets: d.database.state, own: map[string]bool{}}, fn)
}

func (d *db) Sync() error {
	if err := d.ready(); err != nil {
		return err
	}
	d.database.durable = d.database.state
	return nil
}

func (d *db) Bucket(name string) core.DB { return &db{d.handle, name} }

func (d *db) Close() error {
	switch {
	case d.closed || d.ended:
		return nil
	case d.database.disk.busy:
		return errNested
	}
	d.closed = true
	if d.holders--; d.holders == 0 {
		d.end()
	}
	return nil
}

func (d *db) ready() error {
	err := core.CheckBucketName(d.bucket)
	switch {
	case d.closed || d.ended:
		err = core.ErrClosed
	case d.database.disk.busy:
		err = errNested
	}
	if err != nil {
		return fmt.Errorf("database %s: %w", d.database.name, err)
	}
	return nil
}

func (d *db) run(t *transaction, fn func(core.Tx) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	m := d.database.disk
	m.busy = true
	defer func() { m.busy, t.ended = false, true }()
	if err := m.host.NoPark("a transaction", func() error { return fn(t.over(d.bucket)) }); err != nil {
		return err
	}
	return t.mistake
}
