package disk

import (
	"fmt"
	"time"

	"simlua.example/core"
)

// files are the plain files of a machine.
type files struct {
	device *device
	random *core.Random // what a power cut finds of the directory, and the seeds of the files
	used   func(growth int64) (bytes int64, over bool)
	directory
}

func newFiles(host core.DiskHost, d *device) *files {
	f := &files{device: d}
	f.attach(host)
	return f
}

// attach gives the files to a machine, whose chance is that machine's.
func (f *files) attach(host core.DiskHost) { f.random = host.Random("files") }

// fileCost is what a change of a file or of the directory takes that is not synced:
// a system call.
const fileCost = 5 * time.Microsecond

// open opens a file, or creates it.
func (f *files) open(owner core.Owner, name string) (core.File, error) {
	if f.now.file(name) == nil {
		f.device.host.Busy(fileCost)
	}
	found, err := f.find(name)
	if err != nil {
		return nil, err
	}
	switch s := found.session; {
	case s == nil:
		found.session = &fileSession{files: f, file: found, name: name, owner: owner, syncs: writerLock{host: f.device.host}}
	case s.owner != owner:
		return nil, fmt.Errorf("%w: another service of %s has it open", core.ErrInUse, f.device.host.Name())
	}
	found.session.holders++
	return &fileHandle{fileSession: found.session}, nil
}

// find finds a file, or creates it.
func (f *files) find(name string) (*plainFile, error) {
	if found := f.now.file(name); found != nil {
		return found, nil
	}
	if len(f.now.listing) >= core.MaxFiles {
		f.device.stats.Full++
		return nil, fmt.Errorf("%w: a machine keeps at most %d files", core.ErrNoSpace, core.MaxFiles)
	}
	created := newPlainFile()
	created.random = core.NewRandom(f.random.Uint64(), "file")
	f.change(f.now.with(name, created), f.random)
	return created, nil
}

func (f *files) names() []string {
	names := make([]string, len(f.now.listing))
	for i, e := range f.now.listing {
		names[i] = e.name
	}
	return names
}

// size is how much of the device they take.
func (f *files) size() (bytes int64) {
	for _, e := range f.now.listing {
		bytes += e.file.now.size
	}
	return bytes
}

// room says whether so many bytes more have a place.
func (f *files) room(bytes int64) error {
	if _, over := f.used(bytes); over {
		return fmt.Errorf("%w: the disk has %d bytes", core.ErrNoSpace, f.device.profile.Capacity)
	}
	return nil
}

// syncDirectory makes the names durable. A failure leaves the changes for the next
// one.
func (f *files) syncDirectory() error {
	then := f.now
	f.device.write(directoryChange * int64(then.changes-f.durable.changes))
	lied, err := f.device.sync()
	if err != nil {
		return unknown(err)
	}
	if !lied {
		f.sync(then)
	}
	return nil
}

// directoryChange is how many bytes a change of the directory takes on the device.
const directoryChange = core.MaxNameBytes

// release closes the files of a service.
func (f *files) release(owner core.Owner) {
	f.end(func(s *fileSession) bool { return s.owner == owner })
}

// end closes some of the files.
func (f *files) end(some func(*fileSession) bool) {
	for _, e := range f.now.listing {
		if s := e.file.session; s != nil && some(s) {
			s.end()
		}
	}
}

// powerFail returns what a power cut took, for people.
func (f *files) powerFail(r *core.Random) (took []string) {
	f.end(func(*fileSession) bool { return true })
	if f.device.profile.Volatile {
		return f.vanish()
	}
	if lost, of := f.directory.powerFail(r); lost > 0 {
		took = append(took, fmt.Sprintf("%d of %d changes of the directory lost on %s", lost, of, f.device.host.Name()))
	}
	for _, e := range f.now.listing {
		if f.damaged(e.file, r) {
			took = append(took, f.path(e)+" comes back damaged")
		} else if lost := e.file.powerFail(r); lost != "" {
			took = append(took, f.path(e)+": "+lost)
		}
	}
	return took
}

// damaged decides whether a file comes back damaged, and lets it.
func (f *files) damaged(file *plainFile, r *core.Random) bool {
	drawn := f.device.decide(core.FaultDiskCorrupt, f.device.profile.Corrupt, r)
	if !drawn.harm || !file.unsure() {
		return false
	}
	unsure := file.unsureSectors()
	if len(unsure) == 0 || !f.device.happens(drawn) {
		return false
	}
	file.damage(unsure, r)
	return true
}

// vanish is what a power cut does to a tmpfs.
func (f *files) vanish() (took []string) {
	for _, e := range f.now.listing {
		took = append(took, f.path(e)+" is gone")
	}
	f.wipe()
	return took
}

// path is what people call a file.
func (f *files) path(e entryOfFile) string { return f.device.host.Name() + "/" + e.name }

// thatRot are the files that rot means, and that have something on the device.
func (f *files) thatRot(rot core.Rot) (found []entryOfFile) {
	for _, e := range f.now.listing {
		if rot.Means(e.name) && e.file.perishable() {
			found = append(found, e)
		}
	}
	return found
}

// rot flips a bit of one of those files, and says where.
func (f *files) rot(rot core.Rot, r *core.Random) string {
	found := f.thatRot(rot)
	e := found[r.Uint64n(uint64(len(found)))]
	e.file.rot(r.Uint64())
	return "a bit flipped on " + f.path(e)
}

// powerOff is the orderly end of the machine.
func (f *files) powerOff() {
	if f.device.profile.Volatile {
		f.wipe()
	}
	f.sync(f.now)
	for _, e := range f.now.listing {
		e.file.powerOff()
	}
}

// wipe erases all.
func (f *files) wipe() {
	f.end(func(*fileSession) bool { return true })
	f.directory = directory{}
}
