package disk

import (
	"fmt"
	"slices"

	"simlua.example/core"
)

// session is a database while one service has it open.
type session struct {
	database *database
	owner    core.Owner
	options  core.DBOptions
	holders  int // handles that are not closed
	opening  bool
	failed   error // why it could not be opened
	ended    bool
	writers  writerLock
}

// end takes the database away from its owner. A nil session has ended.
func (s *session) end() {
	if s != nil {
		s.ended = true
		s.database.session = nil
	}
}

func (d *disk) Open(owner core.Owner, name string, options core.DBOptions) (core.DB, error) {
	s, err := d.open(owner, name, options)
	if err != nil {
		return nil, fmt.Errorf("open database %s of %s: %w", name, d.host.Name(), err)
	}
	return &db{handle: &handle{session: s}, bucket: core.MainBucket}, nil
}

func (d *disk) open(owner core.Owner, name string, options core.DBOptions) (*session, error) {
	if d.busy {
		return nil, errNested
	}
	found := d.find(name)
	if found != nil && found.session != nil {
		return found.session.join(owner, options)
	}
	created := found == nil
	if created {
		if len(d.all) >= core.MaxDatabases {
			d.device.stats.Full++
			return nil, fmt.Errorf("%w: a machine keeps at most %d databases", core.ErrNoSpace, core.MaxDatabases)
		}
		found = d.add(name)
	}
	s := &session{database: found, owner: owner, options: options, holders: 1, opening: true,
		writers: writerLock{host: d.host}}
	found.session = s
	return s, s.begin(created)
}

// RemoveDatabase waits for the update that is under way.
func (d *disk) RemoveDatabase(owner core.Owner, name string) error {
	if err := d.removeDatabase(owner, name); err != nil {
		return fmt.Errorf("remove database %s of %s: %w", name, d.host.Name(), err)
	}
	return nil
}

func (d *disk) removeDatabase(owner core.Owner, name string) error {
	if d.busy {
		return errNested
	}
	found := d.find(name)
	if found == nil {
		return nil
	}
	s := found.session
	if s == nil { // nobody opens it meanwhile
		s = &session{database: found, owner: owner, opening: true, writers: writerLock{host: d.host}}
		found.session = s
	}
	if s.owner != owner {
		return fmt.Errorf("%w: another service has it open", core.ErrInUse)
	}
	s.writers.lock()
	defer s.writers.unlock()
	if s.ended {
		return d.removeDatabase(owner, name)
	}
	_, err := d.device.flush(metaBytes)
	if err == nil || s.holders == 0 {
		s.end()
	}
	if err == nil {
		d.erase(found)
	}
	return err
}

// join is the session for another handle of its owner, as soon as it is open.
func (s *session) join(owner core.Owner, options core.DBOptions) (*session, error) {
	machine := s.database.disk
	if s.owner != owner {
		return nil, fmt.Errorf("%w: another service of %s has it open", core.ErrInUse, machine.host.Name())
	}
	if s.opening {
		s.writers.lock()
		s.writers.unlock()
	}
	switch {
	case s.failed != nil:
		return nil, s.failed
	case s.ended: // closed or removed meanwhile
		return machine.open(owner, s.database.name, options)
	case s.options != options:
		return nil, fmt.Errorf("%w: this service has it open with other options", core.ErrInUse)
	}
	s.holders++
	return s, nil
}

// begin creates the database on the device, or reads it.
func (s *session) begin(created bool) error {
	s.writers.lock()
	defer s.writers.unlock()
	if created {
		s.failed = s.database.create()
	} else {
		s.failed = s.database.load()
	}
	s.opening = false
	if s.failed != nil {
		s.end()
		if created {
			s.database.disk.erase(s.database)
		}
	}
	return s.failed
}

func (d *disk) find(name string) *database {
	for _, found := range d.all {
		if found.name == name {
			return found
		}
	}
	return nil
}

// add makes a database that is not durable yet.
func (d *disk) add(name string) *database {
	created := &database{disk: d, name: name, random: d.host.Random("database " + name),
		allocated: minAllocated, fresh: true}
	switch d.kind {
	case Memory:
		created.store = newMemory(d)
	case Paranoid:
		created.store = newParanoid(d, name)
	default:
		created.store = create(d, name)
	}
	d.all = append(d.all, created)
	return created
}

// erase removes a database that nobody has open.
func (d *disk) erase(found *database) {
	found.remove()
	d.all = slices.DeleteFunc(d.all, func(other *database) bool { return other == found })
}
